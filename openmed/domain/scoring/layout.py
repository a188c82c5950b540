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

from openmed.domain import labels
from openmed.domain.span import Document

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LABELS = tuple(sorted(labels.BY_NAME))
"""Every label by name: a span's label is kept as its place in this list."""

CODES = {name: code for code, name in enumerate(LABELS)}

_SEPARATOR = "\n"


def is_sensitive(character: str) -> bool:
    """Whether a character can identify: a letter, a digit or a combining mark."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def prefix_sums(flags: Flags) -> Ints:
    """Running count with a leading zero: how many are set before each position."""
    sums = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=sums[1:])
    return sums


@dataclass(frozen=True)
class Spans:
    """Spans by (start, end, label), as columns.

    Attributes:
        starts: first position of each.
        ends: position after each.
        labels: place of each one's label in `LABELS`.
    """

    starts: Ints
    ends: Ints
    labels: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, chosen: Flags | Ints) -> "Spans":
        return Spans(self.starts[chosen], self.ends[chosen], self.labels[chosen])

    @cached_property
    def order(self) -> Ints:
        """Places that sort them."""
        return np.lexsort((self.labels, self.ends, self.starts))

    @cached_property
    def reach(self) -> Ints:
        """How far any span up to each one goes."""
        return np.maximum.accumulate(self.ends) if len(self) else self.ends

    def repeats(self, *, with_label: bool) -> Flags:
        """Which have the offsets, or also the label, of the one before them."""
        same = np.zeros(len(self), dtype=np.bool_)
        same[1:] = (np.diff(self.starts) == 0) & (np.diff(self.ends) == 0)
        if with_label:
            same[1:] &= np.diff(self.labels) == 0
        return same

    def union(self, *, length: int) -> Flags:
        """Which positions lie in at least one span, however the spans overlap."""
        steps = np.bincount(self.starts, minlength=length + 1)
        steps -= np.bincount(self.ends, minlength=length + 1)
        return np.cumsum(steps[:-1]) > 0


@dataclass(frozen=True)
class Layout:
    """Documents by id, one behind the other.

    Attributes:
        documents: the documents, in suite order.
    """

    documents: Sequence[Document]

    @cached_property
    def lengths(self) -> Ints:
        """Code points of each document."""
        return np.array([len(document.text) for document in self.documents], dtype=np.int64)

    @cached_property
    def bases(self) -> Ints:
        """Where each document begins; the last value is the end."""
        ends = np.cumsum(self.lengths + len(_SEPARATOR))
        return np.concatenate((np.zeros(1, dtype=np.int64), ends))

    @property
    def length(self) -> int:
        """Code points, separators included."""
        return int(self.bases[-1])

    @cached_property
    def sensitive(self) -> Flags:
        """Which code points are sensitive."""
        text = "".join(document.text + _SEPARATOR for document in self.documents)
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        present = np.bincount(points)
        table = np.zeros(len(present), dtype=np.bool_)
        for point in np.flatnonzero(present).tolist():
            table[point] = is_sensitive(chr(point))
        return table[points]

    @cached_property
    def gold(self) -> Spans:
        """Every gold span, in suite order."""
        bases = self.bases.tolist()
        rows = [(d.spans, base) for d, base in zip(self.documents, bases, strict=False)]
        spans = Spans(
            np.array([s.start + base for row, base in rows for s in row], dtype=np.int64),
            np.array([s.end + base for row, base in rows for s in row], dtype=np.int64),
            np.array([CODES[s.label] for row, _ in rows for s in row], dtype=np.int64),
        )
        return spans[spans.order]

    @cached_property
    def gold_documents(self) -> Ints:
        """Index of each gold span's document."""
        return self.documents_at(self.gold.starts)

    def documents_at(self, positions: Ints) -> Ints:
        """Index of the document that each position lies in."""
        return np.searchsorted(self.bases, positions, side="right") - 1
