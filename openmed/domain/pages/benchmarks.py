"""Benchmark cards: everything a report counted, per live release; opens the full reports."""

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.pages.headline import headline
from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import RenderedFile, SlotInputs
from openmed.domain.pages.view import counts_view, release_view, rows_view
from openmed.domain.suites.suite import SuitePin
from openmed.domain.text.number_format import share_down, share_up


def render_benchmark(inputs: SlotInputs) -> tuple[RenderedFile, ...]:
    """The page of what is live in a slot, one section per suite."""
    pins = {pin.name: pin for pin in inputs.pins}
    view = release_view(inputs.release)
    context = {
        **view,
        "reports": [_report(report, pins.get(report.suite.name)) for report in inputs.reports],
    }
    path = f"benchmarks/{view['slug']}/index.html"
    return (render(inputs.templates, "benchmark.html.j2", path, context),)


def _report(report: BenchmarkReport, pin: SuitePin | None) -> dict[str, object]:
    redaction = report.redaction
    declared = headline(report.scope.labels, report)
    return {
        "suite": report.suite,
        "source": pin.source if pin else "the suite is no longer pinned here",
        "licence": pin.licence if pin else "unknown",
        "runtime": report.runtime,
        "scored": report.scored_documents,
        "invalid": report.invalid_predictions,
        "overlapping": report.overlapping_predictions,
        "overall": counts_view("all", report.overall),
        "declared": {
            "recall": share_down(declared.covered, declared.support),
            "covered": declared.covered,
            "support": declared.support,
            "labels": len(declared.labels),
            "of_labels": len(report.labels),
        },
        "tables": [
            ("Label", rows_view(report.labels)),
            ("Language", rows_view(report.languages)),
            ("Slice", rows_view(report.slices)),
        ],
        "predictions": [
            {
                "label": row.label,
                "predicted": row.predicted,
                "touching": row.touching,
                "precision": share_down(row.touching, row.predicted),
            }
            for row in report.predictions
        ],
        "matchings": report.matchings,
        "outside": redaction.outside,
        "over_redacted": share_up(redaction.over_redacted, redaction.outside),
        "false_alarms": redaction.false_alarm_documents,
        "without_gold": redaction.documents_without_gold,
    }
