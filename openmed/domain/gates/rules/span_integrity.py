"""Gate `span_integrity`: the spans themselves are sound, on the model's real predictions.

Offsets lie inside the text, no span is empty, none overlaps another, and a second run with
another batch policy gives the same spans.
"""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen
from openmed.domain.gates.device_budgets import valid_performance
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.strictness import Stricter
from openmed.domain.text.number_format import count
from openmed.domain.wire import parse


class SpanIntegritySettings(Frozen):
    """Table `[gates.span_integrity]`.

    Attributes:
        allowed: most faults of one kind.
    """

    allowed: Annotated[int, Field(ge=0, le=1000), Stricter.LOWER]


class SpanIntegrity:
    """No invalid, no overlapping and no changing spans."""

    id = "span_integrity"
    table = SpanIntegritySettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if a span is at fault; ERROR if there is none to look at."""
        allowed = _read(settings).allowed
        reports = [valid_report(evidence, pin.name) for pin in evidence.pins]
        repeated = valid_performance(evidence)
        faults = [report for report in (*reports, repeated) if isinstance(report, str)]
        if faults or isinstance(repeated, str):
            return Finding(outcome=Outcome.ERROR, message="; ".join(faults))
        sound = [report for report in reports if not isinstance(report, str)]
        predicted = sum(row.predicted for report in sound for row in report.predictions)
        if predicted == 0:
            message = "the candidate predicted nothing, so there is no span to check"
            return Finding(outcome=Outcome.ERROR, message=message)
        found = (
            *(
                (report.suite.name, kind, count, predicted)
                for report in sound
                for kind, count in (
                    ("invalid spans", report.invalid_predictions),
                    ("overlapping spans", report.overlapping_predictions),
                )
            ),
            (
                evidence.timed_on.name,
                "documents that differ in a second run",
                repeated.differing_documents,
                repeated.documents,
            ),
        )
        measures = tuple(
            Measure(
                suite=suite,
                name=kind,
                observed=float(count),
                limit=float(allowed),
                support=support,
                families=0,
                bound=None,
                outcome=Outcome.PASSED if count <= allowed else Outcome.FAILED,
            )
            for suite, kind, count, support in found
        )
        bad = [f"{count} {kind} on {suite}" for suite, kind, count, _ in found if count > allowed]
        message = (
            f"{'; '.join(bad)}; limit {allowed}"
            if bad
            else f"all {count(predicted)} spans valid; {count(repeated.documents)} documents "
            "gave identical output twice"
        )
        return Finding(
            outcome=worst(tuple(m.outcome for m in measures)), message=message, measures=measures
        )


def _read(settings: str) -> SpanIntegritySettings:
    return parse(SpanIntegritySettings, settings.encode(), what="table")
