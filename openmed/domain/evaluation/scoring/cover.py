"""A union of intervals on a line, whatever they were that made it: sorted, apart from each other.

Everything is counted by looking positions up in it, so no work grows with the line.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Cover:
    """Intervals `[start, end)`, none empty, none touching the next.

    Attributes:
        starts: first position of each.
        ends: position after each.
    """

    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, starts: Ints, ends: Ints) -> "Cover":
        """Join intervals that overlap or touch; empty ones are nothing.

        Args:
            starts: first positions, sorted.
            ends: positions after.
        """
        is_empty = starts >= ends
        starts, ends = starts[~is_empty], ends[~is_empty]
        if not len(starts):
            return cls(starts, ends)
        reach = np.maximum.accumulate(ends)
        is_new = np.ones(len(starts), dtype=np.bool_)
        is_new[1:] = starts[1:] > reach[:-1]
        lasts = np.append(np.flatnonzero(is_new)[1:] - 1, len(starts) - 1)
        return cls(starts[is_new], reach[lasts])

    @property
    def size(self) -> int:
        """How many positions it holds."""
        return int((self.ends - self.starts).sum())

    def within(self, starts: Ints, ends: Ints) -> Ints:
        """How many of its positions lie in each interval `[start, end)`."""
        return self._before(ends) - self._before(starts)

    def gaps(self, *, length: int) -> "Cover":
        """What it does not hold of the line from 0 to `length`."""
        starts = np.concatenate((np.zeros(1, dtype=np.int64), self.ends))
        ends = np.append(self.starts, length)
        return Cover.of(starts, ends)

    def has_run(self, starts: Ints, ends: Ints, *, length: int) -> Flags:
        """Whether this many positions in a row lie in each interval `[start, end)`.

        The first and the last of its own intervals there are cut to that interval; those in
        between are whole.
        """
        if not len(self.starts):
            return np.zeros(len(starts), dtype=np.bool_)
        first = np.searchsorted(self.ends, starts, side="right")
        last = np.searchsorted(self.starts, ends, side="left") - 1
        is_long = np.concatenate(([0], np.cumsum(self.ends - self.starts >= length)))
        second = np.minimum(first + 1, len(self.ends))
        between = is_long[np.maximum(last, second)] - is_long[second]
        cut = self._cut(first, starts, ends) >= length
        cut |= self._cut(last, starts, ends) >= length
        return cut | (between > 0)

    @cached_property
    def _sums(self) -> Ints:
        sums = np.zeros(len(self.starts) + 1, dtype=np.int64)
        np.cumsum(self.ends - self.starts, out=sums[1:])
        return sums

    def _before(self, positions: Ints) -> Ints:
        """How many of its positions come before each one."""
        place = np.searchsorted(self.starts, positions, side="right")
        if not len(self.starts):
            return place
        beyond = np.maximum(self.ends[place - 1] - positions, 0)
        return self._sums[place] - np.where(place > 0, beyond, 0)

    def _cut(self, places: Ints, starts: Ints, ends: Ints) -> Ints:
        """Length of its intervals at these places, cut to others; none outside the list."""
        inside = np.clip(places, 0, len(self.starts) - 1)
        lengths = np.minimum(self.ends[inside], ends) - np.maximum(self.starts[inside], starts)
        return np.where(places == inside, lengths, 0)
