"""Two slots, one of them with a worse candidate: real builds of the recipe, no edited report."""

import json
import shutil
from pathlib import Path

import pytest
from support.repositories import Once, Repository

GOOD, BAD = "pii::tiny::onnx", "pii::tiny::onnx::second"
FOLDER = "pii--tiny--onnx--second"
GATES = {
    "worse": "name_recall",
    "dead-head": "name_recall",
    "raised-threshold": "name_recall",
}


@pytest.fixture
def fleet(repository: Repository, once: Once) -> Repository:
    """Both slots have a release of the good model."""

    def make() -> None:
        repository.add_slot(BAD, "file:models/second")
        shutil.copytree(repository.root / "models" / "tiny", repository.root / "models" / "second")
        done = repository.run("release", "run")
        assert done.returncode == 0, done.stdout

    once(repository, "fleet", make)
    return repository


@pytest.fixture
def quick(repository: Repository, once: Once) -> Repository:
    """The same, judged on 40 documents by floors that a dead label misses."""

    def make() -> None:
        repository.make_quick(floor="0.4")
        repository.add_slot(BAD, "file:models/second")
        shutil.copytree(repository.root / "models" / "tiny", repository.root / "models" / "second")
        done = repository.run("release", "run")
        assert done.returncode == 0, done.stdout

    once(repository, "quick-fleet", make)
    return repository


def _replace(repository: Repository, name: str, model: Path) -> None:
    shutil.rmtree(repository.root / "models" / name)
    shutil.copytree(model, repository.root / "models" / name)


def _variant(model: Path, place: Path) -> Path:
    """The same weights in smaller batches: another artifact that predicts the same."""
    shutil.copytree(model, place)
    profile = place / "runner_profile.json"
    text = profile.read_text()
    assert '"max_items": 16' in text
    profile.write_text(text.replace('"max_items": 16', '"max_items": 8'))
    return place


def _pointer(repository: Repository) -> dict[str, dict[str, object]]:
    table = json.loads((repository.root / "gates" / "pointer.json").read_text())
    return {row["slot"]: row for row in table["slots"]}


@pytest.mark.parametrize("build", sorted(GATES))
def test_a_worse_build_is_held_alone(
    build: str, fleet: Repository, bad_models: dict[str, Path], good_model: Path, tmp_path: Path
) -> None:
    """The other slot is released; this one keeps its pointer, its card and its old model."""
    before = _pointer(fleet)
    card = fleet.files(f"artifacts/trust/cards/{FOLDER}")
    _replace(fleet, "second", bad_models[build])
    _replace(fleet, "tiny", _variant(good_model, tmp_path / "variant"))
    done = fleet.run("release", "run")
    results = fleet.results()
    assert done.returncode == 3, done.stdout
    assert (results[GOOD]["standing"], results[BAD]["standing"]) == ("RELEASED", "QUARANTINED")
    after = _pointer(fleet)
    assert after[BAD] == before[BAD]
    assert after[GOOD]["generation"] == 2
    assert fleet.files(f"artifacts/trust/cards/{FOLDER}") == card
    _check_record(fleet, build)


def _check_record(repository: Repository, build: str) -> None:
    """Marker, ledger row and derived file name the gates and their numbers."""
    marker = json.loads((repository.root / f"artifacts/runs/{FOLDER}/QUARANTINED").read_text())
    (derived,) = (repository.root / "gates" / "quarantine").glob("*.json")
    fact = json.loads(derived.read_text())["fact"]
    assert GATES[build] in marker["gates"]
    assert " spans), floor " in marker["gates"][GATES[build]]
    assert "PATIENT_NAME recall " in marker["gates"][GATES[build]]
    assert fact["gates"] == sorted(marker["gates"], key=fact["gates"].index)
    assert marker["gates"][GATES[build]] in fact["reasons"]
    assert marker["artifact"] == fact["artifact"] == derived.stem


def test_doit_says_1_and_the_marker_lifts_nothing(
    quick: Repository, bad_models: dict[str, Path], good_model: Path, tmp_path: Path
) -> None:
    """Deleting the marker changes nothing; a better candidate clears the slot, not the digest."""
    _replace(quick, "second", bad_models["dead-head"])
    assert quick.run("release", module="doit").returncode == 1
    marker = quick.root / f"artifacts/runs/{FOLDER}/QUARANTINED"
    text = marker.read_text()
    ledger = quick.facts("gates")
    marker.unlink()
    assert quick.run("release", "run").returncode == 3
    assert (marker.read_text(), quick.facts("gates")) == (text, ledger)
    _replace(quick, "second", _variant(good_model, tmp_path / "variant"))
    done = quick.run("release", "run")
    assert done.returncode == 0, done.stdout
    assert not marker.exists()
    assert _pointer(quick)[BAD]["generation"] == 2
    _replace(quick, "second", bad_models["dead-head"])
    done = quick.run("release", "run")
    assert done.returncode == 3
    assert quick.results()[BAD]["standing"] == "REFUSED"
    assert "is quarantined since" in done.stdout


def test_condemned_bytes_are_refused_in_any_slot(
    quick: Repository, bad_models: dict[str, Path]
) -> None:
    """At stage, before anything is measured; a policy that would pass them does not help."""
    _replace(quick, "second", bad_models["dead-head"])
    assert quick.run("release", "run").returncode == 3
    quick.add_slot("pii::base::onnx", "file:models/second")
    policy = quick.root / "gates/policy/pii--base--onnx.toml"
    policy.write_text(
        "\n".join(
            line if "floor =" not in line or "label" in line else "floor = 0.01"
            for line in policy.read_text().splitlines()
        )
    )
    done = quick.run("release", "run")
    assert done.returncode == 3
    row = quick.results()["pii::base::onnx"]
    assert (row["standing"], row["exit_code"]) == ("REFUSED", 3)
    assert "benchmark:pii::base::onnx:smoke" in quick.computed()
    assert not (quick.root / "artifacts/runs/pii--base--onnx/golden.log").exists()
