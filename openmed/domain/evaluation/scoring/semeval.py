"""Strict, exact, partial and type matching of whole spans, in the counts of SemEval-2013.

Segura-Bedmar, Martínez & Herrero-Zazo, SemEval-2013 task 9.1, pages 341-350. Every
prediction takes at most one gold span that it shares a character with, and no gold span is
taken twice; the four schemas differ in which pairs they call correct. Where neither gold
nor predictions overlap, the counts are those of nervaluate. The paper does not say what
predictions are that overlap each other, and nervaluate then depends on their order. Here
one with exactly a gold span's offsets is kept, else the one that begins first; what
overlaps a kept one is spurious. Of several with one place, one that has the label of gold there
is kept. So no count depends on an order, and the work is linear.

Nor does one depend on what a label is called: labels count in the order of their places in the
suite and in the predictions. Two that have the very same places are interchangeable.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from openmed.domain.evaluation.report import Matching, MatchingName
from openmed.domain.evaluation.scoring.cover import Flags, Ints
from openmed.domain.evaluation.scoring.layout import Spans

_FREE: Final = -1
Choice = Callable[[Spans, int, Spans, Sequence[int]], int]


def matchings(gold: Spans, predictions: Spans) -> tuple[Matching, ...]:
    """Count by each of the four schemas.

    Args:
        gold: gold spans by (start, end, label).
        predictions: predictions by (start, end, label), none twice.
    """
    gold, predictions = _unnamed(gold, predictions)
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


def _unnamed(gold: Spans, predictions: Spans) -> tuple[Spans, Spans]:
    """The same spans with labels numbered by their places, not by their names."""
    codes = np.unique(np.concatenate((gold.labels, predictions.labels)))

    def places(code: int) -> tuple[bytes, ...]:
        rows = (spans[spans.labels == code] for spans in (gold, predictions))
        columns = (column for row in rows for column in (row.starts, row.ends))
        return tuple(column.astype(">i8").tobytes() for column in columns)

    rank = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
    for number, code in enumerate(sorted(codes.tolist(), key=places)):
        rank[code] = number
    unnamed = [Spans(s.starts, s.ends, rank[s.labels]) for s in (gold, predictions)]
    first, second = (spans[spans.order] for spans in unnamed)
    return first, second


def _right_first(gold: Spans, predictions: Spans, chosen: Ints) -> Ints:
    """Chosen predictions, of those with one place first the ones with a label of gold there."""
    spans = predictions[chosen]
    repeats = spans.repeats(with_label=False)
    if not repeats.any():
        return chosen
    first, last = spans.overlapping(gold)
    wrong = np.ones(len(spans), dtype=np.bool_)
    # Only where several share a place does it matter.
    for index in np.flatnonzero(repeats | np.append(repeats[1:], [False])).tolist():
        near = gold[np.arange(first[index], last[index])]
        there = near.labels[near.ends > spans.starts[index]]
        wrong[index] = spans.labels[index] not in there
    order = np.lexsort((spans.labels, wrong, spans.ends, spans.starts))
    return chosen[order]


def _kept(gold: Spans, predictions: Spans) -> Flags:
    """Predictions that overlap no other one that is kept, or only at a gold span's offsets."""
    kept = predictions.among(gold, with_label=True)
    # A wrong label at the right offsets counts where no right one stands there.
    placed = predictions.among(gold, with_label=False)
    kept |= placed & ~predictions.among(predictions[kept], with_label=False)
    first, last = predictions.overlapping(predictions[kept])
    others = _right_first(gold, predictions, np.flatnonzero(first == last))
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


def _taken(gold: Spans, kept: Spans, choose: Choice) -> Ints:
    """Index of the gold span that each prediction takes, or -1."""
    first, last = kept.overlapping(gold)
    is_wide = last - first > 1
    wanted = _wanted(first[is_wide], last[is_wide], size=len(gold) + 1)
    # One gold span, which no prediction over several may take: the first comer has it.
    is_settled = (last - first == 1) & (wanted[first] == 0)
    comers = np.flatnonzero(is_settled)
    taken = np.full(len(kept), _FREE, dtype=np.int64)
    winners = comers[np.diff(first[comers], prepend=-1) != 0]
    taken[winners] = first[winners]
    contested = np.flatnonzero((last > first) & ~is_settled)
    ranges = zip(
        *(column[contested].tolist() for column in (first, last, kept.starts)), strict=True
    )
    given: set[int] = set()
    for index, (low, high, start) in zip(contested.tolist(), ranges, strict=True):
        # Gold that overlaps gold may end before a prediction that begins after it.
        free = [g for g in range(low, high) if g not in given and gold.ends[g] > start]
        if free:
            taken[index] = choose(kept, index, gold, free)
            given.add(int(taken[index]))
    return taken


def _wanted(first: Ints, last: Ints, *, size: int) -> Ints:
    """How many of the ranges hold each place."""
    steps = np.bincount(first, minlength=size) - np.bincount(last, minlength=size)
    return np.cumsum(steps)


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
