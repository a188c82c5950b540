"""Two sets of spans as one without overlaps."""

from functools import partial

import pytest

from openmed.domain.text import span_union
from openmed.domain.text.span import PredictedSpan

unite = partial(span_union.unite, length=20)


def span(start: int, end: int, label: str = "PHONE", score: float = 0.5) -> PredictedSpan:
    """A predicted span."""
    return PredictedSpan(start=start, end=end, label=label, score=score)


def test_apart_spans_stay_as_they_are() -> None:
    """Sorted by place."""
    assert (span(0, 2), span(5, 9, "SSN")) == unite([span(5, 9, "SSN")], [span(0, 2)])


def test_touching_is_not_overlapping() -> None:
    """They share no character."""
    assert (span(0, 4), span(4, 8)) == unite([span(0, 4)], [span(4, 8)])


def test_overlapping_spans_reach_over_all_of_them() -> None:
    """The longest gives label and score."""
    united = unite([span(0, 5, "DATE", 0.7)], [span(4, 12, "PHONE", 1.0)])
    assert (span(0, 12, "PHONE", 1.0),) == united


def test_overlaps_are_transitive() -> None:
    """The first and the last meet only through the middle."""
    united = unite([span(0, 5), span(9, 20, "MRN", 0.9)], [span(4, 10, "SSN", 1.0)])
    assert (span(0, 20, "MRN", 0.9),) == united


def test_a_span_inside_another_is_taken_up() -> None:
    """And what begins after the inner one ends still belongs to the outer."""
    assert (span(0, 20),) == unite([span(0, 20)], [span(2, 4, "SSN"), span(6, 8, "SSN")])


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (span(0, 4, "DATE"), span(1, 5, "SSN"), "SSN"),
        (span(1, 5, "DATE"), span(0, 4, "SSN"), "SSN"),
        (span(0, 4, "SSN"), span(0, 4, "URL"), "URL"),
    ],
)
def test_of_equally_long_ones_the_second_gives_the_label(
    first: PredictedSpan, second: PredictedSpan, winner: str
) -> None:
    """Wherever it begins, and whatever its name."""
    assert [winner] == [one.label for one in unite([first], [second])]


def test_of_one_side_the_earlier_one_gives_the_label_then_the_name() -> None:
    """So that the order of the input has no say."""
    assert "URL" == unite([span(1, 5, "DATE"), span(0, 4, "URL")], [])[0].label
    assert "DATE" == unite([], [span(0, 4, "URL"), span(0, 4, "DATE")])[0].label


def test_invalid_spans_pass_through() -> None:
    """Empty, backwards, negative: they are wrong answers, and must still be counted."""
    wrong = [span(3, 3), span(8, 2), span(-1, 4)]
    united = unite([span(0, 10), wrong[0], wrong[0]], [wrong[1], wrong[2]])
    assert (wrong[2], span(0, 10), wrong[0], wrong[0], wrong[1]) == united


def test_a_span_that_ends_behind_the_text_swallows_none() -> None:
    """What is right beside it still counts."""
    assert (span(15, 20), span(15, 21, "SSN")) == unite([span(15, 20), span(15, 21, "SSN")], [])


def test_nothing_and_nothing_is_nothing() -> None:
    """No span, no failure."""
    assert () == unite([], [])
