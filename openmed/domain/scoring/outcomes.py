"""What happened to every gold span, and what every prediction was worth."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain import labels
from openmed.domain.scoring.layout import LABELS, Flags, Ints, Layout, Spans, prefix_sums

RUN = 4
"""Consecutive sensitive characters in clear that expose a value."""

_GROUPS = sorted(labels.Group)
_GROUP_OF = np.array([_GROUPS.index(labels.BY_NAME[name].group) for name in LABELS])


@dataclass(frozen=True)
class Outcomes:
    """Predictions laid over gold.

    Attributes:
        layout: the suite.
        predictions: valid ones, without duplicates, by (start, end, label).
    """

    layout: Layout
    predictions: Spans

    @cached_property
    def redacted(self) -> Flags:
        """Which sensitive code points are redacted, by whatever label."""
        redacted: Flags = self.predictions.union(length=self.layout.length) & self.layout.sensitive
        return redacted

    @cached_property
    def in_gold(self) -> Flags:
        """Which code points lie in gold."""
        return self.layout.gold.union(length=self.layout.length)

    @cached_property
    def characters(self) -> Ints:
        """Sensitive characters of each gold span."""
        return self._within(self.layout.sensitive)

    @cached_property
    def redacted_characters(self) -> Ints:
        """Redacted sensitive characters of each gold span."""
        return self._within(self.redacted)

    @cached_property
    def covered(self) -> Flags:
        """Gold spans whose sensitive characters are all redacted."""
        covered: Flags = self.redacted_characters == self.characters
        return covered

    @cached_property
    def missed(self) -> Flags:
        """Gold spans of which nothing is redacted."""
        missed: Flags = (self.redacted_characters == 0) & ~self.covered
        return missed

    @cached_property
    def exposed(self) -> Flags:
        """Gold spans that are missed or show a run of sensitive characters.

        A run is counted over the value's sensitive characters, so separators do not
        break it: `12-34` in clear is a run of four.
        """
        sensitive, gold = self.layout.sensitive, self.layout.gold
        clear = ~self.redacted[sensitive]
        runs = np.zeros(len(clear), dtype=np.bool_)
        windows = max(0, len(clear) - RUN + 1)
        runs[:windows] = clear[:windows]
        for offset in range(1, RUN):
            runs[:windows] &= clear[offset : offset + windows]
        before = prefix_sums(runs)
        positions = prefix_sums(sensitive)
        first = positions[gold.starts]
        last = np.maximum(positions[gold.ends] - RUN + 1, first)
        return self.missed | (before[last] > before[first])

    @cached_property
    def typed(self) -> Flags:
        """Covered gold spans whose longest overlapping prediction has the same coarse group."""
        longest = self._longest()
        group = np.where(longest >= 0, _GROUP_OF[longest], -1)
        typed: Flags = self.covered & (group == _GROUP_OF[self.layout.gold.labels])
        return typed

    @cached_property
    def strict(self) -> Flags:
        """Gold spans found with exactly these offsets and this label."""
        return found_in(self.layout.gold, self.predictions, with_label=True)

    @cached_property
    def exact(self) -> Flags:
        """Gold spans found with exactly these offsets."""
        return found_in(self.layout.gold, self.predictions, with_label=False)

    @cached_property
    def touching(self) -> Flags:
        """Predictions that touch gold."""
        inside = prefix_sums(self.in_gold)
        return inside[self.predictions.ends] > inside[self.predictions.starts]

    def _within(self, flags: Flags) -> Ints:
        sums = prefix_sums(flags)
        return sums[self.layout.gold.ends] - sums[self.layout.gold.starts]

    def _longest(self) -> Ints:
        """Label of each gold span's longest overlapping prediction; ties: by start, end, label.

        Of the predictions that begin at or before a gold span, the one that reaches furthest
        is known from a running maximum; those that begin inside one are looked at once,
        because gold does not overlap. -1 where nothing overlaps.
        """
        gold, predictions = self.layout.gold, self.predictions
        best = np.full(len(gold), -1, dtype=np.int64)
        if not len(predictions):
            return best
        before = np.searchsorted(predictions.starts, gold.starts, side="right")
        reached = np.where(before > 0, predictions.reach[before - 1], -1)
        furthest = np.minimum(reached, gold.ends)
        first = np.searchsorted(predictions.reach, furthest, side="left")
        overlap = np.maximum(furthest - gold.starts, 0)
        best[overlap > 0] = predictions.labels[first[overlap > 0]]
        inside = np.searchsorted(predictions.starts, gold.ends, side="left")
        owners, members = _pairs(before, inside)
        lengths = np.minimum(predictions.ends[members], gold.ends[owners])
        lengths -= predictions.starts[members]
        longest = overlap.copy()
        np.maximum.at(longest, owners, lengths)
        winning = np.flatnonzero((lengths == longest[owners]) & (lengths > overlap[owners]))
        # Written backwards, so that of equally long ones the first stays.
        best[owners[winning][::-1]] = predictions.labels[members[winning][::-1]]
        return best


def found_in(wanted: Spans, given: Spans, *, with_label: bool) -> Flags:
    """Which of the wanted spans are among the given ones, by offsets or also by label."""
    base = int(max(wanted.ends.max(initial=0), given.ends.max(initial=0))) + 1
    places, positions = np.unique(given.starts * base + given.ends, return_inverse=True)
    if not len(places):
        return np.zeros(len(wanted), dtype=np.bool_)
    keys = wanted.starts * base + wanted.ends
    place = np.minimum(np.searchsorted(places, keys), len(places) - 1)
    found: Flags = places[place] == keys
    if with_label:
        size = len(LABELS)
        found &= np.isin(place * size + wanted.labels, positions * size + given.labels)
    return found


def _pairs(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every member of the ranges [first, last), with the index of its range."""
    counts = np.maximum(last - first, 0)
    owners = np.repeat(np.arange(len(counts)), counts)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners, first[owners] + offsets
