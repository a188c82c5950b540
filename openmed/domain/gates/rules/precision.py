"""Gate `precision`: a model that redacts everything, or mislabels what it finds, must not pass.

Precision of a label = predictions of it that touch any gold / predictions of it, whatever
the gold's label: a name redacted as a city is no false alarm. A declared label that is never
predicted has no precision; the recall gates speak about it.

The recall gates do not care by which label a span was found. Here they do: of all gold of a
declared label enough must be typed, that is covered and called by its coarse group. Of all
gold, not of what is covered: finding less must never help.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.report import BenchmarkReport, PredictionCounts, SliceCounts
from openmed.domain.frozen import Frozen, Label
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text import labels
from openmed.domain.text.number_format import (
    bad_share,
    count,
    exact_share,
    share_down,
    share_of_one,
    share_up,
)
from openmed.domain.wire import parse

Floor = Annotated[float, Field(ge=0, le=1), Stricter.HIGHER]
Limit = Annotated[float, Field(ge=0, le=1), Stricter.LOWER]

OVER_REDACTED, FALSE_ALARMS, TYPED = "over-redacted characters", "false-alarm documents", " typed"


class LabelPrecision(Frozen):
    """A floor of one label that differs from the default, and why."""

    label: Annotated[Label, Stricter.WORDS]
    floor: Floor
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


class PrecisionSettings(Frozen):
    """Table `[gates.precision]`.

    Attributes:
        suite: suite the limits are for.
        floor: least precision of every declared label.
        labels: floors of single labels.
        typed: least share of the gold of every declared label that is typed.
        typed_labels: the same of single labels.
        over_redaction: most of the characters outside gold that may be redacted.
        false_alarms: most of the documents without gold that may have a prediction.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    floor: Floor
    labels: Annotated[tuple[LabelPrecision, ...], Rows(key="label", strictest="floor")] = ()
    typed: Floor
    typed_labels: Annotated[tuple[LabelPrecision, ...], Rows(key="label", strictest="typed")] = ()
    over_redaction: Limit
    false_alarms: Limit

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        for rows in (self.labels, self.typed_labels):
            names = [row.label for row in rows]
            if len(set(names)) < len(names):
                msg = "a label has two floors"
                raise ValueError(msg)
        return self

    def floor_of(self, label: str) -> float:
        """The floor that holds for a label: its own, or that of a wider one."""
        return _floor(self.labels, label, self.floor)

    def typed_of(self, label: str) -> float:
        """The least share of typed gold that holds for a label."""
        return _floor(self.typed_labels, label, self.typed)


class Precision:
    """Precision and typed gold per label, over-redaction and false alarms within limits."""

    id = "precision"
    table = PrecisionSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED beyond a limit; ERROR if nothing was predicted or nothing stands outside gold."""
        wanted = _read(settings)
        report = valid_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        if report.redaction.outside == 0 or report.redaction.documents_without_gold == 0:
            message = f"suite {wanted.suite} has no text outside gold, or no document without gold"
            return Finding(outcome=Outcome.ERROR, message=message)
        if not report.predictions:
            message = "the candidate predicted nothing, so precision is undefined"
            return Finding(outcome=Outcome.ERROR, message=message)
        found = tuple(_of_label(report, row, wanted) for row in report.predictions)
        typed = tuple(
            _of_gold(report, row, wanted)
            for row in report.labels
            if labels.claims(report.scope.labels, row.name)
        )
        measures = (*found, *typed, *_of_redaction(report, wanted))
        outcome = worst(tuple(measure.outcome for measure in measures))
        message = _bad(measures) or _good(found, typed, measures[-2:])
        return Finding(outcome=outcome, message=message, measures=measures)


def _floor(rows: tuple[LabelPrecision, ...], label: str, otherwise: float) -> float:
    floors = {row.label: row.floor for row in rows}
    return floors.get(labels.named_among(label, floors) or "", otherwise)


def _read(settings: str) -> PrecisionSettings:
    return parse(PrecisionSettings, settings.encode(), what="table")


def _of_label(report: BenchmarkReport, row: PredictionCounts, wanted: PrecisionSettings) -> Measure:
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


def _of_gold(report: BenchmarkReport, row: SliceCounts, wanted: PrecisionSettings) -> Measure:
    floor, counts = wanted.typed_of(row.name), row.counts
    return Measure(
        suite=report.suite.name,
        name=f"{row.name}{TYPED}",
        observed=round(counts.typed / counts.support, 6),
        limit=floor,
        support=counts.support,
        families=counts.families,
        bound=None,
        outcome=Outcome.PASSED if counts.typed >= floor * counts.support else Outcome.FAILED,
    )


def _of_redaction(report: BenchmarkReport, wanted: PrecisionSettings) -> tuple[Measure, Measure]:
    redaction = report.redaction
    return (
        _share(
            report, OVER_REDACTED, redaction.over_redacted, redaction.outside,
            limit=wanted.over_redaction,
        ),
        _share(
            report, FALSE_ALARMS, redaction.false_alarm_documents,
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


def _bad(measures: tuple[Measure, ...]) -> str:
    return "; ".join(_said(m) for m in measures if m.outcome is not Outcome.PASSED)


def _good(
    found: tuple[Measure, ...], typed: tuple[Measure, ...], redaction: tuple[Measure, ...]
) -> str:
    over, alarms = redaction
    said = [f"{_nearest(found, 'precision ')} predictions)"]
    said += [f"{_nearest(typed)} spans)"] if typed else []
    return (
        f"closest to their limits: {', '.join(said)}; "
        f"{bad_share(over.observed)} of characters outside gold redacted, "
        f"{bad_share(alarms.observed)} of {count(alarms.support)} documents without gold "
        "with a false alarm"
    )


def _said(measure: Measure) -> str:
    is_share_of_bad = measure.name in (OVER_REDACTED, FALSE_ALARMS)
    rounded = share_up if is_share_of_bad else share_down
    limit = "limit" if is_share_of_bad else "floor"
    what = "" if is_share_of_bad or measure.name.endswith(TYPED) else " precision"
    return (
        f"{measure.name}{what} {rounded(measure.observed or 0.0, 1)} of {count(measure.support)}, "
        f"{limit} {exact_share(measure.limit)}"
    )


def _nearest(measures: tuple[Measure, ...], what: str = "") -> str:
    least = min(measures, key=lambda m: (m.observed or 0.0) - m.limit)
    return f"{least.name} {what}{share_of_one(least.observed)} ({count(least.support)}"
