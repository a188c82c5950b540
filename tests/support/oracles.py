"""Candidates that are no model: functions that know suites by heart, or the wordings of notes.

An artifact is a function and a file of what it knows. It answers a text it knows with the gold of
it, and another one by what it learned, or with nothing.
"""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from support.repositories import ROOT

from openmed.domain.digest import Json
from openmed.domain.inference.profile import (
    FILE_NAME,
    LabelRule,
    RunnerProfile,
    SpanSource,
    TokenDecoding,
)
from openmed.domain.text.span import Document
from openmed.domain.wire import dump

SLOT = "oracle::tiny::callable"
REPO_ID = "org/oracle"
CONTEXT = 8
"""Characters before a value by which a learned wording is known."""
LONGEST = 60
"""Characters of a value."""

LABELS = (
    "PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "EMAIL", "SSN", "MRN", "STREET_ADDRESS",
    "CITY", "ZIPCODE",
)  # fmt: skip
"""What an oracle declares: what our tiny model declares."""
CALLED = {**{name: name for name in LABELS}, "ANY_ID": "MRN", "ANY_LOCATION": "CITY"}
"""What it calls gold, of SHIELD's labels too."""

_FUNCTION = """
import hashlib, json, pathlib

KNOWN = json.loads((pathlib.Path(__file__).parent / "known.json").read_text(encoding="utf-8"))
CONTEXT, LONGEST = KNOWN["context"], KNOWN["longest"]


def find(text):
    key = hashlib.sha256(text.encode()).hexdigest()
    if key in KNOWN["texts"]:
        return [tuple(span) for span in KNOWN["texts"][key]]
    return list(learned(text))


def learned(text):
    wordings, start = KNOWN["wordings"], 0
    while start < len(text):
        known = wordings.get(text[max(0, start - CONTEXT) : start])
        end = known and ended(text, start, known[1])
        if end:
            yield start, end, known[0]
        start = end or start + 1


def ended(text, start, endings):
    for end in range(start + 1, min(len(text), start + LONGEST) + 1):
        if text[end : end + 2] in endings:
            return end
    return 0
"""


def put_oracle(
    folder: Path, *, knows: Iterable[Document] = (), learned: Iterable[Document] = ()
) -> None:
    """Write the artifact of an oracle.

    Args:
        folder: where; it must not be there.
        knows: documents whose gold it answers with.
        learned: documents from which it has the wordings around values, without the values.
    """
    folder.mkdir(parents=True)
    table: Json = {
        "context": CONTEXT,
        "longest": LONGEST,
        "texts": {
            hashlib.sha256(document.text.encode()).hexdigest(): [
                [span.start, span.end, CALLED[span.label]]
                for span in document.spans
                if span.label in CALLED
            ]
            for document in knows
        },
        "wordings": _wordings(learned),
    }
    (folder / "known.json").write_text(json.dumps(table), encoding="utf-8")
    (folder / "oracle.py").write_text(_FUNCTION, encoding="utf-8")
    rules = tuple(LabelRule(model=name, canonical=name) for name in LABELS)
    profile = RunnerProfile(
        runner="callable",
        deterministic=True,
        spans=SpanSource(function="oracle:find", label_map=rules),
        # Not used by a function; gate `calibration` finds the threshold it asks for.
        tokens=TokenDecoding(
            window=64,
            stride=16,
            stitch="center,index",
            decoder="word-v1",
            threshold=0.5,
            max_padded_tokens=1024,
            max_items=16,
            label_map=rules,
        ),
    )
    (folder / FILE_NAME).write_bytes(dump(profile))


def _wordings(documents: Iterable[Document]) -> dict[str, Json]:
    """Label and endings by what stands before a value."""
    labels: dict[str, str] = {}
    endings: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        last = 0
        for span in document.spans:
            # Never a part of another value: what is learned is the wording alone.
            before = document.text[max(last, span.start - CONTEXT) : span.start]
            if len(before) == CONTEXT and span.label in CALLED:
                labels[before] = CALLED[span.label]
                endings[before].add(document.text[span.end : span.end + 2])
            last = span.end
    return {name: [label, sorted(endings[name])] for name, label in labels.items()}


def oracle_repository(root: Path) -> None:
    """A repository whose one candidate is `models/oracle`, under the default policy."""
    gates = root / "gates"
    gates.mkdir(parents=True)
    (gates / "policy").mkdir()
    for name in ("default.toml", "floor.toml"):
        shutil.copy(ROOT / "gates" / "policy" / name, gates / "policy")
    shutil.copytree(ROOT / "gates" / "suites", gates / "suites")
    shutil.copy(ROOT / "gates" / "suites.toml", gates)
    row = {
        "slot": SLOT, "title": "Oracle", "repo_id": REPO_ID, "source": "file:models/oracle",
        "labels": LABELS, "languages": ["en"], "licence": "Apache-2.0", "max_bytes": 20_000_000,
        "bootstrap": True,
    }  # fmt: skip
    lines = [
        f"{name} = {'true' if value is True else json.dumps(value)}" for name, value in row.items()
    ]
    (gates / "candidates.toml").write_text("\n".join(["[[candidate]]", *lines, ""]))
    family, tier, name = SLOT.split("::")
    listed = json.loads((ROOT / "models.jsonl").read_text(encoding="utf-8").splitlines()[0])
    listed |= {"repo_id": REPO_ID, "family": family, "tier": tier, "formats": [name]}
    (root / "models.jsonl").write_text(f"{json.dumps(listed)}\n", encoding="utf-8")
