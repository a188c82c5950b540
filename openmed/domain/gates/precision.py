"""Gate `precision`: a model that redacts everything must not pass.

Precision of a label = predictions of it that touch any gold / predictions of it, whatever
the gold's label: a name redacted as a city is no false alarm. A declared label that is never
predicted has no precision; the recall gates speak about it.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.frozen import Frozen, Label
from openmed.domain.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.report import BenchmarkReport, PredictionCounts
from openmed.domain.soundness import sound_report
from openmed.domain.suite import SuiteName
from openmed.domain.wire import parse

Share = Annotated[float, Field(ge=0, le=1)]


class LabelPrecision(Frozen):
    """A floor of one label that differs from the default, and why."""

    label: Label
    floor: Share
    reason: Annotated[str, Field(min_length=1)]


class Settings(Frozen):
    """Table `[gates.precision]`.

    Attributes:
        suite: suite the limits are for.
        floor: least precision of every declared label.
        labels: floors of single labels.
        over_redaction: most of the characters outside gold that may be redacted.
        false_alarms: most of the documents without gold that may have a prediction.
    """

    suite: SuiteName
    floor: Share
    labels: tuple[LabelPrecision, ...] = ()
    over_redaction: Share
    false_alarms: Share

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        names = [row.label for row in self.labels]
        if len(set(names)) < len(names):
            msg = "a label has two floors"
            raise ValueError(msg)
        return self

    def floor_of(self, label: str) -> float:
        """The floor that holds for a label."""
        return next((row.floor for row in self.labels if row.label == label), self.floor)


class Precision:
    """Precision per label, over-redacted characters and false alarms within limits."""

    id = "precision"
    table = Settings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED beyond a limit; ERROR if nothing was predicted or nothing stands outside gold."""
        wanted = _read(settings)
        report = sound_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        if report.redaction.outside == 0 or report.redaction.documents_without_gold == 0:
            message = f"suite {wanted.suite} has no text outside gold, or no document without gold"
            return Finding(outcome=Outcome.ERROR, message=message)
        if not report.predictions:
            message = "the candidate predicted nothing, so there is no precision"
            return Finding(outcome=Outcome.ERROR, message=message)
        measures = (
            *(_of_label(report, row, wanted) for row in report.predictions),
            *_of_redaction(report, wanted),
        )
        outcome = worst(tuple(measure.outcome for measure in measures))
        return Finding(outcome=outcome, message=_message(measures), measures=measures)


def _read(settings: str) -> Settings:
    return parse(Settings, settings.encode(), what="table")


def _of_label(report: BenchmarkReport, row: PredictionCounts, wanted: Settings) -> Measure:
    floor = wanted.floor_of(row.label)
    return Measure(
        suite=report.suite.name,
        name=row.label,
        observed=round(row.touching / row.predicted, 6),
        limit=floor,
        support=row.predicted,
        families=0,
        bound=None,
        outcome=Outcome.PASSED if row.touching >= floor * row.predicted else Outcome.FAILED,
    )


def _of_redaction(report: BenchmarkReport, wanted: Settings) -> tuple[Measure, Measure]:
    redaction = report.redaction
    return (
        _share(
            report, "over-redacted characters", redaction.over_redacted, redaction.outside,
            limit=wanted.over_redaction,
        ),
        _share(
            report, "false-alarm documents", redaction.false_alarm_documents,
            redaction.documents_without_gold, limit=wanted.false_alarms,
        ),
    )  # fmt: skip


def _share(report: BenchmarkReport, name: str, part: int, whole: int, *, limit: float) -> Measure:
    return Measure(
        suite=report.suite.name,
        name=name,
        observed=round(part / whole, 6),
        limit=limit,
        support=whole,
        families=0,
        bound=None,
        outcome=Outcome.PASSED if part <= limit * whole else Outcome.FAILED,
    )


def _message(measures: tuple[Measure, ...]) -> str:
    bad = [measure for measure in measures if measure.outcome is not Outcome.PASSED]
    if bad:
        return "; ".join(
            f"{m.name} {m.observed or 0.0:.4f} of {m.support}, limit {m.limit:.4f}" for m in bad
        )
    *of_labels, over, alarms = measures
    least = min(of_labels, key=lambda m: (m.observed or 0.0) - m.limit)
    return (
        f"lowest against its floor is {least.name} with {least.observed:.4f} of {least.support} "
        f"predictions; {over.observed:.4%} of characters outside gold are redacted, "
        f"{alarms.observed:.2%} of {alarms.support} documents without gold have a false alarm"
    )
