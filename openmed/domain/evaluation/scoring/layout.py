"""The suite laid out as one long text, and spans on it as columns.

Offsets are code points. Documents are separated by one character, so nothing of one
document can touch another.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain.evaluation.scoring.cover import Flags, Ints
from openmed.domain.text import labels
from openmed.domain.text.span import Document

LABELS = tuple(sorted(labels.BY_NAME))
"""Every label by name: a span's label is kept as its place in this list."""

CODES = {name: code for code, name in enumerate(LABELS)}

_SEPARATOR = "\n"


def is_sensitive(character: str) -> bool:
    """Whether a character can identify: a letter, a digit or a combining mark."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


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

    def overlapping(self, others: "Spans") -> tuple[Ints, Ints]:
        """Range of others in which all lie that share a character with each span.

        An empty range means that none does.
        """
        first = np.searchsorted(others.reach, self.starts, side="right")
        last = np.searchsorted(others.starts, self.ends, side="left")
        return first, np.maximum(first, last)

    def among(self, others: "Spans", *, with_label: bool) -> Flags:
        """Which are also among the others: same offsets, or also the same label."""
        if not len(others):
            return np.zeros(len(self), dtype=np.bool_)
        base = int(max(self.ends.max(initial=0), others.ends.max())) + 1
        # Packed in one number each; the others are sorted, so their numbers are.
        place, found = _found(self.starts * base + self.ends, others.starts * base + others.ends)
        if not with_label:
            return found
        group = np.cumsum(~others.repeats(with_label=False))
        wanted = group[place] * len(LABELS) + self.labels
        return found & _found(wanted, group * len(LABELS) + others.labels)[1]


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
    def sensitive(self) -> Ints:
        """How many sensitive characters come before each position; the last value is all."""
        text = "".join(document.text + _SEPARATOR for document in self.documents)
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        present = np.bincount(points)
        table = np.zeros(len(present), dtype=np.bool_)
        for point in np.flatnonzero(present).tolist():
            table[point] = is_sensitive(chr(point))
        sums = np.zeros(len(points) + 1, dtype=np.int64)
        np.cumsum(table[points], out=sums[1:])
        return sums

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


def _found(wanted: Ints, given: Ints) -> tuple[Ints, Flags]:
    """Where each wanted number would stand among the given, sorted ones; whether it does."""
    place = np.minimum(np.searchsorted(given, wanted), len(given) - 1)
    return place, given[place] == wanted
