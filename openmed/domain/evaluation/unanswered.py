"""What a person is told of documents without an answer: how many, and why."""

from typing import Final

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.text.exception_names import shown_name

MOST_REASONS: Final = 3
"""Reasons that are told, and documents that are named; one is enough to begin with."""


def incomplete(report: BenchmarkReport) -> str:
    """How many documents have no answer, why, and which first; empty when all have one."""
    if not report.is_incomplete:
        return ""
    total = report.suite.documents
    missing = total - report.scored_documents
    ids = report.failed_documents
    first = f" (first: {', '.join(ids[:MOST_REASONS])})" if len(ids) < total else ""
    why = "; ".join(reasons(report)) or "no reason is recorded"
    return f"incomplete: {missing} of {total} documents have no answer{first}: {why}"


def faults(report: BenchmarkReport) -> tuple[str, ...]:
    """What keeps the numbers of a report from being evidence; empty when nothing does."""
    told = [incomplete(report)] if report.is_incomplete else []
    if report.invalid_predictions:
        told.append(
            f"{report.invalid_predictions} predictions lie outside their text or are empty: they "
            "count for nothing, and a release would be refused"
        )
    return tuple(told)


def reasons(report: BenchmarkReport) -> tuple[str, ...]:
    """Why documents have no answer, the most frequent reason first."""
    rows = report.unanswered
    if not rows:
        names = ", ".join(map(shown_name, report.failures))
        return (names,) if names else ()
    told = [
        row.sentence if len(rows) == 1 else f"{row.documents} of them: {row.sentence}"
        for row in rows[:MOST_REASONS]
    ]
    rest = len(rows) - len(told)
    return (*told, f"{rest} other reasons") if rest else tuple(told)
