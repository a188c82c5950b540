"""Undo, as a person does it: the real command on a repository with two releases."""

import json
import shutil
import subprocess
from collections.abc import Callable

import pytest
from support.repositories import ROOT, Once, Repository

SLOT = "pii::tiny::onnx"
ROLLBACK = ("release", "rollback", "pii")


@pytest.fixture
def twice(released: Repository, once: Once) -> Repository:
    """A repository with two green releases of a slot."""

    def make() -> None:
        released.make_another("models/tiny", items=8)
        assert released.run("release", "run").returncode == 0

    once(released, "twice", make)
    return released


def _pointer(repository: Repository) -> dict[str, object]:
    table = json.loads((repository.root / "gates" / "pointer.json").read_text())
    row = table["slots"][0]
    assert isinstance(row, dict)
    return {"tag": table["tag"], **row}


def _artifacts(repository: Repository) -> list[str]:
    """Artifact of each release, oldest first."""
    done = repository.run("release", "history", "--json")
    rows = json.loads(done.stdout)["data"]
    return [r["change"]["artifact"] for r in reversed(rows) if r["change"]["event"] == "promoted"]


def test_the_release_before_is_live_again_and_everything_follows(twice: Repository) -> None:
    """Pointer, cards, leaderboard, status, baseline; the measured time is told and recorded."""
    first, second = _artifacts(twice)
    done = twice.run(*ROLLBACK, "--reason", "leaks <b>names</b>")
    assert done.returncode == 0, done.stderr
    row = _pointer(twice)
    assert (row["artifact"], row["generation"], row["kind"]) == (first, 3, "rollback")
    trust = twice.root / "artifacts" / "trust"
    tag = str(row["tag"])
    for page in ("status/index.html", "cards/pii--tiny--onnx/index.html", "leaderboard/index.html"):
        text = (trust / page).read_text()
        assert tag in text, page
        assert "<b>names" not in text, page
    assert "rolled back" in (trust / "status/index.html").read_text()
    baseline = json.loads((twice.root / "gates" / "baseline.json").read_text())
    assert baseline["entries"][SLOT]["artifact"] == first
    assert (twice.root / "gates" / "quarantine" / f"{second}.json").is_file()
    assert "regenerated after " in done.stdout
    report = twice.run_report
    assert (report["command"], report["exit_code"]) == ("release rollback", 0)
    assert report["rollback"]["times"]["regenerated"] >= report["rollback"]["times"]["flipped"]  # type: ignore[index]
    assert twice.run("release", "verify").returncode == 0


def test_the_next_release_does_not_bring_it_back(twice: Repository) -> None:
    """It is red because its row is refused; the row of the good one is green again."""
    assert twice.run(*ROLLBACK).returncode == 0
    pointer = _pointer(twice)
    assert twice.run("release", "run").returncode == 3
    assert twice.results()[SLOT]["standing"] == "REFUSED"
    assert twice.run("release", module="doit").returncode == 1
    assert _pointer(twice) == pointer
    twice.make_another("models/tiny", items=16)
    assert twice.run("release", "run").returncode == 0
    assert twice.results()[SLOT]["standing"] == "LIVE"
    assert _pointer(twice) == pointer


def test_a_second_rollback_says_that_there_is_nothing_to_do(twice: Repository) -> None:
    """Exit 0, not one byte of state changed."""
    assert twice.run(*ROLLBACK).returncode == 0
    before = twice.facts("gates")
    done = twice.run(*ROLLBACK)
    assert (done.returncode, twice.facts("gates")) == (0, before)
    assert "was itself made by a rollback" in done.stdout


def test_with_one_release_it_is_refused_with_an_alarm(released: Repository) -> None:
    """Exit 4, nothing moved, the run report says what a person must look at."""
    before = released.facts("gates")
    done = released.run(*ROLLBACK)
    assert (done.returncode, released.facts("gates")) == (4, before)
    assert released.run_report["exit_code"] == 4
    assert released.run_report["alarms"] == [
        f"{SLOT} cannot go back: no earlier release may be live again"
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(twice: Repository) -> None:
    """The plan is the one that would be carried out."""
    before = twice.facts("gates", "artifacts")
    done = twice.run(*ROLLBACK, "--dry-run", "--json")
    assert twice.facts("gates", "artifacts") == before
    planned = json.loads(done.stdout)["data"]["rollback"]["slots"]
    carried_out = json.loads(twice.run(*ROLLBACK, "--json").stdout)["data"]["rollback"]["slots"]
    assert planned == carried_out


def test_a_dry_run_does_not_mend_the_registry(twice: Repository) -> None:
    """It looks at the staged bytes and leaves publishing them to the real run."""
    first, _ = _artifacts(twice)
    tree = twice.root / "artifacts" / "registry" / "trees" / first
    tree.chmod(0o755)
    shutil.rmtree(tree)
    assert twice.run(*ROLLBACK, "--dry-run").returncode == 0
    assert not tree.exists()


def test_it_needs_neither_queue_nor_policy_nor_pins(twice: Repository) -> None:
    """A broken queue must not hold up an undo, nor the pages that tell of it."""
    (twice.root / "gates" / "candidates.toml").write_text("not toml [")
    (twice.root / "gates" / "suites.toml").write_text("not toml [")
    shutil.rmtree(twice.root / "gates" / "policy")
    assert twice.run(*ROLLBACK).returncode == 0
    status = (twice.root / "artifacts" / "trust" / "status" / "index.html").read_text()
    assert "rolled back" in status


def test_the_next_one_writes_what_a_killed_one_did_not(twice: Repository) -> None:
    """The pointer had moved, the pages had not: a rollback with nothing to move writes them."""
    pages = ("gates/baseline.json", "gates/quarantine", "artifacts/trust", "artifacts/runs/_fleet")
    kept = {name: twice.root / "kept" / name for name in pages}
    for name, place in kept.items():
        if (twice.root / name).exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            (twice.root / name).rename(place)
    assert twice.run(*ROLLBACK).returncode == 0
    for name, place in kept.items():
        gone = twice.root / name
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
        if place.exists():
            place.rename(gone)
    assert twice.run("release", "verify").returncode == 7
    assert twice.run(*ROLLBACK).returncode == 0
    assert twice.run("release", "verify").returncode == 0


def _damage_bytes(repository: Repository, artifact: str) -> None:
    for place in ("registry/trees", "staged"):
        model = repository.root / "artifacts" / place / artifact / "model.onnx"
        model.chmod(0o644)
        model.write_bytes(model.read_bytes()[:-1])


def _remove_bytes(repository: Repository, artifact: str) -> None:
    for place in ("registry/trees", "staged"):
        folder = repository.root / "artifacts" / place / artifact
        folder.chmod(0o755)
        shutil.rmtree(folder)


def _edit_evidence(repository: Repository, artifact: str) -> None:
    for path in (repository.root / "gates" / "evidence").iterdir():
        text = path.read_text()
        if artifact in text and '"openmed.report/3"' in text:
            path.write_text(text.replace('"support":1', '"support":2', 1) + " ")


@pytest.mark.parametrize("damage", [_damage_bytes, _remove_bytes, _edit_evidence])
def test_a_target_that_is_not_whole_is_passed_over(
    damage: Callable[[Repository, str], None], twice: Repository
) -> None:
    """The next older green one is taken, and which was passed over and why is said."""
    twice.make_another("models/tiny", items=4)
    assert twice.run("release", "run").returncode == 0
    first, second, _ = _artifacts(twice)
    damage(twice, second)
    done = twice.run(*ROLLBACK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert _pointer(twice)["artifact"] == first
    assert "skipped generation 2: " in done.stdout


def test_lost_served_bytes_are_published_again_from_the_staged_ones(twice: Repository) -> None:
    """The registry is a copy; what is staged is the same bytes."""
    first, _ = _artifacts(twice)
    tree = twice.root / "artifacts" / "registry" / "trees" / first
    tree.chmod(0o755)
    shutil.rmtree(tree)
    assert twice.run(*ROLLBACK).returncode == 0
    assert _pointer(twice)["artifact"] == first
    assert (tree / "model.onnx").is_file()


def _make(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this project's Makefile against another repository."""
    makefile = ROOT / "Makefile"
    return subprocess.run(
        ["make", "-C", str(ROOT), "-f", str(makefile), "rollback", *arguments],
        env=repository.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_make_restores_the_fleet_as_it_stood(twice: Repository) -> None:
    """Slots younger than the tag stay and are listed."""
    twice.add_slot(f"{SLOT}::younger", "file:models/younger")
    shutil.copytree(twice.root / "models" / "tiny", twice.root / "models" / "younger")
    twice.make_another("models/younger", items=2)
    assert twice.run("release", "run").returncode == 0
    first, *_ = _artifacts(twice)
    tag = json.loads(twice.run("release", "history", "--json").stdout)["data"][-1]["tag"]
    done = _make(twice, f"TAG={tag}", f"ARGS=--root {twice.root}")
    assert done.returncode == 0, done.stderr
    assert _pointer(twice)["artifact"] == first
    assert "stays (younger)" in done.stdout
    rows = json.loads((twice.root / "gates" / "pointer.json").read_text())["slots"]
    assert [row["generation"] for row in rows] == [3, 1]


@pytest.mark.parametrize(
    "tag",
    [
        "2020.01.01-1",
        "",
        "x;touch y",
        "$(touch y)",
        "`touch y`",
        "$(shell touch y)",
        "../../etc/passwd",
        "--withdraw",
        "2026.11.25-1 --withdraw",
        "2026.11.25-1\ntouch y",
        "<script>",
    ],
)
def test_a_hostile_tag_is_refused_and_touches_nothing(tag: str, twice: Repository) -> None:
    """Nothing of it reaches a shell, and no part of it is taken for an option."""
    before = twice.facts("gates", "artifacts")
    done = _make(twice, f"TAG={tag}", f"ARGS=--root {twice.root}")
    assert done.returncode != 0
    assert twice.facts("gates", "artifacts") == before
    assert not (ROOT / "y").exists()
    assert not (twice.root / "y").exists()
    assert "Traceback" not in done.stderr


def test_a_reader_of_pointer_and_registry_never_sees_a_mix(twice: Repository) -> None:
    """10,000 reads while releases and rollbacks happen: always whole bytes of what was live."""
    first, second = _artifacts(twice)
    trees = twice.root / "artifacts" / "registry" / "trees"
    wanted = {a: (trees / a / "runner_profile.json").read_bytes() for a in (first, second)}
    there_and_back = (
        (*ROLLBACK, "--no-revoke"),
        (*ROLLBACK, "--no-revoke", "--generation", "2"),
    )
    running: list[subprocess.Popen[bytes]] = []
    seen: set[str] = set()
    reads = 0
    while reads < 10_000 or len(running) < 6:
        artifact = str(_pointer(twice)["artifact"])
        assert (trees / artifact / "runner_profile.json").read_bytes() == wanted[artifact]
        seen.add(artifact)
        reads += 1
        if not running or running[-1].poll() is not None:
            running.append(twice.start(*there_and_back[len(running) % 2]))
    assert [process.wait(timeout=60) for process in running] == [0] * len(running)
    assert seen == {first, second}


def test_a_frozen_slot_is_not_moved_until_it_is_thawed(released: Repository) -> None:
    """Exit 3 with the reason; then as if nothing had been."""
    assert released.run("release", "freeze", SLOT, "--reason", "audit").returncode == 0
    released.make_another("models/tiny", items=8)
    done = released.run("release", "run")
    assert done.returncode == 3
    assert "audit" in done.stdout
    assert _pointer(released)["generation"] == 1
    assert released.run("release", "thaw", SLOT).returncode == 0
    assert released.run("release", "run").returncode == 0
    assert _pointer(released)["generation"] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("nobody",), 2),
        (("pii", "--tier", "huge"), 2),
        (("pii", "--generation", "7"), 2),
        (("pii", "--generation", "0"), 2),
        (("pii", "--reason", "two\nlines"), 2),
        (("pii", "--to", "2026.11.25-1", "--generation", "1"), 2),
    ],
)
def test_bad_usage_has_its_code(arguments: tuple[str, ...], code: int, twice: Repository) -> None:
    """One sentence, nothing written."""
    before = twice.facts("gates", "artifacts")
    done = twice.run("release", "rollback", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    assert twice.facts("gates", "artifacts") == before


def test_several_slots_are_listed_and_none_is_moved(twice: Repository) -> None:
    """Exit 2 with their names, unless one is named or all are meant."""
    twice.add_slot(f"{SLOT}::other", "file:models/other")
    shutil.copytree(twice.root / "models" / "tiny", twice.root / "models" / "other")
    assert twice.run("release", "run").returncode == 0
    done = twice.run(*ROLLBACK)
    assert done.returncode == 2
    assert f"{SLOT}::other" in done.stderr
    assert twice.run(*ROLLBACK, "--line", "none").returncode == 0
