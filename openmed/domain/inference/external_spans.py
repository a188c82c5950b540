"""Spans as programs of other people give them, made ours: numbers, units of offsets, labels.

Which shapes are taken: `span_objects.py`. Whether offsets lie in the text is not decided here:
what a candidate gets wrong is counted, not repaired. What is not understood is named, by its type
and never by its content.
"""

import math
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, SupportsFloat, SupportsIndex

from openmed.domain.inference.answer_faults import (
    LONGEST_LABEL,
    MOST_LABELS,
    AnswerError,
    AnswerFault,
    Reason,
)
from openmed.domain.inference.profile import OffsetUnit, SpanSource
from openmed.domain.inference.span_objects import SpanCells, fail, spans_in
from openmed.domain.text.labels import IGNORE
from openmed.domain.text.offsets import Unit, to_code_points
from openmed.domain.text.span import SCORE_DIGITS, PredictedSpan
from openmed.errors import EvidenceError
from openmed.printable import printable

_UNITS: Final[Mapping[OffsetUnit, Unit]] = {"utf-16": Unit.UTF16, "utf-8": Unit.UTF8}
_LARGEST: Final = 2**53
_PREFIX: Final = re.compile(r"[BIESLU]-(?=.)")
"""Of a tag, by the schemes that pipelines know."""
_OUTSIDE: Final = "O"
"""The tag of what is no entity."""


class _SpanRow(NamedTuple):
    start: int
    end: int
    label: str
    score: float
    text: object


def foreign_spans(found: object, *, text: str, source: SpanSource) -> tuple[PredictedSpan, ...]:
    """Make spans ours, by (start, end, label).

    Args:
        found: what a program answered for one text.
        text: the text.
        source: unit of the offsets and map of the labels.

    Raises:
        AnswerError: not a list of spans; a label without a rule; an offset inside a character.
    """
    rules = {rule.model: rule.canonical for rule in source.label_map}
    given = [_row(cells, rules) for cells in spans_in(found, text=text)]
    rows = [row for row in given if row is not None]
    _require_rules(rows, rules)
    starts = _code_points([row.start for row in rows], text, source.unit)
    ends = _code_points([row.end for row in rows], text, source.unit)
    for start, end, row in zip(starts, ends, rows, strict=True):
        if isinstance(row.text, str) and text[max(start, 0) : max(end, 0)] != row.text:
            fail(Reason.OTHER_TEXT)
    spans = (
        PredictedSpan(start=start, end=end, label=rules[row.label], score=row.score)
        for start, end, row in zip(starts, ends, rows, strict=True)
        if rules[row.label] != IGNORE
    )
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label, span.score)))


def _require_rules(rows: Iterable[_SpanRow], rules: Mapping[str, str]) -> None:
    strange = sorted({row.label for row in rows} - rules.keys())
    if strange:
        names = tuple(printable(label[:LONGEST_LABEL]) or "(empty)" for label in strange)
        named, others = names[:MOST_LABELS], len(names[MOST_LABELS:])
        raise AnswerError(AnswerFault(reason=Reason.NO_RULE, labels=named, other_labels=others))


def _code_points(offsets: Sequence[int], text: str, unit: OffsetUnit) -> Sequence[int]:
    if unit == "code-point":
        return offsets
    try:
        return to_code_points(text, offsets, unit=_UNITS[unit])
    except EvidenceError:
        fail(Reason.OFFSET_UNIT)


def _row(cells: SpanCells, rules: Mapping[str, str]) -> _SpanRow | None:
    """A span whose parts are what they should be; None where a tag says that it is none."""
    label = _label(cells, rules)
    if cells.is_tag and label == _OUTSIDE and label not in rules:
        return None
    start, end = _whole(cells.start), _whole(cells.end)
    return _SpanRow(start, end, label, _score(cells.score), cells.text)


def _label(cells: SpanCells, rules: Mapping[str, str]) -> str:
    if cells.label is None:
        fail(Reason.NO_LABEL)
    if not isinstance(cells.label, str):
        fail(Reason.LABEL_TYPE, cells.label, is_named=True)
    label = str(cells.label)
    return _PREFIX.sub("", label, count=1) if cells.is_tag and label not in rules else label


def _whole(value: object) -> int:
    """A whole number, of Python, numpy or torch."""
    if value is None:
        fail(Reason.NO_OFFSETS)
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        fail(Reason.OFFSET_TYPE, value, is_named=True)
    try:
        number = operator.index(value)
    except TypeError:
        fail(Reason.OFFSET_TYPE, value, is_named=True)
    if abs(number) > _LARGEST:
        fail(Reason.OFFSET_SIZE)
    return number


def _score(value: object) -> float:
    if value is None:
        return 1.0
    if isinstance(value, bool | str) or not isinstance(value, SupportsFloat):
        fail(Reason.SCORE_TYPE, value, is_named=True)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        fail(Reason.SCORE_TYPE, value, is_named=True)
    if not math.isfinite(number):
        fail(Reason.SCORE_RANGE)
    score = round(number, SCORE_DIGITS)
    if not 0 <= score <= 1:
        fail(Reason.SCORE_RANGE)
    return score
