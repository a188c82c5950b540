"""The headline of a release: how much of what its model claims to find was found."""

from openmed.domain.evaluation.report import BenchmarkReport, SliceCounts
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, ReportReference
from openmed.domain.ledger.changes import Promoted
from openmed.domain.text import labels


class LabelRecall(Frozen):
    """Spans of one label on one suite."""

    label: str
    covered: int
    support: int


class Headline(Frozen):
    """Spans of the declared labels on one suite.

    Attributes:
        suite: its name.
        suite_digest: its content; two headlines are comparable only on the same.
        covered: gold spans that are covered.
        support: gold spans.
        labels: the same by label, by name.
    """

    suite: str
    suite_digest: Digest
    covered: int
    support: int
    labels: tuple[LabelRecall, ...]

    @property
    def recall(self) -> float | None:
        """Covered ÷ support; None without support."""
        return self.covered / self.support if self.support else None


def headline_report(release: Promoted) -> ReportReference | None:
    """The report a release's headline is taken from: that of its policy's first suite."""
    own = (row for row in release.reports if not row.suite.startswith(OF_OTHERS))
    return next((row for row in own if row.suite != PERFORMANCE), None)


def headline_of(release: Promoted, report: BenchmarkReport) -> Headline:
    """Add up the declared labels of a release."""
    return headline(release.candidate.labels, report)


def headline(declared: tuple[str, ...], report: BenchmarkReport) -> Headline:
    """Add up the labels a model claims to find."""
    rows = declared_rows(declared, report)
    return Headline(
        suite=report.suite.name,
        suite_digest=report.suite.digest,
        covered=sum(row.counts.covered for row in rows),
        support=sum(row.counts.support for row in rows),
        labels=tuple(
            LabelRecall(label=row.name, covered=row.counts.covered, support=row.counts.support)
            for row in sorted(rows, key=lambda row: row.name)
        ),
    )


def declared_rows(declared: tuple[str, ...], report: BenchmarkReport) -> tuple[SliceCounts, ...]:
    """Rows of the labels a model claims to find."""
    return tuple(row for row in report.labels if labels.claims(declared, row.name))
