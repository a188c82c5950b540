"""The two tables of the SHIELD corpus, joined into documents. Pure.

Offsets are code points into `note_text` exactly as it is; whether `span_end` is the last one or
the one after is said by the pin and never guessed. Overlaps are kept. The real corpus is under
a data-use agreement, so a refusal names a file, a row and a rule, and never a value of a row:
no text, no id, no label.

Not here: formats of tables (`tables.py`, `adapters/tables.py`), the wording of our own corpus in
this schema (`corpus/shield.py`), files and pins.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from openmed.domain.digest import Json, sha256_hex
from openmed.domain.inference.label_maps import SHIELD
from openmed.domain.suites.jsonl_table import TableRow, jsonl_rows
from openmed.domain.suites.layouts.layout import Ends, SuiteFiles
from openmed.domain.text.span import Document, GoldSpan
from openmed.errors import EvidenceError

SHIELD_LABELS: Final = SHIELD.table
"""Canonical label of each of SHIELD's nine; compare in lower case and without outer space."""

EDITIONS: Final[Mapping[tuple[int, int], str]] = {
    (1394, 10505): "arXiv 2605.03301 v1",
    (1381, 10229): "arXiv 2605.03301 v2",
}
"""Notes and spans of the published editions, to say which one a table looks like; never a rule."""

_ID_DIGITS: Final = 16
_SLICE_LENGTH: Final = 40
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
_FAMILY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class _Span(NamedTuple):
    where: str
    note_id: str
    start: int
    end: int
    label: str


def read_shield(files: SuiteFiles) -> tuple[Document, ...]:
    """Join the two tables of a pin, notes and spans; as `join_tables`."""
    notes, spans = files.files
    return join_tables(
        files.rows(notes.path, notes.data, f"{files.what}: notes"),
        files.rows(spans.path, spans.data, f"{files.what}: spans"),
        what=files.what,
        ends=files.ends,
    )


def read_tables(notes: bytes, spans: bytes, *, what: str) -> tuple[Document, ...]:
    """Join two tables kept as JSONL, ends exclusive; as `join_tables`."""
    return join_tables(
        jsonl_rows("notes.jsonl", notes, f"{what}: notes"),
        jsonl_rows("spans.jsonl", spans, f"{what}: spans"),
        what=what,
        ends="exclusive",
    )


def join_tables(
    notes: Iterable[TableRow], spans: Iterable[TableRow], *, what: str, ends: Ends
) -> tuple[Document, ...]:
    """Join both tables; notes without spans are kept.

    Args:
        notes: rows of note_id, note_text, note_type, and perhaps template_family.
        spans: rows of span_id, note_id, span_start, span_end, span_label.
        what: what the tables are, for the error sentence.
        ends: whether `span_end` is one past the last character or the last one.

    Returns:
        The documents, by id. An id is a digest of the note's, which may say too much.

    Raises:
        EvidenceError: a row is malformed, given twice, or fits no note; a span does not fit
            its text, or is given twice; or there is no note at all.
    """
    rows = _by_id(notes, column="note_id")
    if not rows:
        msg = f"{what}: notes hold no rows"
        raise EvidenceError(msg)
    texts = {note_id: _note_text(row) for note_id, row in rows.items()}
    shift = 1 if ends == "inclusive" else 0
    read = tuple(
        _span(row, texts=texts, shift=shift) for row in _by_id(spans, column="span_id").values()
    )
    _require_fit(read, texts=texts, ends=ends)
    of_note = _grouped(read)
    documents: dict[str, Document] = {}
    for note_id, row in rows.items():
        document = _document(row, note_id=note_id, spans=of_note.get(note_id, ()))
        if document.id in documents:
            raise _refusal(row, "note_id has the same digest as another")
        documents[document.id] = document
    return tuple(documents[key] for key in sorted(documents))


def edition_guess(documents: Sequence[Document]) -> str:
    """Say which published edition the counts are those of; empty when of none."""
    counts = (len(documents), sum(len(document.spans) for document in documents))
    return EDITIONS.get(counts, "")


def _by_id(table: Iterable[TableRow], *, column: str) -> dict[str, TableRow]:
    rows: dict[str, TableRow] = {}
    for row in table:
        key = _string(row, column)
        if key in rows:
            raise _refusal(row, f"{column} is given twice, first in {_place(rows[key].where)}")
        rows[key] = row
    return rows


def _note_text(row: TableRow) -> str:
    text = _string(row, "note_text")
    if not text:
        raise _refusal(row, "note_text is empty")
    return text


def _span(row: TableRow, *, texts: Mapping[str, str], shift: int) -> _Span:
    note_id = _string(row, "note_id")
    if note_id not in texts:
        raise _refusal(row, "note_id is not in the table of notes")
    label = SHIELD_LABELS.get(_string(row, "span_label").strip().lower())
    if label is None:
        raise _refusal(row, f"span_label is none of {', '.join(SHIELD_LABELS)}")
    start, end = _number(row, "span_start"), _number(row, "span_end") + shift
    return _Span(where=row.where, note_id=note_id, start=start, end=end, label=label)


def _string(row: TableRow, column: str) -> str:
    value = _cell(row, column)
    if not isinstance(value, str):
        raise _refusal(row, f"{column} is not a string")
    # JSON can spell half of a surrogate pair; such a text has no bytes and no digest.
    if _HALF_PAIR.search(value):
        raise _refusal(row, f"{column} is not valid Unicode")
    return value


def _number(row: TableRow, column: str) -> int:
    value = _cell(row, column)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _refusal(row, f"{column} is not a whole number")
    return value


def _cell(row: TableRow, column: str) -> Json:
    if column not in row.cells:
        raise _refusal(row, f"{column} is missing")
    return row.cells[column]


def _require_fit(spans: Sequence[_Span], *, texts: Mapping[str, str], ends: Ends) -> None:
    misfits = [span for span in spans if _fault(span, texts[span.note_id])]
    if misfits:
        shift, other = (1, "inclusive") if ends == "exclusive" else (-1, "exclusive")
        moved = tuple(each._replace(end=each.end + shift) for each in spans)
        hint = f"; offsets look end-{other}: say so in the pin (ends)"
        first = misfits[0]
        fault = _fault(first, texts[first.note_id])
        count = f" ({len(misfits)} of {len(spans)} spans do not fit)"
        raise _refusal(first, fault + count + (hint if _all_fit(moved, texts=texts) else ""))
    seen: dict[tuple[str, int, int, str], _Span] = {}
    for span in spans:
        key = (span.note_id, span.start, span.end, span.label)
        if key in seen:
            raise _refusal(span, f"the span is the one of {_place(seen[key].where)} again")
        seen[key] = span


def _all_fit(spans: Sequence[_Span], *, texts: Mapping[str, str]) -> bool:
    return not any(_fault(span, texts[span.note_id]) for span in spans) and not _overlaps(spans)


def _fault(span: _Span, text: str) -> str:
    if not 0 <= span.start <= span.end <= len(text):
        return f"the span lies outside the text of {len(text)} characters"
    value = text[span.start : span.end]
    if not value:
        return "the span is empty"
    if value != value.strip():
        return "the span begins or ends with white space"
    return "" if any(map(str.isalnum, value)) else "the span holds no letter or digit"


def _overlaps(spans: Sequence[_Span]) -> bool:
    pairs = (pair for group in _grouped(spans).values() for pair in pairwise(group))
    return any(left.end > right.start for left, right in pairs)


def _grouped(spans: Sequence[_Span]) -> dict[str, list[_Span]]:
    groups: dict[str, list[_Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (span.start, span.end, span.label)):
        groups[span.note_id].append(span)
    return dict(groups)


def _document(row: TableRow, *, note_id: str, spans: Sequence[_Span]) -> Document:
    document_id = f"n-{sha256_hex(note_id.encode())[:_ID_DIGITS]}"
    return Document(
        id=document_id,
        language="en",
        family=_family(row) or document_id,
        slice=_slice(_string(row, "note_type")),
        smoke=False,
        text=_note_text(row),
        spans=tuple(GoldSpan(start=span.start, end=span.end, label=span.label) for span in spans),
    )


def _family(row: TableRow) -> str:
    if "template_family" not in row.cells:
        return ""
    family = _string(row, "template_family")
    if not _FAMILY.fullmatch(family):
        raise _refusal(row, f"template_family does not match {_FAMILY.pattern}")
    return family


def _slice(note_type: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", note_type.lower()).strip("-")
    return words[:_SLICE_LENGTH].strip("-") or "note"


def _place(where: str) -> str:
    return where.rpartition(" ")[0].rpartition(" ")[2] + where[where.rindex(" ") :]


def _refusal(at: TableRow | _Span, fault: str) -> EvidenceError:
    return EvidenceError(f"{at.where}: {fault}")
