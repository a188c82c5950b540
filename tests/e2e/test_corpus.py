"""The committed suites are what their seeds make, and owe nothing to the training data."""

import importlib.util
import json
import re
import subprocess
import sys

import pytest
from repositories import ROOT

GOLDEN = ROOT / "gates" / "suites" / "golden.jsonl"
SHIELD = ROOT / "gates" / "suites" / "shield-synthetic"
RECIPE = ROOT / "gates" / "recipes" / "pii-tiny"
WORDS = 8
"""Words in a row that two sets of notes would only share if one had been written from the other."""


@pytest.mark.parametrize("seed", ["0", "7"])
@pytest.mark.parametrize("name", ["golden", "shield-synthetic"])
def test_the_committed_suite_is_what_the_seed_makes(name: str, seed: str) -> None:
    """Whatever order a process gives its hashes."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", "suite", "build", name, "--check"],
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _golden_texts() -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    return [(row["family"], row["text"]) for row in rows]


def _skeleton(text: str) -> list[str]:
    """The words of a note, names and numbers set aside: what a template leaves behind."""
    return re.findall(r"[a-z]+", re.sub(r"\S*\d\S*|\b[A-Z]\w*", " ", text).lower())


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _skeleton(text)
    return {tuple(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}


def _training_texts() -> list[str]:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import data;"
        "import json; notes = data.corpus(max(data.build_sizes().values()));"
        "print(json.dumps([note.text for note in notes]))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, str(RECIPE)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    texts = json.loads(done.stdout)
    assert isinstance(texts, list)
    return texts


def test_golden_and_training_share_no_template_family() -> None:
    """Not one family name."""
    manifest = json.loads((RECIPE / "data_manifest.json").read_text(encoding="utf-8"))
    golden = {family for family, _ in _golden_texts()}
    assert len(golden) >= 60
    assert golden & set(manifest["families"]) == set()


def test_golden_and_training_share_no_wording() -> None:
    """No eight words in a row, names and numbers set aside."""
    training = {run for text in _training_texts() for run in _runs(text)}
    golden = {run for _, text in _golden_texts() for run in _runs(text)}
    assert len(training) > 1000
    assert len(golden) > 1000
    assert sorted(golden & training) == []


def test_the_recipe_does_not_import_the_engine() -> None:
    """Its folder is its identity, so nothing outside the folder may decide what it builds."""
    for path in RECIPE.glob("*.py"):
        assert "openmed" not in re.findall(
            r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    assert importlib.util.find_spec("openmed") is not None


def test_shield_synthetic_shares_no_wording_with_golden_or_training() -> None:
    """No eight words in a row, names and numbers set aside."""
    rows = (SHIELD / "notes.jsonl").read_bytes().splitlines()
    shield = {run for row in rows for run in _runs(json.loads(row)["note_text"])}
    training = {run for text in _training_texts() for run in _runs(text)}
    golden = {run for _, text in _golden_texts() for run in _runs(text)}
    assert len(shield) > 1000
    assert sorted(shield & (training | golden)) == []
