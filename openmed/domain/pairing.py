"""Gold spans that two reports of one suite were both asked for: which were lost, which gained."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmed.domain.report import BenchmarkReport
from openmed.domain.scoring.bitmaps import changes, documents_of
from openmed.domain.scoring.cover import Ints

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


def pairs_of(
    report: BenchmarkReport, before: BenchmarkReport, *, labels: Iterable[str]
) -> tuple[Pairs, ...]:
    """Pairs of each of these labels that the suite has gold of, by label.

    Args:
        report: what is compared.
        before: what it is compared with, on the identical suite.
        labels: labels that both claim to find.
    """
    now = {row.label: row for row in report.outcomes}
    then = {row.label: row for row in before.outcomes}
    counts = {row.name: row.counts for row in report.labels}
    return tuple(
        Pairs(
            name=label,
            changes=changes(now[label], then[label], support=counts[label].support),
            documents=documents_of(now[label], support=counts[label].support),
            families=counts[label].families,
        )
        for label in sorted(set(labels) & now.keys() & counts.keys())
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
