"""Advice about suites that are generated or have defects, from the command that says it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, follow
from support.places import Place
from support.repositories import ROOT

from openmed.domain.digest import sha256_hex
from openmed.domain.suites.suite import suite_digest
from openmed.domain.text.span import Document
from openmed.domain.wire import dump, parse

SECRET = "5" * 64
FRESH = """
[[generated]]
name = "fresh"
title = "Fresh notes"
every = "week"
documents = 4
licence = "Apache-2.0"
source = "Made."
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One release, our suites, and the secret of those that are generated."""
    place = Place(tmp_path / "r")
    place.release(b"first")
    place.write_queue()
    for name in ("policy", "suites"):
        shutil.copytree(ROOT / "gates" / name, place.root / "gates" / name)
    shutil.copy(ROOT / "gates" / "suites.toml", place.root / "gates")
    (place.root / "gates" / "policy" / "rampart--tiny--onnx-q4.toml").unlink()
    return Desk(place.root, place.root / "me", environment={"OPENMED_SUITE_SECRET": SECRET})


def _write_fresh(desk: Desk, more: str = "") -> None:
    path = desk.root / "gates" / "suites.toml"
    pins = path.read_text(encoding="utf-8").partition("[[generated]]")[0]
    path.write_text(pins + FRESH + more, encoding="utf-8")


def test_templates_that_are_nowhere(desk: Desk, tmp_path: Path) -> None:
    """Named, they are read; the run goes on to the candidate, whose source is missing."""
    _write_fresh(desk, 'templates = "$OURS"\n')
    said = desk.openmed("suite", "stats", "fresh")
    folder = tmp_path / "private"
    (folder / "en").mkdir(parents=True)
    sheet = folder / "en" / "ours.sheet"
    sheet.write_text("copies = 3\n== quiet-01 letter\nZyzzyva {patient.full}, {ssn}\n")
    named = replace(desk, environment={**desk.environment, "OURS": str(folder)})
    template = "set it; then openmed release run --retry"
    (run,) = follow(named, said, template, by_hand={"set it": lambda: None}, ends=(5,))
    assert "source 'models/tiny' is not a folder" in run.text
    assert "cannot be made" not in run.text
    assert named.openmed("suite", "stats", "fresh").code == 0


def test_digests_of_generated_suites_that_are_wrong(desk: Desk) -> None:
    """They are made again, and are those of before."""
    _write_fresh(desk)
    desk.openmed("release", "stage")
    kept = desk.root / "artifacts" / "generated-suites.json"
    before = json.loads(kept.read_text())
    wrong = {name: {**row, "digest": "e" * 64} for name, row in before.items()}
    kept.write_text(json.dumps(wrong))
    said = desk.openmed("suite", "stats", "fresh")
    assert said.code == 7
    follow(desk, said, "rm artifacts/generated-suites.json")
    assert desk.openmed("suite", "stats", "fresh").code == 0
    desk.openmed("release", "stage")
    assert json.loads(kept.read_text()) == before


def test_a_suite_with_defects(desk: Desk) -> None:
    """Lint shows the one that the benchmark stopped at; without it, lint finds none."""
    lines = (desk.root / "gates" / "suites" / "golden.jsonl").read_bytes().splitlines()
    notes = tuple(parse(Document, line, what="a note") for line in lines[:3])
    again = Document.model_validate({**notes[0].model_dump(), "id": "again"})
    _write_own(desk, (*notes, again))
    for name, data in builders.contents_of(b"weights").items():
        path = desk.root / "models" / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    said = desk.openmed("benchmark", "run", "--model", "file:models/mine", "--suite", "own")
    assert said.code == 5
    template = "openmed suite lint {}; correct it, or name them as [[suite.defects]]"
    hands = {"correct it": lambda: _write_own(desk, notes)}
    (lint,) = follow(desk, said, template, by_hand=hands, ends=(5,))
    assert "again" in lint.text
    assert desk.openmed("suite", "lint", "own").code == 0


def _write_own(desk: Desk, notes: tuple[Document, ...]) -> None:
    """A suite of these notes, pinned."""
    data = b"".join(dump(note) + b"\n" for note in notes)
    (desk.root / "gates" / "suites" / "own.jsonl").write_bytes(data)
    row = {
        "name": "own", "title": "Own notes", "edition": "v1", "revision": "1",
        "path": "gates/suites/own.jsonl", "subset": "all", "sha256": sha256_hex(data),
        "digest": suite_digest(notes), "synthetic": True, "licence": "Apache-2.0",
        "source": "Made.",
    }  # fmt: skip
    table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in row.items())
    (desk.root / "gates" / "suites.toml").write_text(f"[[suite]]\n{table}\n")
