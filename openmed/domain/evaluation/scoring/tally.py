"""Counts of every group of gold spans at once: each label, each language, each slice."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain.evaluation.report import Counts, SliceCounts
from openmed.domain.evaluation.scoring.cover import Flags, Ints
from openmed.domain.evaluation.scoring.outcomes import Outcomes
from openmed.domain.evaluation.scoring.statistics import design_effect

_OTHERS = ""


@dataclass(frozen=True)
class Tally:
    """What is counted, as one column per count and one row per gold span.

    Attributes:
        outcomes: predictions laid over gold.
    """

    outcomes: Outcomes

    def overall(self) -> Counts:
        """Counts of all gold spans."""
        everything = np.zeros(len(self.outcomes.layout.gold), dtype=np.int64)
        return self._counts(everything, groups=1)[0]

    def by_document(
        self, names: Sequence[str], *, only: Flags | None = None
    ) -> tuple[SliceCounts, ...]:
        """Counts of the gold spans of each kind of document that has any, by name.

        Args:
            names: kind of each document.
            only: which gold spans count; None = all.
        """
        kinds, codes = _coded(names)
        of_spans = codes[self.outcomes.layout.gold_documents]
        if only is None:
            return self._rows(kinds, of_spans)
        # The others are one more group, which is left out.
        rows = self._rows([*kinds, _OTHERS], np.where(only, of_spans, len(kinds)))
        return tuple(row for row in rows if row.name != _OTHERS)

    def by_span(self, names: Sequence[str], codes: Ints) -> tuple[SliceCounts, ...]:
        """Counts of the gold spans of each kind that there are, by name.

        Args:
            names: every kind, sorted.
            codes: place of each span's kind among them.
        """
        return self._rows(names, codes)

    def _rows(self, names: Sequence[str], codes: Ints) -> tuple[SliceCounts, ...]:
        counts = self._counts(codes, groups=len(names))
        return tuple(
            SliceCounts(name=name, counts=row)
            for name, row in zip(names, counts, strict=True)
            if row.support
        )

    @cached_property
    def _families(self) -> tuple[int, Ints]:
        """How many template families there are, and the one of each gold span, by name."""
        layout = self.outcomes.layout
        names, codes = _coded([document.family for document in layout.documents])
        return len(names), codes[layout.gold_documents]

    def _counts(self, codes: Ints, *, groups: int) -> list[Counts]:
        outcomes = self.outcomes

        def summed(column: Ints | Flags) -> list[int]:
            sums = np.bincount(codes, weights=column, minlength=groups)
            return [int(value) for value in sums.tolist()]

        support = np.bincount(codes, minlength=groups).tolist()
        covered, missed = summed(outcomes.covered), summed(outcomes.missed)
        characters, redacted = summed(outcomes.characters), summed(outcomes.redacted_characters)
        exposed, typed = summed(outcomes.exposed), summed(outcomes.typed)
        strict, exact = summed(outcomes.strict), summed(outcomes.exact)
        documents = self._documents(codes, groups)
        clusters = self._clusters(codes, groups)
        return [
            Counts(
                support=support[group],
                families=len(clusters[group][1]),
                documents=documents[group],
                covered=covered[group],
                partial=support[group] - covered[group] - missed[group],
                missed=missed[group],
                exposed=exposed[group],
                typed=typed[group],
                strict=strict[group],
                exact=exact[group],
                characters=characters[group],
                leaked=characters[group] - redacted[group],
                design_effect=design_effect(*clusters[group]),
            )
            for group in range(groups)
        ]

    def _documents(self, codes: Ints, groups: int) -> list[int]:
        """How many documents the spans of each group stand in."""
        layout = self.outcomes.layout
        size = len(layout.documents)
        held = np.unique(codes * size + layout.gold_documents)
        counts: list[int] = np.bincount(held // max(1, size), minlength=groups).tolist()
        return counts

    def _clusters(self, codes: Ints, groups: int) -> list[tuple[list[int], list[int]]]:
        """Covered spans and spans of every family of each group, by the family's name."""
        size, families = self._families
        keys = codes * size + families
        spans = np.bincount(keys, minlength=groups * size)
        covered = np.bincount(keys, weights=self.outcomes.covered, minlength=groups * size)
        present = spans > 0
        return [
            (
                covered[rows][present[rows]].astype(np.int64).tolist(),
                spans[rows][present[rows]].tolist(),
            )
            for rows in (slice(group * size, (group + 1) * size) for group in range(groups))
        ]


def _coded(names: Sequence[str]) -> tuple[list[str], Ints]:
    kinds = sorted(set(names))
    places = {kind: place for place, kind in enumerate(kinds)}
    return kinds, np.array([places[name] for name in names], dtype=np.int64)
