"""Documents as they stand in a file, read leniently, so that lint can name what is wrong.

`openmed_jsonl.read_documents` stops at the first fault; here a span may lie anywhere and a label
may be any string. What is not even that shape is a finding of the rule `malformed`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, cast

from openmed.domain.digest import Json
from openmed.domain.suites.lint.lint_finding import LintFinding
from openmed.domain.text.span import Document
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_STRINGS: Final = ("id", "language", "family", "slice", "text")


class DraftSpan(NamedTuple):
    """One gold span as it is written.

    Attributes:
        start: first code point, anywhere.
        end: one past the last code point, anywhere.
        label: any string.
        text: the value, where the file repeats it.
    """

    start: int
    end: int
    label: str
    text: str | None = None


class Draft(NamedTuple):
    """One document as it is written.

    Attributes:
        where: what to call it: its id, or its line where the id cannot be shown.
        id: its id.
        language: its language.
        family: its template family.
        slice: what it tests.
        text: its text.
        spans: its gold, in the file's order.
    """

    where: str
    id: str
    language: str
    family: str
    slice: str
    text: str
    spans: tuple[DraftSpan, ...]

    def is_flagged(self, *words: str) -> bool:
        """Whether family or slice has one of these words as a part of its name."""
        parts = set(re.split(r"[._-]", f"{self.family}-{self.slice}"))
        return not parts.isdisjoint(words)

    def value(self, span: DraftSpan) -> str:
        """The text of a span; empty when it lies outside."""
        is_inside = 0 <= span.start <= span.end <= len(self.text)
        return self.text[span.start : span.end] if is_inside else ""


def drafts_of(documents: Iterable[Document]) -> tuple[Draft, ...]:
    """Documents that were read already."""
    return tuple(
        Draft(
            where=document.id,
            id=document.id,
            language=document.language,
            family=document.family,
            slice=document.slice,
            text=document.text,
            spans=tuple(DraftSpan(s.start, s.end, s.label) for s in document.spans),
        )
        for document in documents
    )


def read_drafts(data: bytes) -> tuple[tuple[Draft, ...], tuple[LintFinding, ...]]:
    """Read JSONL, one document a line.

    Returns:
        The documents, and a finding for every line that is none.
    """
    drafts: list[Draft] = []
    findings: list[LintFinding] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            drafts.append(_draft(read_table(line, what="it"), number=number))
        except EvidenceError as error:
            findings.append(LintFinding("malformed", f"line {number}", detail=error.message))
    return tuple(drafts), tuple(findings)


def _draft(cells: Mapping[str, Json], *, number: int) -> Draft:
    strings = {key: cells.get(key) for key in _STRINGS}
    for key, value in strings.items():
        if not isinstance(value, str):
            raise EvidenceError(f"{key} is not a string")
    rows = cells.get("spans")
    if not isinstance(rows, list):
        raise EvidenceError("spans is not a list")
    whole = cast("Mapping[str, str]", strings)
    return Draft(
        where=whole["id"] if _NAME.fullmatch(whole["id"]) else f"line {number}",
        id=whole["id"],
        language=whole["language"],
        family=whole["family"],
        slice=whole["slice"],
        text=whole["text"],
        spans=tuple(_span(row, at=at) for at, row in enumerate(rows, start=1)),
    )


def _span(row: Json, *, at: int) -> DraftSpan:
    cells = row if isinstance(row, dict) else {}
    start, end, label = cells.get("start"), cells.get("end"), cells.get("label")
    text = cells.get("text")
    is_placed = type(start) is int and type(end) is int
    if not (is_placed and isinstance(label, str) and isinstance(text, str | None)):
        raise EvidenceError(f"span {at} has no start, end and label")
    return DraftSpan(cast("int", start), cast("int", end), label, text)
