"""A report and a comparison for a person, as tables."""

from openmed.domain.evaluation.comparison import Comparison, PairedDifference, SpanPlace
from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.evaluation.scoring.statistics import proven_lower
from openmed.pipeline.summary import table

MOST_PLACES = 20
"""Lost or gained spans shown to a person; `--json` has all."""


def report_table(report: BenchmarkReport, *, of: str) -> str:
    """Counts per label."""
    headings = ("LABEL", "SPANS", "FAMILIES", "COVERED", "MISSED", "RECALL", "PROVEN", "EXPOSED")
    rows = (
        headings,
        *(_row(row.name, row.counts) for row in report.labels),
        _row("all", report.overall),
    )
    title = (
        f"{of} on {report.suite.title}: {report.scored_documents} of "
        f"{report.suite.documents} documents, {report.suite.spans} gold spans"
    )
    return "\n".join([title, *table(rows), ""])


def comparison_table(found: Comparison) -> str:
    """Differences per label, then where."""
    headings = ("LABEL", "SPANS", "FAMILIES", "LOST", "GAINED", "DIFFERENCE", "90 % INTERVAL")
    rows = (headings, *map(_difference, found.labels), _difference(found.overall))
    title = (
        f"{found.after.artifact[:12]} against {found.before.artifact[:12]} on {found.suite}, "
        "labels that both claim"
    )
    places = [*_places("lost", found.lost), *_places("gained", found.gained)]
    return "\n".join([title, *table(rows), *places, ""])


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    proven = proven_lower(counts)
    return (
        name,
        str(counts.support),
        str(counts.families),
        str(counts.covered),
        str(counts.missed),
        f"{counts.covered / counts.support:.4f}" if counts.support else "no data",
        "no data" if proven is None else f"{proven:.4f}",
        str(counts.exposed),
    )


def _difference(row: PairedDifference) -> tuple[str, ...]:
    return (
        row.name,
        str(row.spans),
        str(row.families),
        str(row.lost),
        str(row.gained),
        f"{row.observed:+.4f}",
        f"[{row.lower:+.4f}, {row.upper:+.4f}]",
    )


def _places(what: str, places: tuple[SpanPlace, ...]) -> list[str]:
    shown = [f"{what}: {p.document} {p.start}-{p.end} {p.label}" for p in places[:MOST_PLACES]]
    rest = len(places) - len(shown)
    return [*shown, f"{what}: {rest} more (--json has all)"] if rest else shown
