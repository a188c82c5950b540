"""The suite `shield-synthetic`: our own notes in the two tables of the SHIELD corpus. Pure.

For whoever has no access to the real corpus, which is under a data-use agreement: nothing of it
is in here but the names of its columns and its nine labels. Identifiers and names come from the
makers of the golden corpus; wording and layout are shared with none of its families. Not here:
reading the tables (`domain/suites/layouts/shield.py`).
"""

from collections.abc import Sequence
from typing import Final

from openmed.corpus.pool import Pool
from openmed.domain.digest import Json, canonical_json
from openmed.domain.text.labels import BY_NAME, Group
from openmed.errors import UsageError

__all__ = ["SHIELD_SEED", "build_shield", "source_label"]

SHIELD_SEED = "shield-synthetic-v0"
"""The seed of the committed tables."""

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


def build_shield(pool: Pool, *, seed: str) -> tuple[bytes, bytes]:
    """Write the table of notes and the table of spans, each as JSONL in canonical JSON.

    Notes are numbered in the pool's order: append to it, or every note is renumbered.

    Raises:
        UsageError: a template cannot be filled, or asks for a label that SHIELD has not.
    """
    notes: list[Json] = []
    spans: list[Json] = []
    for number, document in enumerate(pool.documents(seed), start=1):
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
        UsageError: SHIELD has no such label, so no family may ask for such a value.
    """
    found = _BY_LABEL.get(label) or _BY_GROUP.get(BY_NAME[label].group)
    if found is None:
        raise UsageError(f"SHIELD has no label for {label}; keep it out of the templates")
    return found


def _table(rows: Sequence[Json]) -> bytes:
    return b"".join(canonical_json(row) + b"\n" for row in rows)
