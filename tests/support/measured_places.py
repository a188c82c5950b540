"""A release repository whose candidates are run for real, in process, on two small suites.

Its models are functions that know the gold and forget a stated share of the spans of some
labels, so what a gate must say of each is known.
"""

import json
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support.repositories import ROOT, ROW, Repository

from openmed.context import Context, open_context
from openmed.domain.digest import sha256_hex
from openmed.domain.suites.suite import suite_digest
from openmed.domain.text.span import Document
from openmed.domain.wire import parse

SUITES = ("first", "second")
_BARE, _SOME = 4, 36
"""Documents of each suite without and with gold: together more than one chunk holds."""
SLOT = "pii::tiny::onnx"
_LABELS = (
    "PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "EMAIL", "SSN", "MRN", "STREET_ADDRESS",
    "CITY", "ZIPCODE",
)  # fmt: skip
_MODEL = '''"""Knows the gold of the suites by the digest of each text."""

import hashlib
import json
from pathlib import Path

GOLD = json.loads(Path(__file__).with_name("gold.json").read_text(encoding="utf-8"))


def find(text):
    """Spans of one text."""
    return GOLD.get(hashlib.sha256(text.encode()).hexdigest(), [])
'''


def small_suites() -> dict[str, tuple[Document, ...]]:
    """English notes of golden, cut into two suites; some notes of each have no gold."""
    lines = (ROOT / "gates" / "suites" / "golden.jsonl").read_bytes().splitlines()
    notes = [parse(Document, line, what="a note") for line in lines]
    english = [note for note in notes if note.language == "en"]
    bare = [note for note in english if not note.spans]
    some = [note for note in english if note.spans]
    return {
        name: (*bare[n * _BARE : (n + 1) * _BARE], *some[n * _SOME : (n + 1) * _SOME])
        for n, name in enumerate(SUITES)
    }


@dataclass(frozen=True)
class MeasuredPlace:
    """One release repository.

    Attributes:
        root: its folder.
        suites: its documents.
    """

    root: Path
    suites: dict[str, tuple[Document, ...]]

    @property
    def world(self) -> Context:
        """The repository, read again now."""
        return open_context(self.root, quiet=True)

    def add_model(self, folder: str, *, misses: int = 0) -> None:
        """Write a model that forgets every `misses`-th span of a patient's name; 0 = none."""
        place = self.root / folder
        place.mkdir(parents=True, exist_ok=True)
        gold: dict[str, list[list[object]]] = {}
        seen = 0
        for document in (d for documents in self.suites.values() for d in documents):
            kept: list[list[object]] = []
            for span in document.spans:
                is_name = span.label == "PATIENT_NAME"
                seen += is_name
                if span.label in _LABELS and not (is_name and misses and seen % misses == 0):
                    kept.append([span.start, span.end, span.label, 1.0])
            gold[sha256_hex(document.text.encode())] = kept
        (place / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
        (place / "model.py").write_text(_MODEL, encoding="utf-8")
        profile = {
            "schema": "openmed.runner-profile/1",
            "runner": "callable",
            "deterministic": True,
            "spans": {
                "function": "model:find",
                "label_map": [{"model": name, "canonical": name} for name in _LABELS],
            },
        }
        (place / "runner_profile.json").write_text(json.dumps(profile), encoding="utf-8")

    def shorten(self, suite: str) -> None:
        """Take the last document out of a suite and pin what is left, as another revision."""
        why = 'previous_missing = "a test"\n'
        self.repin(suite, self.suites[suite][:-1], revision="2", more=why)

    def repin(
        self,
        suite: str,
        documents: tuple[Document, ...],
        *,
        edition: str = "small",
        revision: str = "1",
        more: str = "",
    ) -> str:
        """Give a suite other documents; its pin as it was, as `[suite.previous]`.

        Args:
            suite: its name.
            documents: the new ones.
            edition: what the pin calls them.
            revision: what the pin calls them.
            more: further keys of the pin, as TOML; `previous` = the pin as it was.
        """
        pins = self.root / "gates" / "suites.toml"
        head, *rows = pins.read_text(encoding="utf-8").split("[[suite]]\n")
        (old,) = (row for row in rows if row.startswith(f'name = "{suite}"'))
        kept = self.root / "gates" / "suites" / f"{suite}-before.jsonl"
        if not kept.exists():
            shutil.copy(self.root / "gates" / "suites" / f"{suite}.jsonl", kept)
        before = old.partition("[suite.previous]")[0].replace(
            f'name = "{suite}"', f'name = "previous-{suite}"'
        )
        before = before.replace(f"{suite}.jsonl", f"{suite}-before.jsonl")
        data = _bytes_of(documents)
        (self.root / "gates" / "suites" / f"{suite}.jsonl").write_bytes(data)
        new = _row(suite, documents, edition=edition, revision=revision)
        new += f"[suite.previous]\n{before}" if more == "previous" else more
        rows = [new if row == old else row for row in rows]
        pins.write_text("[[suite]]\n".join([head, *rows]), encoding="utf-8")
        return before

    def without_misses(self, folder: str, suite: str) -> tuple[Document, ...]:
        """The documents of a suite in which a model misses no name."""
        found = json.loads((self.root / folder / "gold.json").read_text(encoding="utf-8"))
        return tuple(
            document
            for document in self.suites[suite]
            if all(
                [span.start, span.end, span.label, 1.0] in found[sha256_hex(document.text.encode())]
                for span in document.spans
                if span.label == "PATIENT_NAME"
            )
        )

    def copied(self, root: Path) -> "MeasuredPlace":
        """The same repository elsewhere, with everything that was made in it."""
        shutil.copytree(self.root, root)
        return replace(self, root=root)


def measured_place(root: Path, monkeypatch: pytest.MonkeyPatch, *slots: str) -> MeasuredPlace:
    """Make a repository with a key and one good candidate a slot; nothing is measured.

    Args:
        root: its folder.
        monkeypatch: gives this process a home of the repository's own, where the key is, and no
            package in this checkout's folder: tools of other tests make their caches there, and
            names that come to where packages are found let nothing stand.
        slots: more slots than `SLOT`; the model of each is in `models/` under its last part.
    """
    home = root / "home"
    home.mkdir(parents=True)
    for name in ("OPENMED_SIGNING_KEY", "OPENMED_SIGNING_KEY_FILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    around = {str(ROOT), str(ROOT / "tests"), ""}
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place not in around])
    (root / "gates" / "policy").mkdir(parents=True)
    shutil.copy(ROOT / "models.jsonl", root)
    shutil.copy(
        ROOT / "gates/policy/pii--tiny--onnx.toml", root / "gates/policy/pii--tiny--onnx.toml"
    )
    queue = (ROOT / "gates" / "candidates.toml").read_text(encoding="utf-8")
    head, ours, *_ = queue.split(ROW)
    ours = ours.replace("recipe:gates/recipes/pii-tiny", "file:models/tiny")
    (root / "gates" / "candidates.toml").write_text(f"{head}{ROW}{ours}", encoding="utf-8")
    repository = Repository(root=root, home=home)
    repository.make_quick(floor="0.9")
    policy = root / "gates/policy/pii--tiny--onnx.toml"
    text = policy.read_text(encoding="utf-8").replace('suites = ["smoke"]', _SUITES_LINE, 1)
    text = text.replace('"smoke"', f'"{SUITES[0]}"')
    line = "[gates.calibration]\n"
    assert line in text
    text = text.replace(line, f'{line}not_applicable = "a function has no threshold"\n')
    policy.write_text(text, encoding="utf-8")
    for slot in slots:
        repository.add_slot(slot, f"file:models/{slot.rpartition('::')[2]}")
    place = MeasuredPlace(root, small_suites())
    _pin(place)
    for name in ("tiny", *(slot.rpartition("::")[2] for slot in slots)):
        place.add_model(f"models/{name}")
    place.world.make_keys()
    return place


_SUITES_LINE = f"suites = {json.dumps(SUITES)}"


def _pin(place: MeasuredPlace) -> None:
    rows: list[str] = []
    (place.root / "gates" / "suites").mkdir(exist_ok=True)
    for name, documents in place.suites.items():
        (place.root / f"gates/suites/{name}.jsonl").write_bytes(_bytes_of(documents))
        rows += ["[[suite]]", _row(name, documents)]
    (place.root / "gates" / "suites.toml").write_text("\n".join(rows), encoding="utf-8")


def _bytes_of(documents: tuple[Document, ...]) -> bytes:
    return b"".join(document.model_dump_json().encode() + b"\n" for document in documents)


def _row(
    name: str, documents: tuple[Document, ...], *, edition: str = "small", revision: str = "1"
) -> str:
    lines = (
        f'name = "{name}"\ntitle = "{name}"\nedition = "{edition}"\nrevision = "{revision}"',
        f'path = "gates/suites/{name}.jsonl"\nsubset = "all"\nsynthetic = true',
        'licence = "Apache-2.0"\nsource = "Notes of golden."',
        f'sha256 = "{sha256_hex(_bytes_of(documents))}"\ndigest = "{suite_digest(documents)}"\n',
    )
    return "\n".join(lines)
