"""What happened to every gold span, and what every prediction was worth."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain.evaluation.scoring.cover import Cover, Flags, Ints
from openmed.domain.evaluation.scoring.layout import LABELS, Layout, Spans
from openmed.domain.text import labels

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
    def redacted(self) -> Cover:
        """Sensitive characters that are redacted, by whatever label."""
        return Cover.of(*self._line(self.predictions))

    @cached_property
    def in_gold(self) -> Cover:
        """Sensitive characters that lie in gold."""
        return Cover.of(*self._line(self.layout.gold))

    @cached_property
    def characters(self) -> Ints:
        """Sensitive characters of each gold span."""
        starts, ends = self._line(self.layout.gold)
        return ends - starts

    @cached_property
    def redacted_characters(self) -> Ints:
        """Redacted sensitive characters of each gold span."""
        return self.redacted.within(*self._line(self.layout.gold))

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
        clear = self.redacted.gaps(length=self.sensitive_characters)
        return self.missed | clear.has_run(*self._line(self.layout.gold), length=RUN)

    @cached_property
    def typed(self) -> Flags:
        """Covered gold spans whose longest overlapping prediction has the same coarse group.

        Where several predictions have its offsets, one with that group is enough.
        """
        typed = np.zeros(len(self.layout.gold), dtype=np.bool_)
        if not len(self.predictions):
            return typed
        place = np.cumsum(~self.predictions.repeats(with_label=False)) - 1
        groups = np.zeros((int(place[-1]) + 1, len(_GROUPS)), dtype=np.bool_)
        groups[place, _GROUP_OF[self.predictions.labels]] = True
        longest = self._longest()
        found = self.covered & (longest >= 0)
        wanted = _GROUP_OF[self.layout.gold.labels[found]]
        typed[found] = groups[place[longest[found]], wanted]
        return typed

    @cached_property
    def strict(self) -> Flags:
        """Gold spans found with exactly these offsets and this label."""
        return self.layout.gold.among(self.predictions, with_label=True)

    @cached_property
    def exact(self) -> Flags:
        """Gold spans found with exactly these offsets."""
        return self.layout.gold.among(self.predictions, with_label=False)

    @cached_property
    def touching(self) -> Flags:
        """Predictions that touch gold."""
        first, last = self.predictions.overlapping(self.layout.gold)
        return last > first

    @property
    def sensitive_characters(self) -> int:
        """Letters, digits and combining marks of all documents."""
        return int(self.layout.sensitive[-1])

    def _line(self, spans: Spans) -> tuple[Ints, Ints]:
        """First and last sensitive character of each span: only those are counted."""
        return self.layout.sensitive[spans.starts], self.layout.sensitive[spans.ends]

    def _longest(self) -> Ints:
        """Place of each gold span's longest overlapping prediction; ties: by start, end.

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
        best[overlap > 0] = first[overlap > 0]
        inside = np.searchsorted(predictions.starts, gold.ends, side="left")
        owners, members = _pairs(before, inside)
        lengths = np.minimum(predictions.ends[members], gold.ends[owners])
        lengths -= predictions.starts[members]
        longest = overlap.copy()
        np.maximum.at(longest, owners, lengths)
        winning = np.flatnonzero((lengths == longest[owners]) & (lengths > overlap[owners]))
        # Written backwards, so that of equally long ones the first stays.
        best[owners[winning][::-1]] = members[winning][::-1]
        return best


def _pairs(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every member of the ranges [first, last), with the index of its range."""
    counts = np.maximum(last - first, 0)
    owners = np.repeat(np.arange(len(counts)), counts)
    offsets = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners, first[owners] + offsets
