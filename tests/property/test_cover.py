"""Laws of a union of intervals, against plain sets of positions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.evaluation.scoring.cover import Cover, Ints

LENGTH = 24
PLACES = st.integers(0, LENGTH)
INTERVALS = st.lists(st.tuples(PLACES, PLACES), max_size=8)


def _columns(intervals: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    return (
        np.array([start for start, _ in intervals], dtype=np.int64),
        np.array([end for _, end in intervals], dtype=np.int64),
    )


def _cover(intervals: list[tuple[int, int]]) -> Cover:
    return Cover.of(*_columns(sorted(intervals)))


def _positions(intervals: list[tuple[int, int]]) -> set[int]:
    return {place for start, end in intervals for place in range(start, end)}


def _held(cover: Cover) -> set[int]:
    pairs = zip(cover.starts.tolist(), cover.ends.tolist(), strict=True)
    return _positions(list(pairs))


@given(INTERVALS)
def test_it_holds_what_any_interval_holds(intervals: list[tuple[int, int]]) -> None:
    """Overlapping, touching, empty or backwards; its own are apart and in order."""
    cover = _cover(intervals)
    assert _held(cover) == _positions(intervals)
    assert cover.size == len(_positions(intervals))
    assert (cover.starts < cover.ends).all()
    assert (cover.ends[:-1] < cover.starts[1:]).all()


@given(INTERVALS)
def test_the_gaps_are_the_rest(intervals: list[tuple[int, int]]) -> None:
    """Of the line it lies on."""
    rest = set(range(LENGTH)) - _positions(intervals)
    assert _held(_cover(intervals).gaps(length=LENGTH)) == rest


@given(INTERVALS, INTERVALS, st.integers(1, 5))
def test_looking_up_is_counting(
    intervals: list[tuple[int, int]], asked: list[tuple[int, int]], length: int
) -> None:
    """How many of its positions lie in an interval, and whether enough stand in a row."""
    cover, held = _cover(intervals), _positions(intervals)
    forward = [(min(pair), max(pair)) for pair in asked]
    inside = [[place in held for place in range(start, end)] for start, end in forward]
    assert [sum(row) for row in inside] == cover.within(*_columns(forward)).tolist()
    runs = [
        any(all(row[at : at + length]) for at in range(len(row) - length + 1)) for row in inside
    ]
    assert runs == cover.has_run(*_columns(forward), length=length).tolist()
