"""Reports and comparisons for a person, as tables."""

from collections.abc import Iterator, Sequence

from openmed.app.backstop import Row
from openmed.cli.render.layout import counted, folded, table
from openmed.domain.evaluation.comparison import Comparison, PairedDifference, SpanPlace
from openmed.domain.evaluation.report import BenchmarkReport, Counts, Subject
from openmed.domain.evaluation.scoring.statistics import proven_lower
from openmed.domain.evaluation.unanswered import faults
from openmed.domain.pages.headline import headline
from openmed.domain.text.number_format import (
    bad_share,
    count,
    points,
    share_down,
    share_of_one,
)

_RATES = ("RECALL", "PROVEN", "LEAK", "PRECISION", "+RULES")
MOST_PLACES = 20
"""Lost or gained spans shown to a person; `--json` has all."""


def report_table(report: BenchmarkReport, *, of: str, width: int) -> str:
    """Counts per label."""
    names = ("LABEL", "SPANS", "FAMILIES", "COVERED", "MISSED", "RECALL", "PROVEN", "EXPOSED")
    headings = tuple(_heading(name, report) for name in names)
    rows = [*(_row(row.name, row.counts) for row in report.labels), _row("all", report.overall)]
    title = (
        f"{of} on {report.suite.title}: {count(report.scored_documents)} of "
        f"{counted(report.suite.documents, 'document')}, "
        f"{counted(report.suite.spans, 'gold span')}"
    )
    lines = [*folded(title, width=width), *table(headings, rows, width=width)]
    recalls = folded(_both_recalls(report), width=width)
    return "\n".join([*lines, *recalls, *_faults(report, width=width), ""])


def report_list(reports: Sequence[BenchmarkReport], *, width: int) -> str:
    """One line a report; empty when there is none."""
    headings = ("SLOT", "SUITE", "DOCUMENTS", "SPANS", "RECALL", "ARTIFACT")
    rows = [
        (
            report.subject.slot,
            report.suite.name,
            f"{report.scored_documents} of {report.suite.documents}",
            str(declared.support),
            "incomplete"
            if report.is_incomplete
            else share_down(declared.covered, declared.support),
            report.subject.artifact[:16],
        )
        for report in reports
        for declared in [headline(report.scope.labels, report)]
    ]
    return "\n".join(table(headings, rows, width=width)) if rows else ""


def _both_recalls(report: BenchmarkReport) -> str:
    """Recall over all gold, and over the gold of declared labels."""
    declared, overall = headline(report.scope.labels, report), report.overall
    said = "Incomplete recall" if report.is_incomplete else "Recall"
    return (
        f"{said} over all gold: {share_down(overall.covered, overall.support)}; over declared "
        f"gold: {share_down(declared.covered, declared.support)} "
        f"({count(declared.support)} of {counted(overall.support, 'span')}, "
        f"{count(len(declared.labels))} of {counted(len(report.labels), 'label')})."
    )


def backstop_table(report: BenchmarkReport, rows: tuple[Row, ...], *, of: str, width: int) -> str:
    """What the pattern rules of a profile add to the model, label by label."""
    names = ("LABEL", "SPANS", "RECALL", "+RULES", "LEAK", "+RULES", "PRECISION", "+RULES")
    headings = tuple(_heading(name, report) for name in names)
    title = f"{of} on {report.suite.title}, {counted(report.suite.documents, 'document')}"
    note = "Labels in lower case are not declared. Leak: sensitive characters left in clear."
    lines = [*folded(title, width=width), *table(headings, map(_rates, rows), width=width)]
    return "\n".join([*lines, *folded(note, width=width), *_faults(report, width=width), ""])


def _heading(name: str, report: BenchmarkReport) -> str:
    """No rate of a report that lacks answers stands without saying so."""
    return f"INCOMPLETE {name}" if name in _RATES and report.is_incomplete else name


def _faults(report: BenchmarkReport, *, width: int) -> Iterator[str]:
    for told in faults(report):
        yield from folded(told, width=width)


def comparison_table(found: Comparison, *, width: int) -> str:
    """Differences per label, then where."""
    headings = ("LABEL", "SPANS", "FAMILIES", "LOST", "GAINED", "DIFFERENCE", "90 % INTERVAL")
    rows = [*map(_difference, found.labels), _difference(found.overall)]
    title = (
        f"{_named(found.after, found.after_decoder)} against "
        f"{_named(found.before, found.before_decoder)} on {found.suite}, "
        "labels that both declare; differences in percentage points"
    )
    lines = [*folded(title, width=width), *table(headings, rows, width=width)]
    lines += _places("lost", found.lost, width=width)
    lines += _places("gained", found.gained, width=width)
    return "\n".join([*lines, ""])


def _named(subject: Subject, decoder: str) -> str:
    return f"{subject.artifact[:12]} ({decoder})" if decoder else subject.artifact[:12]


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    return (
        name,
        count(counts.support),
        count(counts.families),
        count(counts.covered),
        count(counts.missed),
        share_down(counts.covered, counts.support),
        share_of_one(proven_lower(counts)),
        count(counts.exposed),
    )


def _rates(row: Row) -> tuple[str, ...]:
    return (
        row.label if row.is_declared else row.label.lower(),
        count(row.support),
        *(share_of_one(value) for value in (row.bare.recall, row.whole.recall)),
        *(
            "no data" if value is None else bad_share(value)
            for value in (row.bare.leak, row.whole.leak)
        ),
        *(share_of_one(value) for value in (row.bare.precision, row.whole.precision)),
    )


def _difference(row: PairedDifference) -> tuple[str, ...]:
    return (
        row.name,
        count(row.spans),
        count(row.families),
        count(row.lost),
        count(row.gained),
        points(row.observed),
        f"{points(row.lower)} to {points(row.upper)}",
    )


def _places(what: str, places: tuple[SpanPlace, ...], *, width: int) -> Iterator[str]:
    for place in places[:MOST_PLACES]:
        text = f"{what}: {place.document} {place.start}-{place.end} {place.label}"
        yield from folded(text, width=width)
    rest = len(places) - MOST_PLACES
    if rest > 0:
        yield from folded(f"{what}: {counted(rest, 'more span')} (--json has all)", width=width)
