"""Two reports of the identical suite, span by span: which gold spans were lost, which gained.

Both were counted by the same code, so the bit of one span stands in the same place in both.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.bitmaps import changes, documents_of
from openmed.domain.evaluation.scoring.cover import Ints
from openmed.domain.text import labels

OVERALL = "all labels"


@dataclass(frozen=True)
class Pairs:
    """Gold spans both were asked for.

    Attributes:
        name: label, or `OVERALL`.
        changes: per span 1 gained, -1 lost, 0 as before.
        documents: place of each span's document; None when the report does not say.
        families: template families they come from.
    """

    name: str
    changes: Ints
    documents: Ints | None
    families: int

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.changes)

    @cached_property
    def lost(self) -> int:
        """Spans covered before, not covered now."""
        return int((self.changes < 0).sum())

    @cached_property
    def gained(self) -> int:
        """The other way round."""
        return int((self.changes > 0).sum())

    @property
    def drop(self) -> float:
        """How much recall fell; negative when it rose."""
        return (self.lost - self.gained) / self.total


def pairs_of(report: BenchmarkReport, before: BenchmarkReport) -> tuple[Pairs, ...]:
    """Pairs of every label that has gold and that both claim, by name."""
    now = {row.label: row for row in report.outcomes}
    then = {row.label: row for row in before.outcomes}
    return tuple(
        Pairs(
            name=row.name,
            changes=changes(now[row.name], then[row.name], support=row.counts.support),
            documents=documents_of(now[row.name], support=row.counts.support),
            families=row.counts.families,
        )
        for row in report.labels
        if labels.claims(report.scope.labels, row.name)
        and labels.claims(before.scope.labels, row.name)
    )


def sum_of(pairs: tuple[Pairs, ...]) -> Pairs:
    """All labels together; families of labels overlap, so the largest count stands."""
    documents = [pair.documents for pair in pairs if pair.documents is not None]
    return Pairs(
        name=OVERALL,
        changes=np.concatenate([pair.changes for pair in pairs]),
        documents=np.concatenate(documents) if len(documents) == len(pairs) else None,
        families=max(pair.families for pair in pairs),
    )
