"""What happened to every gold span, and what every prediction was worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain import labels
from openmed.domain.scoring.layout import Flags, Ints, Layout, covered_by, prefix_sums

RUN = 4
"""Consecutive sensitive characters in clear that expose a value."""


@dataclass(frozen=True, order=True)
class Placed:
    """One valid prediction, by its position in the layout."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Outcomes:
    """Predictions laid over gold.

    Attributes:
        layout: the suite.
        predictions: valid ones, without duplicates, by (start, end, label).
    """

    layout: Layout
    predictions: Sequence[Placed]

    @cached_property
    def starts(self) -> Ints:
        """First position of each prediction."""
        return np.array([p.start for p in self.predictions], dtype=np.int64)

    @cached_property
    def ends(self) -> Ints:
        """Position after each prediction."""
        return np.array([p.end for p in self.predictions], dtype=np.int64)

    @cached_property
    def redacted(self) -> Flags:
        """Which sensitive code points are redacted, by whatever label."""
        union = covered_by(self.starts, self.ends, length=self.layout.length)
        redacted: Flags = union & self.layout.sensitive
        return redacted

    @cached_property
    def in_gold(self) -> Flags:
        """Which code points lie in gold."""
        layout = self.layout
        return covered_by(layout.gold_starts, layout.gold_ends, length=layout.length)

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
        sensitive = self.layout.sensitive
        clear = ~self.redacted[sensitive]
        runs = np.zeros(len(clear), dtype=np.bool_)
        if len(clear) >= RUN:
            windows = np.lib.stride_tricks.sliding_window_view(clear, RUN)
            runs[: len(windows)] = windows.all(axis=1)
        before = prefix_sums(runs)
        positions = prefix_sums(sensitive)
        first = positions[self.layout.gold_starts]
        last = np.maximum(positions[self.layout.gold_ends] - RUN + 1, first)
        return self.missed | (before[last] > before[first])

    @cached_property
    def typed(self) -> Flags:
        """Covered gold spans whose longest overlapping prediction has the same coarse group."""
        return self.covered & np.array(
            [
                label is not None
                and labels.BY_NAME[label].group is labels.BY_NAME[span.label].group
                for label, (_, span) in zip(self._longest(), self.layout.gold, strict=True)
            ],
            dtype=np.bool_,
        )

    @cached_property
    def strict(self) -> Flags:
        """Gold spans found with exactly these offsets and this label."""
        found = {(p.start, p.end, p.label) for p in self.predictions}
        return self._found(found, with_label=True)

    @cached_property
    def exact(self) -> Flags:
        """Gold spans found with exactly these offsets."""
        found = {(p.start, p.end, "") for p in self.predictions}
        return self._found(found, with_label=False)

    @cached_property
    def touching(self) -> Flags:
        """Predictions that touch gold."""
        inside = prefix_sums(self.in_gold)
        return inside[self.ends] > inside[self.starts]

    def _within(self, flags: Flags) -> Ints:
        sums = prefix_sums(flags)
        return sums[self.layout.gold_ends] - sums[self.layout.gold_starts]

    def _found(self, found: set[tuple[int, int, str]], *, with_label: bool) -> Flags:
        spans = zip(self.layout.gold_starts, self.layout.gold_ends, self.layout.gold, strict=True)
        return np.array(
            [
                (int(start), int(end), span.label if with_label else "") in found
                for start, end, (_, span) in spans
            ],
            dtype=np.bool_,
        )

    def _longest(self) -> list[str | None]:
        """Label of each gold span's longest overlapping prediction; ties: by start, end, label.

        Linear: of the predictions that begin at or before a gold span, the one that reaches
        furthest is known from a running maximum; those that begin inside one are looked at
        once, because gold does not overlap.
        """
        reach = np.maximum.accumulate(self.ends) if len(self.ends) else self.ends
        return [
            self._longest_over(int(start), int(end), reach)
            for start, end in zip(self.layout.gold_starts, self.layout.gold_ends, strict=True)
        ]

    def _longest_over(self, start: int, end: int, reach: Ints) -> str | None:
        best, label = 0, None
        before = int(np.searchsorted(self.starts, start, side="right"))
        if before and reach[before - 1] > start:
            furthest = min(int(reach[before - 1]), end)
            first = int(np.searchsorted(reach[:before], furthest, side="left"))
            best, label = furthest - start, self.predictions[first].label
        inside = int(np.searchsorted(self.starts, end, side="left"))
        for prediction in self.predictions[before:inside]:
            overlap = min(prediction.end, end) - prediction.start
            if overlap > best:
                best, label = overlap, prediction.label
        return label
