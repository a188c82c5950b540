"""The committed suites are what their seeds make, and owe nothing to the training data."""

import importlib.util
import json
import re
import subprocess
import sys

import pytest
from support.repositories import ROOT

GOLDEN = ROOT / "gates" / "suites" / "golden.jsonl"
SHIELD = ROOT / "gates" / "suites" / "shield-synthetic"
RECIPE = ROOT / "gates" / "recipes" / "pii-tiny"
WORDS = 8
"""Words in a row that two sets of notes would only share if one had been written from the other."""


SURROUNDINGS = (
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Adak", "PYTHONUTF8": "0"},
)


@pytest.mark.parametrize("surroundings", SURROUNDINGS, ids=["plain", "east", "west"])
@pytest.mark.parametrize("name", ["golden", "shield-synthetic"])
def test_the_committed_suite_is_what_the_seed_makes(
    name: str, surroundings: dict[str, str]
) -> None:
    """Whatever order a process gives its hashes, whatever its language and time zone."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", "suite", "build", name, "--check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **surroundings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _stats(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openmed", "suite", "stats", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_stats_count_the_committed_file() -> None:
    """Per label, per language and in total, as JSON."""
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    counts = json.loads(_stats("golden", "--json").stdout)["data"]
    assert (len(rows), sum(len(row["spans"]) for row in rows), 10) == (
        counts["documents"],
        counts["spans"],
        len(counts["languages"]),
    )
    (names,) = [row for row in counts["labels"] if row["label"] == "PATIENT_NAME"]
    assert names["families"] == len(
        {row["family"] for row in rows if "PATIENT_NAME" in {s["label"] for s in row["spans"]}}
    )


def test_stats_are_tables_for_a_person() -> None:
    """One row per label, one per language, totals below the labels."""
    done = _stats("golden", "--language", "en")
    words = [line.split() for line in done.stdout.splitlines() if line]
    assert done.returncode == 0, done.stderr
    assert ["LABEL", "DOCUMENTS", "SPANS", "FAMILIES", "LANGUAGES"] == words[0]
    assert ("all", "1") == (words[-3][0], words[-3][-1])
    assert "en" == words[-1][0]


@pytest.mark.parametrize("arguments", [("nothing",), ("golden", "--language", "xx")])
def test_stats_of_what_is_not_there_are_refused(arguments: tuple[str, ...]) -> None:
    """Exit 2, one sentence that says what there is."""
    done = _stats(*arguments)
    assert (2, 1) == (done.returncode, done.stderr.count("\n"))


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
