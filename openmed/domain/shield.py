"""The two tables of the SHIELD corpus, read into documents. Pure.

Notes and spans come as JSONL, one object a line; only LF ends a line. Offsets are code points
into `note_text` exactly as it is. The real corpus is under a data-use agreement, so a refusal
names a file, a line and a rule, and never a value of a row: no text, no id, no label.

Not here: the wording of our own corpus in this schema (`corpus/shield.py`), files and pins.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from openmed.domain.digest import Json, sha256_hex
from openmed.domain.span import Document, GoldSpan
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError

SHIELD_LABELS: Final[dict[str, str]] = {
    "age": "AGE",
    "date": "DATE",
    "doctor": "PROVIDER_NAME",
    "hospital": "FACILITY",
    "id": "ANY_ID",
    "location": "ANY_LOCATION",
    "patient": "PATIENT_NAME",
    "phone": "PHONE",
    "web": "URL",
}
"""Canonical label of each of SHIELD's nine; compare in lower case and without outer space."""

_ID_DIGITS: Final = 16
_SLICE_LENGTH: Final = 40
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
_FAMILY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class _Row(NamedTuple):
    where: str
    cells: Mapping[str, Json]


class _Span(NamedTuple):
    where: str
    note_id: str
    start: int
    end: int
    label: str


def read_tables(notes: bytes, spans: bytes, *, what: str) -> tuple[Document, ...]:
    """Read both tables; notes without spans are kept.

    Args:
        notes: rows of note_id, note_text, note_type, and perhaps template_family.
        spans: rows of span_id, note_id, span_start, span_end, span_label.
        what: what the tables are, for the error sentence.

    Returns:
        The documents, by id. An id is a digest of the note's, which may say too much.

    Raises:
        EvidenceError: a row is malformed, given twice, or fits no note; a span does not fit
            its text or overlaps another; or there is no note at all.
    """
    rows = _by_id(notes, column="note_id", what=f"{what}: notes")
    if not rows:
        msg = f"{what}: notes hold no rows"
        raise EvidenceError(msg)
    texts = {note_id: _note_text(row) for note_id, row in rows.items()}
    read = tuple(
        _span(row, texts=texts)
        for row in _by_id(spans, column="span_id", what=f"{what}: spans").values()
    )
    _require_fit(read, texts=texts)
    of_note = _grouped(read)
    documents: dict[str, Document] = {}
    for note_id, row in rows.items():
        document = _document(row, note_id=note_id, spans=of_note.get(note_id, ()))
        if document.id in documents:
            raise _refusal(row, "note_id has the same digest as another")
        documents[document.id] = document
    return tuple(documents[key] for key in sorted(documents))


def _by_id(data: bytes, *, column: str, what: str) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for row in _rows(data, what=what):
        key = _string(row, column)
        if key in rows:
            raise _refusal(row, f"{column} is given twice, first in {_line(rows[key].where)}")
        rows[key] = row
    return rows


def _rows(data: bytes, *, what: str) -> Iterator[_Row]:
    # Only LF ends a line: `splitlines` would also cut at U+2028 inside a text.
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            where = f"{what} line {number}"
            yield _Row(where=where, cells=read_table(line, what=where))


def _note_text(row: _Row) -> str:
    text = _string(row, "note_text")
    if not text:
        raise _refusal(row, "note_text is empty")
    return text


def _span(row: _Row, *, texts: Mapping[str, str]) -> _Span:
    note_id = _string(row, "note_id")
    if note_id not in texts:
        raise _refusal(row, "note_id is not in the table of notes")
    label = SHIELD_LABELS.get(_string(row, "span_label").strip().lower())
    if label is None:
        raise _refusal(row, f"span_label is none of {', '.join(SHIELD_LABELS)}")
    start, end = _number(row, "span_start"), _number(row, "span_end")
    return _Span(where=row.where, note_id=note_id, start=start, end=end, label=label)


def _string(row: _Row, column: str) -> str:
    value = _cell(row, column)
    if not isinstance(value, str):
        raise _refusal(row, f"{column} is not a string")
    # JSON can spell half of a surrogate pair; such a text has no bytes and no digest.
    if _HALF_PAIR.search(value):
        raise _refusal(row, f"{column} is not valid Unicode")
    return value


def _number(row: _Row, column: str) -> int:
    value = _cell(row, column)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _refusal(row, f"{column} is not a whole number")
    return value


def _cell(row: _Row, column: str) -> Json:
    if column not in row.cells:
        raise _refusal(row, f"{column} is missing")
    return row.cells[column]


def _require_fit(spans: Sequence[_Span], *, texts: Mapping[str, str]) -> None:
    for span in spans:
        fault = _fault(span, texts[span.note_id])
        if fault:
            closed = tuple(each._replace(end=each.end + 1) for each in spans)
            hint = "; offsets look end-inclusive" if _all_fit(closed, texts=texts) else ""
            raise _refusal(span, f"{fault}{hint}")
    overlap = _overlap(spans)
    if overlap:
        first, second = overlap
        raise _refusal(second, f"the span overlaps the one of {_line(first.where)}")


def _all_fit(spans: Sequence[_Span], *, texts: Mapping[str, str]) -> bool:
    return not (any(_fault(span, texts[span.note_id]) for span in spans) or _overlap(spans))


def _fault(span: _Span, text: str) -> str:
    if not 0 <= span.start <= span.end <= len(text):
        return f"the span lies outside the text of {len(text)} characters"
    value = text[span.start : span.end]
    if not value:
        return "the span is empty"
    if value != value.strip():
        return "the span begins or ends with white space"
    return "" if any(map(str.isalnum, value)) else "the span holds no letter or digit"


def _overlap(spans: Sequence[_Span]) -> tuple[_Span, _Span] | None:
    pairs = (pair for group in _grouped(spans).values() for pair in pairwise(group))
    return next((pair for pair in pairs if pair[0].end > pair[1].start), None)


def _grouped(spans: Sequence[_Span]) -> dict[str, list[_Span]]:
    groups: dict[str, list[_Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        groups[span.note_id].append(span)
    return dict(groups)


def _document(row: _Row, *, note_id: str, spans: Sequence[_Span]) -> Document:
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


def _family(row: _Row) -> str:
    if "template_family" not in row.cells:
        return ""
    family = _string(row, "template_family")
    if not _FAMILY.fullmatch(family):
        raise _refusal(row, f"template_family does not match {_FAMILY.pattern}")
    return family


def _slice(note_type: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", note_type.lower()).strip("-")
    return words[:_SLICE_LENGTH].strip("-") or "note"


def _line(where: str) -> str:
    return where[where.rindex("line ") :]


def _refusal(at: _Row | _Span, fault: str) -> EvidenceError:
    return EvidenceError(f"{at.where}: {fault}")
