"""Gate `recall_floor`: coverage recall of every declared direct identifier reaches its floor.

The observed value decides; what the evidence proves (Clopper-Pearson, with the design
effect of template families) is shown beside it, so nobody mistakes one for the other.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain import labels
from openmed.domain.frozen import Frozen, Label
from openmed.domain.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.report import BenchmarkReport
from openmed.domain.scoring.statistics import proven_lower
from openmed.domain.soundness import label_counts, sound_report
from openmed.domain.suite import SuiteName
from openmed.domain.wire import parse

Share = Annotated[float, Field(gt=0, le=1)]


class LabelFloor(Frozen):
    """A floor of one label that differs from the default, and why."""

    label: Label
    floor: Share
    reason: Annotated[str, Field(min_length=1)]


class Settings(Frozen):
    """Table `[gates.recall_floor]`.

    Attributes:
        suite: suite the floor is for.
        floor: least covered / gold of every declared direct identifier.
        labels: floors of single labels.
    """

    suite: SuiteName
    floor: Share
    labels: tuple[LabelFloor, ...] = ()

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        names = [row.label for row in self.labels]
        strange = sorted(
            n for n in names if n not in labels.BY_NAME or not labels.BY_NAME[n].direct
        )
        if strange:
            msg = f"{strange[0]} is not a direct identifier"
            raise ValueError(msg)
        if len(set(names)) < len(names):
            msg = "a label has two floors"
            raise ValueError(msg)
        return self

    def floor_of(self, label: str) -> float:
        """The floor that holds for a label."""
        return next((row.floor for row in self.labels if row.label == label), self.floor)


class RecallFloor:
    """Covered gold spans / gold spans, per declared direct identifier, at least the floor."""

    id = "recall_floor"

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if one label is under its floor; ERROR if it cannot be measured."""
        wanted = _read(settings)
        report = sound_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        declared = [n for n in evidence.candidate.labels if labels.BY_NAME[n].direct]
        measures = tuple(_measure(report, label, wanted.floor_of(label)) for label in declared)
        outcome = worst(tuple(measure.outcome for measure in measures))
        return Finding(outcome=outcome, message=_message(measures), measures=measures)


def _read(settings: str) -> Settings:
    return parse(Settings, settings.encode(), what="table")


def _measure(report: BenchmarkReport, label: str, floor: float) -> Measure:
    counts = label_counts(report, label)
    if counts is None or counts.support == 0:
        outcome, observed = Outcome.ERROR, None
    else:
        observed = round(counts.covered / counts.support, 6)
        # Compared as counts, so that rounding cannot lift a value over its floor.
        reaches = counts.covered >= floor * counts.support
        outcome = Outcome.PASSED if reaches else Outcome.FAILED
    return Measure(
        suite=report.suite.name,
        name=label,
        observed=observed,
        limit=floor,
        support=counts.support if counts else 0,
        families=counts.families if counts else 0,
        bound=proven_lower(counts) if counts else None,
        outcome=outcome,
    )


def _message(measures: tuple[Measure, ...]) -> str:
    if not measures:
        return "the candidate declares no direct identifier; the policy must say not_applicable"
    bad = [measure for measure in measures if measure.outcome is not Outcome.PASSED]
    if bad:
        return "; ".join(
            f"{m.name} has no gold spans"
            if m.observed is None
            else f"{m.name} recall {m.observed:.4f} of {m.support} spans, wanted {m.limit:.4f}"
            for m in bad
        )
    least = min(measures, key=lambda m: (m.observed or 0.0) - m.limit)
    return (
        f"{len(measures)} labels reach their floors; nearest is {least.name} with "
        f"{least.observed:.4f} of {least.support} spans, floor {least.limit:.4f}"
    )
