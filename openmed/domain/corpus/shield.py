"""The suite `shield-synthetic`: our own notes in the two tables of the SHIELD corpus. Pure.

For whoever has no access to the real corpus, which is under a data-use agreement: nothing of it
is in here but the names of its columns and its nine labels. Identifiers and names come from the
makers of the golden corpus; wording and layout are shared with none of its families. Not here:
reading the tables (`domain/shield.py`).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from openmed.domain.corpus.family import Family, write_document
from openmed.domain.corpus.shield_families import SHIELD_WARD
from openmed.domain.corpus.shield_families_clinic import SHIELD_CLINIC
from openmed.domain.digest import Json, canonical_json
from openmed.domain.text.labels import BY_NAME, Group
from openmed.domain.text.span import Document

__all__ = ["SHIELD_FAMILIES", "SHIELD_SEED", "build_shield", "source_label"]

SHIELD_SEED = "shield-synthetic-v0"
"""The seed of the committed tables."""

SHIELD_FAMILIES: Final[tuple[Family, ...]] = (*SHIELD_WARD, *SHIELD_CLINIC)
"""Every family. Their order numbers the notes; append, or every note is renumbered."""

_NOTES_PER_FAMILY: Final = 8
_BY_GROUP: Final[dict[Group, str]] = {
    Group.LOCATION: "LOCATION",
    Group.DATE: "DATE",
    Group.AGE: "AGE",
    Group.ID: "ID",
}
_BY_LABEL: Final[dict[str, str]] = {
    "PATIENT_NAME": "PATIENT",
    "PROVIDER_NAME": "DOCTOR",
    "USERNAME": "ID",
    "FACILITY": "HOSPITAL",
    "PHONE": "PHONE",
    "FAX": "PHONE",
    "EMAIL": "WEB",
    "URL": "WEB",
    "IP_ADDRESS": "WEB",
}


def build_shield(seed: str) -> tuple[bytes, bytes]:
    """Write the table of notes and the table of spans, each as JSONL in canonical JSON."""
    notes: list[Json] = []
    spans: list[Json] = []
    for number, document in enumerate(_documents(seed), start=1):
        note_id = f"note-{number:04d}"
        notes.append(
            {
                "note_id": note_id,
                "note_text": document.text,
                "note_type": document.slice.replace("-", " ").capitalize(),
                "template_family": document.family,
            }
        )
        for span in document.spans:
            spans.append(
                {
                    "span_id": f"s-{len(spans) + 1:05d}",
                    "note_id": note_id,
                    "span_start": span.start,
                    "span_end": span.end,
                    "span_label": source_label(span.label),
                }
            )
    return _table(notes), _table(spans)


def source_label(label: str) -> str:
    """Say which of SHIELD's nine labels covers a canonical label.

    Raises:
        ValueError: SHIELD has no such label, so no family may ask for such a value.
    """
    found = _BY_LABEL.get(label) or _BY_GROUP.get(BY_NAME[label].group)
    if found is None:
        msg = f"SHIELD has no label for {label}; keep it out of the templates"
        raise ValueError(msg)
    return found


def _documents(seed: str) -> Iterator[Document]:
    for family in SHIELD_FAMILIES:
        for index in range(1, _NOTES_PER_FAMILY + 1):
            yield write_document(family, seed=seed, index=index)


def _table(rows: Sequence[Json]) -> bytes:
    return b"".join(canonical_json(row) + b"\n" for row in rows)
