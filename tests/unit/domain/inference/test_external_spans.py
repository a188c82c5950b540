"""Spans of other people's programs, made ours."""

from types import SimpleNamespace

import pytest

from openmed.domain.inference.external_spans import foreign_spans
from openmed.domain.inference.profile import LabelRule, OffsetUnit, SpanSource
from openmed.errors import EvidenceError

TEXT = "🙂 Zoë Marsh."


def source(unit: OffsetUnit = "code-point") -> SpanSource:
    """Two labels, one of them not personal."""
    rules = (
        LabelRule(model="PER", canonical="PATIENT_NAME"),
        LabelRule(model="MISC", canonical="IGNORE"),
    )
    return SpanSource(function="m:f", unit=unit, label_map=rules)


def found(*items: object, unit: OffsetUnit = "code-point") -> list[tuple[int, int, str, float]]:
    """Spans as tuples."""
    spans = foreign_spans(items, text=TEXT, source=source(unit))
    return [(s.start, s.end, s.label, s.score) for s in spans]


@pytest.mark.parametrize(
    "item",
    [
        (2, 11, "PER"),
        [2, 11, "PER", 1],
        {"start": 2, "end": 11, "label": "PER", "text": "x"},
        {"start": 2, "end": 11, "entity_type": "PER", "score": None},
        SimpleNamespace(entity_type="PER", start=2, end=11, score=1.0),
    ],
)
def test_every_shape_is_read(item: object) -> None:
    """Tuples, mappings, objects."""
    assert found(item) == [(2, 11, "PATIENT_NAME", 1.0)]


@pytest.mark.parametrize(
    ("unit", "start", "end"), [("code-point", 2, 11), ("utf-16", 3, 12), ("utf-8", 5, 15)]
)
def test_every_unit_is_converted(unit: OffsetUnit, start: int, end: int) -> None:
    """The same place."""
    assert found((start, end, "PER"), unit=unit) == [(2, 11, "PATIENT_NAME", 1.0)]


def test_spans_are_ordered_and_rounded() -> None:
    """And what is not personal is left out by its own rule."""
    assert found((6, 11, "PER", 0.123456), (0, 1, "MISC"), (2, 5, "PER")) == [
        (2, 5, "PATIENT_NAME", 1.0),
        (6, 11, "PATIENT_NAME", 0.1235),
    ]


def test_places_outside_the_text_are_left_to_the_scorer() -> None:
    """They are counted against the candidate, not repaired."""
    assert found((5, 5, "PER"), (8, 99, "PER"))[1][1] == 99


@pytest.mark.parametrize(
    ("item", "unit", "reason"),
    [
        ((0, 1, "ORG"), "code-point", "no rule for 1 labels"),
        ((0, 1), "code-point", "no start, end and label"),
        (("0", 1, "PER"), "code-point", "not whole numbers"),
        ((0.0, 1, "PER"), "code-point", "not whole numbers"),
        ((True, 1, "PER"), "code-point", "not whole numbers"),
        ((0, 1, None), "code-point", "label no text"),
        ((0, 1, "PER", "high"), "code-point", "score is not a number"),
        ("Zoë", "code-point", "whole numbers"),
        ((1, 3, "PER"), "utf-16", "inside a character"),
    ],
)
def test_what_is_no_span_is_refused(item: object, unit: OffsetUnit, reason: str) -> None:
    """Nothing is dropped silently, nothing is quoted."""
    with pytest.raises(EvidenceError) as caught:
        found(item, unit=unit)
    assert (reason in caught.value.message, "Zo" in caught.value.message) == (True, False)
