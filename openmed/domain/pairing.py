"""Gold spans that two reports of one suite were both asked for: which were lost, which gained."""

from collections.abc import Iterable
from typing import NamedTuple

from openmed.domain.report import BenchmarkReport

OVERALL = "all labels"


class Pairs(NamedTuple):
    """Gold spans both were asked for.

    Attributes:
        name: label, or `OVERALL`.
        lost: covered before, not covered now.
        gained: covered now, not covered before.
        total: all of them.
        families: template families they come from.
    """

    name: str
    lost: int
    gained: int
    total: int
    families: int


def pairs_of(
    report: BenchmarkReport, before: BenchmarkReport, *, labels: Iterable[str]
) -> tuple[Pairs, ...]:
    """Pairs of each of these labels that the suite has gold of, by label.

    Args:
        report: what is compared.
        before: what it is compared with, on the identical suite.
        labels: labels that both claim to find.
    """
    now = {row.label: row.bits for row in report.outcomes}
    then = {row.label: row.bits for row in before.outcomes}
    counts = {row.name: row.counts for row in report.labels}
    pairs: list[Pairs] = []
    for label in sorted(set(labels) & now.keys() & counts.keys()):
        new, old = int(now[label], 16), int(then[label], 16)
        pairs.append(
            Pairs(
                name=label,
                lost=(old & ~new).bit_count(),
                gained=(new & ~old).bit_count(),
                total=counts[label].support,
                families=counts[label].families,
            )
        )
    return tuple(pairs)


def sum_of(pairs: tuple[Pairs, ...]) -> Pairs:
    """All labels together; families of labels overlap, so the largest count stands."""
    return Pairs(
        name=OVERALL,
        lost=sum(pair.lost for pair in pairs),
        gained=sum(pair.gained for pair in pairs),
        total=sum(pair.total for pair in pairs),
        families=max(pair.families for pair in pairs),
    )
