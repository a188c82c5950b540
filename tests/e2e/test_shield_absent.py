"""A policy that names SHIELD where SHIELD is not: no verdict, and a sentence how to get it."""

import json
from pathlib import Path

import pytest
from support.repositories import Repository

SLOT = "pii::tiny::onnx"
PIN = """
[[suite]]
name = "shield"
title = "SHIELD"
edition = "arXiv 2605.03301 v2"
revision = "0"
layout = "shield"
local = "$SHIELD_FOLDER"
path = "data/full/notes.jsonl"
spans_path = "data/full/spans.jsonl"
ends = "exclusive"
subset = "all"
sha256 = "{notes}"
spans_sha256 = "{spans}"
digest = "{content}"
licence = "LicenseRef-SHIELD-Data-Set-License-1.0"
source = "Stanford clinical notes with replaced identifiers."
access = "Access is granted on the data set's page, after a data-use agreement."
"""


@pytest.fixture
def wanting(repository: Repository) -> Repository:
    """The policy names SHIELD; its pin has the digests of our own tables in the same schema."""
    repository.make_quick()
    policy = f"gates/policy/{SLOT.replace('::', '--')}.toml"
    repository.edit(policy, 'suites = ["smoke"]', 'suites = ["smoke", "shield"]')
    path = repository.root / "gates" / "suites.toml"
    ours = path.read_text().split('name = "shield-synthetic"')[1]
    pinned = dict(line.split(" = ") for line in ours.splitlines() if " = " in line)
    pin = PIN.format(
        notes=json.loads(pinned["sha256"]),
        spans=json.loads(pinned["spans_sha256"]),
        content=json.loads(pinned["digest"]),
    )
    path.write_text(path.read_text() + pin)
    return repository


def test_without_the_data_there_is_no_verdict(wanting: Repository) -> None:
    """Exit 5, NOT_EVALUATED, nothing live, and the way to get it."""
    done = wanting.run("release", "run")
    assert done.returncode == 5, done.stdout + done.stderr
    assert wanting.results()[SLOT]["standing"] == "NOT_EVALUATED"
    assert not (wanting.root / "gates" / "pointer.json").exists()
    said = json.dumps(wanting.run_report)
    assert "suite shield is not here: $SHIELD_FOLDER is not set" in said
    assert "Access is granted on the data set's page, after a data-use agreement." in said


def test_with_the_data_there_is_one(
    wanting: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read from the folder that the environment names; nothing of it is kept."""
    folder = tmp_path / "shield" / "data" / "full"
    folder.mkdir(parents=True)
    for name in ("notes.jsonl", "spans.jsonl"):
        ours = wanting.root / "gates" / "suites" / "shield-synthetic" / name
        (folder / name).write_bytes(ours.read_bytes())
        ours.unlink()
    monkeypatch.setenv("SHIELD_FOLDER", str(tmp_path / "shield"))
    done = wanting.run("release", "run")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (folder / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["note_text"] for line in lines]
    kept = wanting.files("artifacts", "gates")
    phrases = [text[20:60].encode() for text in texts[:20]]
    assert [name for name, data in kept.items() if any(p in data for p in phrases)] == []
