"""Strict, exact, partial and type matching of whole spans, in the counts of SemEval-2013.

Segura-Bedmar, Martínez & Herrero-Zazo, SemEval-2013 task 9.1, pages 341-350. Every
prediction takes at most one gold span that it shares a character with, and no gold span is
taken twice; the four schemas differ in which pairs they call correct. Where neither gold
nor predictions overlap, the counts are those of nervaluate. The paper does not say what
predictions are that overlap each other, and nervaluate then depends on their order. Here
one with exactly a gold span's offsets is kept, else the one that begins first; what
overlaps a kept one is spurious. So no count depends on an order, and the work is linear.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from openmed.domain.report import Matching, MatchingName
from openmed.domain.scoring.layout import Flags, Ints, Spans
from openmed.domain.scoring.outcomes import found_in

_FREE: Final = -1
Choice = Callable[[Spans, int, Spans, Sequence[int]], int]


def matchings(gold: Spans, predictions: Spans) -> tuple[Matching, ...]:
    """Count by each of the four schemas.

    Args:
        gold: gold spans by (start, end, label).
        predictions: predictions by (start, end, label), none twice.
    """
    kept = predictions[_kept(gold, predictions)]
    by_place = _taken(gold, kept, _nearest_place)
    by_type = _taken(gold, kept, _nearest_label)
    is_placed, is_labelled = _agreement(gold, kept, by_place)
    _, is_typed = _agreement(gold, kept, by_type)

    def count(name: MatchingName, taken: Ints, correct: Flags) -> Matching:
        pairs, hits = int((taken != _FREE).sum()), int(correct.sum())
        is_graded = name == "partial"
        return Matching(
            name=name,
            correct=hits,
            incorrect=0 if is_graded else pairs - hits,
            partial=pairs - hits if is_graded else 0,
            missed=len(gold) - pairs,
            spurious=len(predictions) - pairs,
        )

    return (
        count("strict", by_place, is_placed & is_labelled),
        count("exact", by_place, is_placed),
        count("partial", by_place, is_placed),
        count("type", by_type, is_typed),
    )


def _kept(gold: Spans, predictions: Spans) -> Flags:
    """Predictions that overlap no other one that is kept."""
    kept = found_in(predictions, gold, with_label=True)
    placed = found_in(predictions, gold, with_label=False) & ~kept
    # Of those with a gold span's offsets and another label, the first by label.
    placed &= ~found_in(predictions, predictions[kept], with_label=False)
    kept |= placed & ~predictions.repeats(with_label=False)
    others = np.flatnonzero(~_overlaps(predictions, predictions[kept]))
    end = 0
    for index, start, stop in zip(
        others.tolist(),
        predictions.starts[others].tolist(),
        predictions.ends[others].tolist(),
        strict=True,
    ):
        if start >= end:
            kept[index] = True
            end = stop
    return kept


def _overlaps(spans: Spans, others: Spans) -> Flags:
    """Which spans share a character with any of the others."""
    first, last = _candidates(others, spans)
    return last > first


def _candidates(gold: Spans, spans: Spans) -> tuple[Ints, Ints]:
    """Range of gold spans in which all lie that share a character with each span."""
    first = np.searchsorted(gold.reach, spans.starts, side="right")
    last = np.searchsorted(gold.starts, spans.ends, side="left")
    return first, np.maximum(first, last)


def _taken(gold: Spans, kept: Spans, choose: Choice) -> Ints:
    """Index of the gold span that each prediction takes, or -1."""
    first, last = _candidates(gold, kept)
    wanted = np.bincount(first, minlength=len(gold) + 1)
    wanted = np.cumsum(wanted - np.bincount(last, minlength=len(gold) + 1))
    is_alone = (last - first == 1) & (wanted[first] == 1)
    taken = np.where(is_alone, first, _FREE)
    contested = np.flatnonzero((last > first) & ~is_alone)
    rows = zip(*(column[contested].tolist() for column in (first, last, kept.starts)), strict=True)
    ends = gold.ends
    given: set[int] = set()
    for index, (low, high, start) in zip(contested.tolist(), rows, strict=True):
        # Gold that overlaps gold may end before a prediction that begins after it.
        free = [place for place in range(low, high) if place not in given and ends[place] > start]
        if free:
            taken[index] = choose(kept, index, gold, free)
            given.add(int(taken[index]))
    return taken


def _nearest_place(kept: Spans, index: int, gold: Spans, free: Sequence[int]) -> int:
    """The gold span at the same offsets, else the first."""
    same = (place for place in free if _distance(kept, index, gold, place) == 0)
    return next(same, free[0])


def _nearest_label(kept: Spans, index: int, gold: Spans, free: Sequence[int]) -> int:
    """The gold span of the same label with the nearest offsets, else the first."""
    same = [place for place in free if gold.labels[place] == kept.labels[index]]
    return min(same, key=lambda place: _distance(kept, index, gold, place), default=free[0])


def _distance(kept: Spans, index: int, gold: Spans, place: int) -> int:
    starts = abs(int(kept.starts[index]) - int(gold.starts[place]))
    return starts + abs(int(kept.ends[index]) - int(gold.ends[place]))


def _agreement(gold: Spans, kept: Spans, taken: Ints) -> tuple[Flags, Flags]:
    """Which predictions have the offsets, and which the label, of the gold span they took."""
    pairs = np.flatnonzero(taken != _FREE)
    ours, theirs = kept[pairs], gold[taken[pairs]]
    return (
        (ours.starts == theirs.starts) & (ours.ends == theirs.ends),
        ours.labels == theirs.labels,
    )
