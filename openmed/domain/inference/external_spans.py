"""Spans as programs of other people give them, made ours: shapes, units of offsets, labels.

A span may be `(start, end, label)` with or without a score, a mapping with these keys, or an
object with these attributes; `entity_type` is another name for the label. Whether offsets lie in
the text is not decided here: what a candidate gets wrong is counted, not repaired.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from openmed.domain.inference.profile import OffsetUnit, SpanSource
from openmed.domain.text.labels import IGNORE
from openmed.domain.text.offsets import Unit, to_code_points
from openmed.domain.text.span import SCORE_DIGITS, PredictedSpan
from openmed.errors import EvidenceError

_UNITS: Final[Mapping[OffsetUnit, Unit]] = {"utf-16": Unit.UTF16, "utf-8": Unit.UTF8}
_NAMES: Final = (("start",), ("end",), ("label", "entity_type"), ("score",))
_FEWEST: Final = 3


def foreign_spans(
    found: Iterable[object], *, text: str, source: SpanSource
) -> tuple[PredictedSpan, ...]:
    """Make spans ours, by (start, end, label).

    Args:
        found: spans of one text.
        text: the text.
        source: unit of the offsets and map of the labels.

    Raises:
        EvidenceError: not a span; a label without a rule; an offset inside a character.
    """
    rules = {rule.model: rule.canonical for rule in source.label_map}
    rows = [_row(item) for item in found]
    strange = {label for _, _, label, _ in rows} - rules.keys()
    if strange:
        msg = f"the label map has no rule for {len(strange)} labels of the candidate"
        raise EvidenceError(msg)
    starts = _code_points([row[0] for row in rows], text, source.unit)
    ends = _code_points([row[1] for row in rows], text, source.unit)
    spans = (
        PredictedSpan(start=start, end=end, label=rules[label], score=round(score, SCORE_DIGITS))
        for start, end, (_, _, label, score) in zip(starts, ends, rows, strict=True)
        if rules[label] != IGNORE
    )
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label, span.score)))


def _code_points(offsets: Sequence[int], text: str, unit: OffsetUnit) -> Sequence[int]:
    return offsets if unit == "code-point" else to_code_points(text, offsets, unit=_UNITS[unit])


def _row(item: object) -> tuple[int, int, str, float]:
    cells = _cells(item)
    if len(cells) < _FEWEST:
        raise EvidenceError("a span has no start, end and label")
    start, end, label = cells[:3]
    score = cells[3] if len(cells) > _FEWEST and cells[3] is not None else 1.0
    if not _is_whole(start) or not _is_whole(end) or not isinstance(label, str):
        raise EvidenceError("a span's start and end are not whole numbers, or its label no text")
    if not isinstance(score, int | float):
        raise EvidenceError("a span's score is not a number")
    return int(str(start)), int(str(end)), label, float(score)


def _cells(item: object) -> Sequence[object]:
    if isinstance(item, list | tuple):
        return item
    if isinstance(item, Mapping):
        return [next((item[n] for n in names if n in item), None) for names in _NAMES]
    return [next((getattr(item, n) for n in names if hasattr(item, n)), None) for names in _NAMES]


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
