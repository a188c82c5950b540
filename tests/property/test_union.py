"""Laws of the union of spans."""

from functools import partial
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.text import span_union
from openmed.domain.text.span import PredictedSpan

LENGTH = 25
"""Characters of the text; some spans end behind it."""
unite = partial(span_union.unite, length=LENGTH)
SPANS = st.lists(
    st.builds(
        PredictedSpan,
        start=st.integers(-2, 30),
        end=st.integers(-2, 30),
        label=st.sampled_from(["PHONE", "SSN", "DATE"]),
        score=st.sampled_from([0.0, 0.5, 1.0]),
    ),
    max_size=12,
)


def _valid(spans: list[PredictedSpan]) -> list[PredictedSpan]:
    return [span for span in spans if 0 <= span.start < span.end <= LENGTH]


def _wrong(spans: list[PredictedSpan]) -> list[tuple[int, int, str, float]]:
    return sorted(
        (span.start, span.end, span.label, span.score)
        for span in spans
        if not 0 <= span.start < span.end <= LENGTH
    )


def _characters(spans: list[PredictedSpan]) -> set[int]:
    return {place for span in _valid(spans) for place in range(span.start, span.end)}


@given(SPANS, SPANS)
def test_it_covers_what_its_members_cover(
    first: list[PredictedSpan], second: list[PredictedSpan]
) -> None:
    """No character more, none less."""
    assert _characters(first + second) == _characters(list(unite(first, second)))


@given(SPANS, SPANS)
def test_valid_spans_do_not_overlap(
    first: list[PredictedSpan], second: list[PredictedSpan]
) -> None:
    """And all are in order."""
    united = list(unite(first, second))
    assert sorted(united, key=lambda s: (s.start, s.end, s.label, s.score)) == united
    assert all(one.end <= other.start for one, other in pairwise(_valid(united)))


@given(SPANS, SPANS)
def test_a_union_is_its_own_union(first: list[PredictedSpan], second: list[PredictedSpan]) -> None:
    """Alone it does not change, on either side."""
    united = unite(first, second)
    assert united == unite(united, ()) == unite((), united)


@given(SPANS, SPANS, st.randoms(use_true_random=False))
def test_the_order_of_a_side_has_no_say(
    first: list[PredictedSpan], second: list[PredictedSpan], chance: Random
) -> None:
    """Runners may answer in any order."""
    mixed_first, mixed_second = list(first), list(second)
    chance.shuffle(mixed_first)
    chance.shuffle(mixed_second)
    assert unite(first, second) == unite(mixed_first, mixed_second)


@given(SPANS, SPANS)
def test_invalid_spans_are_all_kept(
    first: list[PredictedSpan], second: list[PredictedSpan]
) -> None:
    """Each as often as it came."""
    assert _wrong(first + second) == _wrong(list(unite(first, second)))
