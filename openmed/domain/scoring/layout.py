"""The suite laid out as one long text, so that every count is a difference of prefix sums.

Offsets are code points. Documents are separated by one character, so nothing of one
document can touch another.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from openmed.domain.span import Document, GoldSpan

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SEPARATOR = "\n"


def is_sensitive(character: str) -> bool:
    """Whether a character can identify: a letter, a digit or a combining mark."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def prefix_sums(flags: Flags) -> Ints:
    """Running count with a leading zero: how many are set before each position."""
    sums = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=sums[1:])
    return sums


def covered_by(starts: Ints, ends: Ints, *, length: int) -> Flags:
    """Which positions lie in at least one interval, however the intervals overlap."""
    steps = np.zeros(length + 1, dtype=np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    return np.cumsum(steps[:-1]) > 0


@dataclass(frozen=True)
class Layout:
    """Documents by id, one behind the other.

    Attributes:
        documents: the documents, in suite order.
    """

    documents: Sequence[Document]

    @cached_property
    def bases(self) -> Ints:
        """Where each document begins; the last value is the end."""
        lengths = [len(document.text) + len(_SEPARATOR) for document in self.documents]
        return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))

    @property
    def length(self) -> int:
        """Code points, separators included."""
        return int(self.bases[-1])

    @cached_property
    def sensitive(self) -> Flags:
        """Which code points are sensitive."""
        text = "".join(document.text + _SEPARATOR for document in self.documents)
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        kinds, places = np.unique(points, return_inverse=True)
        return np.array([is_sensitive(chr(kind)) for kind in kinds], dtype=np.bool_)[places]

    @cached_property
    def gold(self) -> tuple[tuple[int, GoldSpan], ...]:
        """Every gold span with its document's index, in suite order."""
        return tuple(
            (index, span)
            for index, document in enumerate(self.documents)
            for span in sorted(document.spans, key=lambda s: (s.start, s.end, s.label))
        )

    @cached_property
    def gold_documents(self) -> Ints:
        """Index of each gold span's document."""
        return np.array([index for index, _ in self.gold], dtype=np.int64)

    @cached_property
    def gold_starts(self) -> Ints:
        """First position of each gold span."""
        starts = np.array([span.start for _, span in self.gold], dtype=np.int64)
        return starts + self.bases[self.gold_documents]

    @cached_property
    def gold_ends(self) -> Ints:
        """Position after each gold span."""
        ends = np.array([span.end for _, span in self.gold], dtype=np.int64)
        return ends + self.bases[self.gold_documents]
