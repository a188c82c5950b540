"""`openmed suite lint|digest|sample` on the committed suites and on broken copies."""

import json

import pytest
from support.repositories import ROOT, Repository


@pytest.mark.parametrize("name", ["golden", "smoke", "shield-synthetic"])
def test_committed_suites_have_no_defect(name: str, repository: Repository) -> None:
    """And share no wording with what our model is trained on."""
    done = repository.run("suite", "lint", name, "--root", str(ROOT), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)["data"]
    assert report["findings"] == []
    assert report["training_overlap"]["shared"] == 0
    assert report["training_overlap"]["training"] > 10_000


def test_a_defect_is_named_and_not_quoted(repository: Repository) -> None:
    """Exit 5; the broken digest is a finding of its own."""
    path = repository.root / "gates" / "suites" / "golden.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[3])
    row["spans"][0]["start"] -= 1
    path.write_text("\n".join([*lines[:3], json.dumps(row), *lines[4:]]), encoding="utf-8")
    done = repository.run("suite", "lint", "golden")
    assert done.returncode == 5
    said = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in said[:2]] == ["not-as-pinned", "outside-text"]
    assert said[1].startswith(f"outside-text: {row['id']} {row['spans'][0]['start']}-")
    assert row["text"][20:40] not in done.stdout


def test_a_suite_that_is_not_pinned_is_refused(repository: Repository) -> None:
    """With the names of those that are."""
    done = repository.run("suite", "lint", "gold")
    assert (done.returncode, "fresh, golden, shield-synthetic, smoke" in done.stderr) == (2, True)


def test_digests_of_a_suite_are_said(repository: Repository) -> None:
    """What to pin, and whether it is pinned."""
    done = repository.run("suite", "digest", "shield-synthetic", "--json")
    facts = json.loads(done.stdout)["data"]
    assert (facts["documents"], facts["is_as_pinned"], facts["looks_like"]) == (200, True, "")
    assert sum(facts["labels"].values()) == facts["spans"]
    repository.edit("gates/suites.toml", facts["digest"], "0" * 64)
    again = json.loads(repository.run("suite", "digest", "shield-synthetic", "--json").stdout)
    assert again["data"] == {**facts, "is_as_pinned": False}


def test_a_sample_has_no_text_unless_it_is_asked_for(repository: Repository) -> None:
    """Counts and offsets, spread over the suite."""
    bare = repository.run("suite", "sample", "golden", "-n", "4", "--json")
    rows = json.loads(bare.stdout)["data"]
    assert len(rows) == len({row["id"].rpartition("-")[0] for row in rows}) == 4
    assert {key for row in rows for key in row} == {
        "id", "language", "slice", "characters", "spans",
    }  # fmt: skip
    shown = repository.run("suite", "sample", "golden", "-n", "4", "--text", "--json")
    texts = [row["text"] for row in json.loads(shown.stdout)["data"]]
    assert [len(text) for text in texts] == [row["characters"] for row in rows]


def test_text_of_real_notes_is_never_shown(repository: Repository) -> None:
    """A pin that does not say synthetic is of real notes."""
    path = repository.root / "gates" / "suites.toml"
    path.write_text(path.read_text().replace("synthetic = true\n", ""))
    for name in ("golden", "shield-synthetic"):
        refused = repository.run("suite", "sample", name, "--text")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "may not be shown" in refused.stderr
        assert repository.run("suite", "sample", name).returncode == 0
