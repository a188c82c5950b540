"""One part of the chain at a time, as CI runs it; and looking at it before and after."""

import json
import shutil
import signal
import time
from pathlib import Path

import pytest
from support.repositories import Repository

SLOT, OTHER = "pii::tiny::onnx", "pii::tiny::onnx::second"


@pytest.fixture
def quick(repository: Repository) -> Repository:
    """Judged on 40 documents; nothing released."""
    repository.make_quick()
    return repository


def _json(repository: Repository, *arguments: str) -> dict[str, object]:
    done = repository.run("release", *arguments, "--json")
    table = json.loads(done.stdout)
    assert (table["ok"], table["command"]) == (True, f"release {arguments[0]}"), done.stdout
    data = table["data"]
    assert isinstance(data, dict)
    return data


def test_a_plan_says_what_a_run_would_do_and_writes_nothing(quick: Repository) -> None:
    """Before: everything; after: nothing. The dry run says the same as the plan."""
    before = quick.files(".")
    done = quick.run("release", "plan", "--detailed-exitcode")
    assert done.returncode == 10
    assert f"{SLOT}\n  to do: stage" in done.stdout
    assert quick.run("release", "run", "--dry-run").stdout == done.stdout
    assert quick.files(".") == before
    assert quick.run("release", "run").returncode == 0
    done = quick.run("release", "plan", "--detailed-exitcode")
    assert (done.returncode, "Nothing to do." in done.stdout) == (0, True), done.stdout
    quick.make_another("models/tiny", items=8)
    plan = _json(quick, "plan")
    assert plan["has_changes"] is True
    assert "an input changed" in json.dumps(plan)


def test_a_fleet_is_divided_for_a_matrix(
    quick: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only parts with candidates; handed to the jobs that follow."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    done = quick.run("release", "plan", "--shards", "8")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text().splitlines()[1] == '["2-of-8"]'


def test_gates_need_no_key_and_a_flip_no_candidate(quick: Repository) -> None:
    """What was measured is counted again, judged, signed and flipped; nothing is run again."""
    shutil.rmtree(quick.home / ".config")
    report = _json(quick, "gate")
    judged = report["judged"]
    assert isinstance(judged, list)
    assert [(row["slot"], row["decision"]) for row in judged] == [(SLOT, "RELEASABLE")]
    assert not (quick.root / "gates" / "pointer.json").exists()
    refused = quick.run("release", "flip")
    assert (refused.returncode, "openmed keys init" in refused.stderr) == (2, True)
    assert quick.run("keys", "init").returncode == 0
    predictions, away = quick.root / "artifacts" / "predictions", quick.home / "predictions"
    predictions.rename(away)
    done = quick.run("release", "flip")
    assert (done.returncode, "are missing" in done.stdout) == (5, True), done.stdout
    assert not predictions.exists()
    away.rename(predictions)
    done = quick.run("release", "flip")
    assert done.returncode == 0, done.stdout
    assert quick.results()[SLOT]["standing"] == "RELEASED"


def test_missing_evidence_is_no_verdict_for_its_slot_alone(quick: Repository) -> None:
    """The slot whose evidence came is flipped."""
    quick.add_slot(OTHER, "file:models/second")
    shutil.copytree(quick.root / "models" / "tiny", quick.root / "models" / "second")
    assert quick.run("release", "gate", SLOT).returncode == 0
    done = quick.run("release", "flip")
    assert done.returncode == 5, done.stdout
    standings = {slot: row["standing"] for slot, row in quick.results().items()}
    assert standings == {SLOT: "RELEASED", OTHER: "NOT_EVALUATED"}
    assert "was not made for these inputs; nothing is measured here" in done.stdout
    assert quick.run("release", "gate", OTHER).returncode == 0
    assert quick.run("release", "flip").returncode == 0


def test_a_flip_is_shared_as_a_run_is(quick: Repository) -> None:
    """With state that others share and a remote that is not there, nothing is flipped."""
    assert quick.run("release", "gate").returncode == 0
    (quick.root / "gates" / "shared.toml").write_text(
        'remote = "origin"\nbranch = "main"\nname = "bot"\nemail = "bot@example.org"\n'
    )
    done = quick.run("release", "flip")
    assert done.returncode != 0, done.stdout
    assert done.stderr.startswith("openmed: ")
    assert not (quick.root / "gates" / "pointer.json").exists()


def test_an_interrupted_flip_leaves_its_own_report(released: Repository) -> None:
    """Not that of the run before, which CI would take for it."""
    released.make_another("models/tiny", items=8)
    assert released.run("release", "gate").returncode == 0
    flip = released.start("release", "flip")
    log = released.home / "output.log"
    while flip.poll() is None and b"compare:" not in log.read_bytes():
        time.sleep(0.01)
    flip.send_signal(signal.SIGINT)
    assert flip.wait(timeout=60) == 130, log.read_text()
    assert released.run_report["exit_code"] == 130


def test_evidence_for_other_inputs_is_none(quick: Repository) -> None:
    """A report of the candidate that was there before does not release the one there now."""
    assert quick.run("release", "gate").returncode == 0
    quick.make_another("models/tiny", items=8)
    done = quick.run("release", "flip")
    assert done.returncode == 5, done.stdout
    assert quick.results()[SLOT]["standing"] == "NOT_EVALUATED"
    assert not (quick.root / "gates" / "pointer.json").exists()


def test_gates_say_no_before_anything_is_signed(
    quick: Repository, bad_models: dict[str, Path]
) -> None:
    """Exit 3 with the gates named; no marker, no ledger row: a preview condemns nothing."""
    policy = quick.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    policy.write_text(policy.read_text().replace("floor = 0.01", "floor = 0.9"))
    shutil.rmtree(quick.root / "models" / "tiny")
    shutil.copytree(bad_models["worse"], quick.root / "models" / "tiny")
    done = quick.run("release", "gate")
    assert done.returncode == 3, done.stdout
    assert "QUARANTINED" in done.stdout
    assert not (quick.root / "gates" / "ledger").exists()
    assert not (quick.root / "artifacts/runs/pii--tiny--onnx/QUARANTINED").exists()


def test_one_candidate_is_staged_alone(quick: Repository) -> None:
    """By pattern; one that fits nothing is refused and the slots are listed."""
    quick.add_slot(OTHER, "file:models/second")
    shutil.copytree(quick.root / "models" / "tiny", quick.root / "models" / "second")
    assert _json(quick, "stage", "*::second")["slots"] == [OTHER]
    done = quick.run("release", "stage", "none*")
    assert done.returncode == 2
    assert f"no candidate's slot matches 'none*'; the queue has {SLOT}, {OTHER}" in done.stderr


def test_every_derived_file_comes_back(released: Repository) -> None:
    """From the ledger, with no queue that could be read."""
    before = released.files("artifacts/trust")
    shutil.rmtree(released.root / "artifacts" / "trust")
    (released.root / "gates" / "candidates.toml").write_text("broken [")
    done = released.run("release", "regenerate")
    assert done.returncode == 0, done.stderr
    assert released.files("artifacts/trust") == before


def test_status_is_a_tree_of_stages(released: Repository) -> None:
    """What it serves, and how far its candidate came."""
    done = released.run("release", "status", SLOT)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    signs = [line.split()[:2] for line in lines if line.startswith("  ")]
    assert [["✓", name] for name in ("stage", "benchmark", "compare", "flip")] == signs
    released.make_another("models/tiny", items=8)
    assert released.run("release", "stage").returncode == 0
    assert "· flip       this candidate is not live" in released.run("release", "status").stdout
    assert released.run("release", "status", "pii::base::onnx").returncode == 2


def test_status_tells_of_an_earlier_tag(released: Repository) -> None:
    """The fleet as it stood; a tag that never was is refused."""
    tag = released.run_report["tag"]
    assert isinstance(tag, str)
    assert released.run("release", "freeze", SLOT, "--reason", "audit").returncode == 0
    assert f"ledger entry {tag}\n" in released.run("release", "status", "--at", tag).stdout
    assert _json(released, "status", "--at", tag)["freezes"] == []
    assert released.run("release", "status", "--at", "2001.01.01-1").returncode == 2


def test_history_and_diff_say_what_was_measured(released: Repository) -> None:
    """Generation, state, recall and delta per revision; what differs between two tags."""
    first = str(released.run_report["tag"])
    released.make_another("models/tiny", items=8)
    assert released.run("release", "run").returncode == 0
    second = str(released.run_report["tag"])
    rows = json.loads(released.run("release", "history", SLOT, "--json").stdout)["data"]
    assert [(row["generation"], row["state"]) for row in rows] == [(2, "live"), (1, "superseded")]
    assert (rows[0]["headline"]["delta"], rows[0]["headline"]["support"] > 0) == (0.0, True)
    (slot,) = _slots(released, first, second)
    assert (slot["kind"], slot["files_changed"]) == ("changed", ["runner_profile.json"])
    markdown = released.run("release", "diff", first, second, "--md").stdout
    assert markdown.startswith(f"### {first} → {second}\n")
    assert f"| {SLOT} | changed |" in markdown
    assert released.run("release", "diff", first, "2001.01.01-1").returncode == 2


def _slots(repository: Repository, first: str, second: str) -> list[dict[str, object]]:
    slots = _json(repository, "diff", first, second)["slots"]
    assert isinstance(slots, list)
    return slots
