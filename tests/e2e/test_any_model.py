"""`openmed benchmark run --model`, `compare` and `show`: measured anywhere, released nowhere."""

import json
import shutil
from pathlib import Path

import pytest
from support.hub import TestHub
from support.repositories import ROOT, Repository


@pytest.fixture
def bare(tmp_path: Path) -> Repository:
    """A folder with suites and nothing else: no queue, no policy, no key."""
    root, home = tmp_path / "bare", tmp_path / "home"
    home.mkdir()
    (root / "gates").mkdir(parents=True)
    shutil.copy(ROOT / "gates" / "suites.toml", root / "gates")
    shutil.copytree(ROOT / "gates" / "suites", root / "gates" / "suites")
    return Repository(root=root, home=home)


def _data(repository: Repository, *arguments: str) -> object:
    done = repository.run("benchmark", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["data"]


def test_a_model_is_measured_and_nothing_is_left(
    bare: Repository, good_model: Path, tmp_path: Path
) -> None:
    """Not a file in the folder; the same report twice."""
    before = bare.files(".")
    first, second = tmp_path / "one.json", tmp_path / "two.json"
    for place in (first, second):
        done = bare.run(
            "benchmark", "run", "--model", f"file:{good_model}", "--suite", "smoke",
            "--out", str(place),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "40 of 40 documents, 865 gold spans" in done.stdout
    assert first.read_bytes() == second.read_bytes()
    assert bare.files(".") == before
    report = json.loads(first.read_bytes())
    assert report["schema"] == "openmed.report/3"
    assert "PATIENT_NAME" in report["scope"]["labels"]
    assert report["scope"]["languages"] == [
        "ar", "de", "en", "es", "fr", "hi", "it", "nl", "pt", "zh",
    ]  # fmt: skip


def test_a_model_of_the_hub_is_measured_as_from_its_folder(
    bare: Repository, good_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same artifact, the same spans."""
    pytest.importorskip("huggingface_hub")
    files = {
        path.relative_to(good_model).as_posix(): path.read_bytes()
        for path in good_model.rglob("*")
        if path.is_file()
    }
    with TestHub() as hub:
        for name, value in hub.environment().items():
            monkeypatch.setenv(name, value)
        source = f"hf:org/model@{hub.repository('org/model', files=files).head}"
        assert _data(bare, "run", "--model", source, "--suite", "smoke") == _data(
            bare, "run", "--model", f"file:{good_model}", "--suite", "smoke"
        )


def test_options_say_what_it_claims(bare: Repository, good_model: Path) -> None:
    """Fewer labels: fewer predictions count."""
    reports = _data(
        bare, "run", "--model", f"file:{good_model}", "--suite", "smoke", "--label", "SSN"
    )
    assert isinstance(reports, list)
    (report,) = reports
    assert report["scope"]["labels"] == ["SSN"]
    assert {row["label"] for row in report["predictions"]} == {"SSN"}


def test_a_profile_may_stand_beside_the_model(
    bare: Repository, good_model: Path, tmp_path: Path
) -> None:
    """For a model that brings none."""
    model, profile = tmp_path / "model", tmp_path / "profile.json"
    shutil.copytree(good_model, model)
    (model / "runner_profile.json").rename(profile)
    refused = bare.run("benchmark", "run", "--model", f"file:{model}", "--suite", "smoke")
    assert (refused.returncode, "runner_profile.json" in refused.stderr) == (5, True)
    done = bare.run(
        "benchmark",
        "run",
        "--model",
        f"file:{model}",
        "--suite",
        "smoke",
        "--profile",
        str(profile),
    )
    assert done.returncode == 0, done.stderr


def test_two_models_are_compared_span_by_span(
    bare: Repository, good_model: Path, worse_model: Path, tmp_path: Path
) -> None:
    """A file of a report against a source; each lost span by document and offsets."""
    place = tmp_path / "good.json"
    good, worse = f"file:{good_model}", f"file:{worse_model}"
    bare.run("benchmark", "run", "--model", good, "--suite", "smoke", "--out", str(place))
    found = _data(bare, "compare", str(place), worse, "--suite", "smoke")
    assert isinstance(found, dict)
    whole = found["overall"]
    assert len(found["lost"]) == whole["lost"] > whole["gained"] == len(found["gained"])
    assert whole["upper"] < 0
    assert sum(row["lost"] for row in found["labels"]) == whole["lost"]
    golden = (ROOT / "gates" / "suites" / "golden.jsonl").read_text(encoding="utf-8")
    gold = {
        (row["id"], span["start"], span["end"], span["label"])
        for row in map(json.loads, golden.splitlines())
        for span in row["spans"]
    }
    places = [(p["document"], p["start"], p["end"], p["label"]) for p in found["lost"]]
    assert set(places) <= gold
    back = _data(bare, "compare", worse, str(place), "--suite", "smoke")
    assert isinstance(back, dict)
    assert (back["lost"], back["gained"]) == (found["gained"], found["lost"])
    said = bare.run("benchmark", "compare", str(place), str(place), "--suite", "smoke")
    assert "+0.00" in said.stdout
    assert "lost:" not in said.stdout


def test_a_slot_is_shown_and_compared_as_last_measured(judged: Repository) -> None:
    """From its products; nothing is measured."""
    before = judged.files("artifacts", "gates")
    reports = _data(judged, "show", "pii::tiny::onnx")
    assert isinstance(reports, list)
    suites = {report["suite"]["name"] for report in reports}
    assert suites == {"golden", "shield-synthetic", "fresh"}
    product = "artifacts/runs/pii--tiny--onnx/golden.json"
    found = _data(judged, "compare", "pii::tiny::onnx", str(judged.root / product))
    assert isinstance(found, dict)
    assert (found["lost"], found["gained"], found["overall"]["observed"]) == ([], [], 0.0)
    assert judged.files("artifacts", "gates") == before


REFUSED = {
    "no such folder": (
        ("run", "--model", "file:/nowhere", "--suite", "smoke"),
        5,
        "openmed: file:/nowhere: source '/nowhere' is not a folder",
    ),
    "no such suite": (("run", "--model", "file:.", "--suite", "gold"), 2, "is not pinned"),
    "no source": (("run", "--model", "models/mine", "--suite", "smoke"), 2, "is not a source"),
    "no wheel digest": (("run", "--model", "pypi:a==1", "--suite", "smoke"), 2, "sha256"),
    "no such label": (
        ("run", "--model", "file:.", "--suite", "smoke", "--label", "NAME"),
        2,
        "unknown label NAME",
    ),
    "a slot too": (("run", "a::b::c", "--model", "file:."), 2, "--model stands alone"),
    "options of a model": (("run", "--label", "SSN"), 2, "belong to --model"),
    "never measured": (("show", "pii::tiny::onnx"), 2, "has no report"),
    "neither": (("compare", "what", "ever", "--suite", "smoke"), 2, "is not a slot"),
    "no report": (("show", "gates/suites.toml"), 5, "not valid JSON"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_measured_is_said(name: str, bare: Repository) -> None:
    """One sentence."""
    arguments, code, reason = REFUSED[name]
    done = bare.run("benchmark", *arguments)
    assert (done.returncode, reason in done.stderr) == (code, True), done.stderr


def test_reports_of_different_suites_are_not_compared(
    bare: Repository, good_model: Path, tmp_path: Path
) -> None:
    """Nor of another edition of one."""
    place = tmp_path / "good.json"
    good = f"file:{good_model}"
    bare.run("benchmark", "run", "--model", good, "--suite", "smoke", "--out", str(place))
    text = place.read_text()
    report = json.loads(text)
    other = tmp_path / "other.json"
    other.write_text(text.replace(report["suite"]["digest"], "0" * 64))
    done = bare.run("benchmark", "compare", str(place), str(other), "--suite", "smoke")
    assert (done.returncode, "cannot be compared: suite digest" in done.stderr) == (5, True)
