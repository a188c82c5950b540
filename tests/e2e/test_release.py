"""The whole chain, as a person runs it: a real model, real child processes, real exit codes."""

import json
import re
import shutil
from pathlib import Path

import pytest
from support.repositories import ROOT, Repository

SLOT = "pii::tiny::onnx"
PAGES = (
    "cards/pii--tiny--onnx/README.md",
    "cards/pii--tiny--onnx/index.html",
    "benchmarks/pii--tiny--onnx/index.html",
    "leaderboard/index.html",
    "status/index.html",
)


def test_a_fresh_repository_releases_its_candidate(repository: Repository) -> None:
    """Exit 0, a tag, a pointer, a registry tree that is what the pointer says, all pages."""
    done = repository.run("release", "run")
    assert done.returncode == 0, done.stderr
    pointer = json.loads((repository.root / "gates" / "pointer.json").read_text())
    row = pointer["slots"][0]
    assert (row["slot"], row["generation"], row["tag"]) == (SLOT, 1, pointer["tag"])
    tree = repository.root / "artifacts" / "registry" / "trees" / row["artifact"]
    assert (tree / "model.onnx").read_bytes() == (
        repository.root / "models" / "tiny" / "model.onnx"
    ).read_bytes()
    assert [p for p in PAGES if not (repository.root / "artifacts" / "trust" / p).is_file()] == []
    assert SLOT in done.stdout
    assert "status page: " in done.stdout
    assert "openmed release status\n" in done.stdout


def test_the_second_run_computes_nothing_and_says_so(released: Repository) -> None:
    """Not one product, not one byte of state."""
    before = released.files("gates", "artifacts/runs", "artifacts/trust")
    done = released.run("release", "run")
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing to do: ")
    assert released.computed() == []
    assert released.files("gates", "artifacts/runs", "artifacts/trust") == before


def test_without_doits_database_nothing_is_computed_again(released: Repository) -> None:
    """The database is a cache; products are the facts."""
    (released.root / "artifacts" / "doit.sqlite3").unlink()
    assert released.run("release", "run").returncode == 0
    assert released.computed() == []


def test_a_touched_file_computes_nothing(released: Repository) -> None:
    """Time stamps are not content."""
    for path in (released.root / "gates").rglob("*"):
        path.touch()
    assert released.run("release", "run").returncode == 0
    assert released.computed() == []


def test_the_report_made_twice_is_the_same_bytes(released: Repository) -> None:
    """Without cached predictions, from the model again."""
    report = released.root / "artifacts" / "runs" / "pii--tiny--onnx" / "smoke.json"
    before = report.read_bytes()
    report.unlink()
    shutil.rmtree(released.root / "artifacts" / "predictions")
    assert released.run("release", "run").returncode == 0
    assert report.read_bytes() == before


def test_cached_predictions_are_not_made_again(released: Repository) -> None:
    """A lost report is counted again from the cache; the model is not run."""
    place = released.root / "artifacts" / "runs" / "pii--tiny--onnx"
    (place / "smoke.json").unlink()
    (place / "smoke.log").unlink(missing_ok=True)
    assert released.run("release", "run").returncode == 0
    assert not (place / "smoke.log").exists()


def test_an_edited_report_is_made_again(released: Repository) -> None:
    """A product that does not fit its checksum is not a product."""
    report = released.root / "artifacts" / "runs" / "pii--tiny--onnx" / "smoke.json"
    before = report.read_bytes()
    report.write_bytes(before.replace(b'"missed": 0', b'"missed": 1', 1))
    assert report.read_bytes() != before
    assert released.run("release", "run").returncode == 0
    assert report.read_bytes() == before


def test_a_lost_page_is_written_again(released: Repository) -> None:
    """And nothing else is."""
    page = released.root / "artifacts" / "trust" / "leaderboard" / "index.html"
    before = page.read_bytes()
    page.write_bytes(b"")
    assert released.run("release", "run").returncode == 0
    assert released.computed() == ["regenerate:leaderboard"]
    assert page.read_bytes() == before


def test_derived_state_is_written_again(judged: Repository) -> None:
    """The baseline repeats the ledger; losing it loses nothing."""
    baseline = judged.root / "gates" / "baseline.json"
    table = json.loads(baseline.read_text())
    assert table["entries"][SLOT]["metrics"]["golden"]["support"] > 0


def test_a_worse_candidate_is_held_and_the_old_one_stays(
    judged: Repository, worse_model: Path
) -> None:
    """Exit 3, marker, ledger row with gates and numbers; pointer and card unmoved."""
    root = judged.root
    before = json.loads((root / "gates" / "pointer.json").read_text())["slots"]
    card = root / "artifacts" / "trust" / PAGES[0]
    old_card = card.read_bytes()
    shutil.rmtree(root / "models" / "tiny")
    shutil.copytree(worse_model, root / "models" / "tiny")
    done = judged.run("release", "run")
    assert done.returncode == 3, done.stderr
    assert json.loads((root / "gates" / "pointer.json").read_text())["slots"] == before
    assert card.read_bytes() == old_card
    marker = root / "artifacts" / "runs" / "pii--tiny--onnx" / "QUARANTINED"
    assert "recall_floor" in marker.read_text()
    rows = list((root / "gates" / "quarantine").iterdir())
    assert len(rows) == 1
    assert "floor" in rows[0].read_text()
    assert "recall_floor" in done.stdout


def test_removing_the_marker_lifts_nothing(judged: Repository, worse_model: Path) -> None:
    """Compare puts it back; the quarantine is a ledger fact."""
    shutil.rmtree(judged.root / "models" / "tiny")
    shutil.copytree(worse_model, judged.root / "models" / "tiny")
    assert judged.run("release", "run").returncode == 3
    marker = judged.root / "artifacts" / "runs" / "pii--tiny--onnx" / "QUARANTINED"
    marker.unlink()
    assert judged.run("release", "run").returncode == 3
    assert marker.exists()


def test_the_worse_build_measures_worse(judged: Repository, worse_model: Path) -> None:
    """Honestly worse: fewer training notes, the same script."""

    def recall() -> float:
        done = judged.run("benchmark", "run", SLOT, "--suite", "golden", "--json")
        assert done.returncode == 0, done.stderr
        overall = json.loads(done.stdout)["data"][0]["overall"]
        return float(overall["covered"] / overall["support"])

    good = recall()
    shutil.rmtree(judged.root / "models" / "tiny")
    shutil.copytree(worse_model, judged.root / "models" / "tiny")
    assert recall() < good - 0.01


def test_doit_runs_the_same_graph(repository: Repository) -> None:
    """The command `doit release`: 0 and a table; the run report says the rest."""
    done = repository.run("release", module="doit")
    assert done.returncode == 0, done.stderr
    assert repository.run_report["exit_code"] == 0
    assert "RESULT" in done.stdout
    again = repository.run("release", module="doit")
    assert (again.returncode, repository.computed()) == (0, [])


def test_doit_is_red_when_a_candidate_is_held(repository: Repository, worse_model: Path) -> None:
    """With 1 for doit, and 3 in the report."""
    shutil.rmtree(repository.root / "models" / "tiny")
    shutil.copytree(worse_model, repository.root / "models" / "tiny")
    assert repository.run("release", module="doit").returncode == 1
    assert repository.run_report["exit_code"] == 3


def test_another_repository_is_named_with_root(repository: Repository, tmp_path: Path) -> None:
    """From anywhere, without its dodo.py."""
    (repository.root / "dodo.py").unlink()
    elsewhere = Repository(root=tmp_path, home=repository.home)
    done = elsewhere.run("release", "run", "--root", str(repository.root), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["data"]["exit_code"]) == (True, 0)
    status = elsewhere.run("release", "status", "--root", str(repository.root), "--json")
    assert json.loads(status.stdout)["data"]["live"][0]["release"]["slot"] == SLOT


def test_without_a_key_nothing_is_run(repository: Repository) -> None:
    """Exit 2 and the command that makes one."""
    shutil.rmtree(repository.home)
    repository.home.mkdir()
    done = repository.run("release", "run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "openmed keys init" in done.stderr
    assert not (repository.root / "gates" / "pointer.json").exists()


def test_a_queue_that_cannot_be_used_changes_nothing(released: Repository) -> None:
    """Exit 2, one sentence; doit says 3: nothing was run. The report of the last run is gone."""
    before = released.facts("gates", "artifacts")
    del before["artifacts/run-report.json"]
    released.edit("gates/candidates.toml", "\n[[candidate]]", "\n[[candidat]]")
    done = released.run("release", "run")
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 2
    assert released.run("release", module="doit").returncode == 3
    released.edit("gates/candidates.toml", "\n[[candidat]]", "\n[[candidate]]")
    assert released.facts("gates", "artifacts") == before


def test_a_changed_suite_is_refused(released: Repository) -> None:
    """What is not what the pin names is not measured: exit 7, nothing moves."""
    suite = released.root / "gates" / "suites" / "golden.jsonl"
    suite.write_bytes(suite.read_bytes() + b"\n")
    shutil.rmtree(released.root / "artifacts" / "runs")
    before = released.files("gates/ledger", "gates/evidence")
    done = released.run("release", "run")
    assert done.returncode == 7, done.stdout + done.stderr
    assert "sha256" in done.stdout
    assert released.files("gates/ledger", "gates/evidence") == before


def test_changed_staged_bytes_do_not_go_live(repository: Repository) -> None:
    """Same size, other bytes: hashed again before they are run and before they are released."""
    assert repository.run("benchmark", "run", SLOT, "--suite", "smoke").returncode == 0
    staged = next((repository.root / "artifacts" / "staged").iterdir())
    model = staged / "model.onnx"
    data = model.read_bytes()
    model.chmod(0o644)
    model.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    done = repository.run("release", "run")
    assert done.returncode == 7, done.stdout + done.stderr
    assert not (repository.root / "gates" / "pointer.json").exists()


def test_an_edited_pointer_stops_everything(released: Repository) -> None:
    """Exit 7: a fleet whose state is not known is not moved."""
    released.edit("gates/pointer.json", '"generation": 1', '"generation": 2')
    assert released.run("release", "status").returncode == 7
    assert released.run("release", "run").returncode == 7


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["release"], 2),
        (["release", "rum"], 2),
        (["release", "run", "--nope"], 2),
        (["release", "run", "--root", "nowhere"], 2),
        (["benchmark", "run", "a::b::c"], 2),
        (["benchmark", "run", "../x"], 2),
        (["benchmark", "run", "--suite", "<script>"], 2),
        (["--version"], 0),
        (["--help"], 0),
        (["release", "run", "--help"], 0),
    ],
)
def test_usage_has_its_exit_code(repository: Repository, arguments: list[str], code: int) -> None:
    """And never a traceback."""
    done = repository.run(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_no_text_of_a_document_is_in_any_product(released: Repository) -> None:
    """Every gold value and every 20-character piece of every note, looked for everywhere."""
    suite = (ROOT / "gates" / "suites" / "golden.jsonl").read_text(encoding="utf-8")
    pieces: set[str] = set()
    for line in suite.splitlines():
        document = json.loads(line)
        text = document["text"]
        pieces |= {text[span["start"] : span["end"]] for span in document["spans"]}
        pieces |= {text[at : at + 20] for at in range(0, len(text) - 20, 10)}
    products = released.files(
        "artifacts/runs",
        "artifacts/trust",
        "artifacts/predictions",
        "gates/evidence",
        "gates/ledger",
    )
    starts: dict[bytes, list[bytes]] = {}
    for piece in sorted(pieces):
        # Short runs of hexadecimal digits stand in every digest.
        if len(piece) >= 8 and not re.fullmatch(r"[0-9a-f]{8,11}", piece):
            starts.setdefault(piece.encode()[:8], []).append(piece.encode())
    found = [
        name
        for name, data in products.items()
        for at in range(len(data))
        if any(data.startswith(piece, at) for piece in starts.get(data[at : at + 8], ()))
    ]
    assert found == []
