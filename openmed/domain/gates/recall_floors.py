"""Recall floors: shared by the gates that set a floor per label.

The observed value decides; what the evidence proves (Clopper-Pearson, with the design
effect of template families) is shown beside it, so nobody mistakes one for the other.
"""

from collections.abc import Collection
from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.statistics import proven_lower
from openmed.domain.frozen import Frozen, Label
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import label_counts, valid_report
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text import labels
from openmed.domain.text.number_format import count, exact_share, share_of_one
from openmed.domain.wire import parse
from openmed.errors import EvidenceError

Share = Annotated[float, Field(gt=0, le=1), Stricter.HIGHER]


class LabelFloor(Frozen):
    """A floor of one label that differs from the default, and why."""

    label: Annotated[Label, Stricter.WORDS]
    floor: Share
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


class FloorSettings(Frozen):
    """Table of a gate that sets floors.

    Attributes:
        suite: suite the floor is for.
        floor: least covered / gold of every declared label the gate is about.
        labels: floors of single labels.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    floor: Share
    labels: Annotated[tuple[LabelFloor, ...], Rows(key="label", strictest="floor")] = ()

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        names = [row.label for row in self.labels]
        if len(set(names)) < len(names):
            msg = "a label has two floors"
            raise ValueError(msg)
        return self

    def floor_of(self, label: str) -> float:
        """The floor that holds for a label: its own, or that of a wider one."""
        rows = {row.label: row.floor for row in self.labels}
        return rows.get(labels.named_among(label, rows) or "", self.floor)


DIRECT: tuple[str, ...] = tuple(
    facts.name for facts in labels.LABELS if facts.direct and not facts.is_coarse
)
"""Labels that alone point at the patient."""


def read_floors(settings: str, *, about: Collection[str]) -> FloorSettings:
    """Read the table of a gate that is about these labels.

    Raises:
        EvidenceError: not such a table, or a row names another label.
    """
    floors = parse(FloorSettings, settings.encode(), what="table")
    strange = sorted({row.label for row in floors.labels} - set(about))
    if strange:
        msg = f"{strange[0]} is not a label of this gate"
        raise EvidenceError(msg)
    return floors


def decide_floors(evidence: Evidence, floors: FloorSettings, *, about: Collection[str]) -> Finding:
    """FAILED if one declared label is under its floor; ERROR if it cannot be measured."""
    report = valid_report(evidence, floors.suite)
    if isinstance(report, str):
        return Finding(outcome=Outcome.ERROR, message=report)
    declared = [name for name in evidence.candidate.labels if name in about]
    measures = tuple(_measure(report, label, floors.floor_of(label)) for label in declared)
    outcome = worst(tuple(measure.outcome for measure in measures))
    return Finding(outcome=outcome, message=_message(measures), measures=measures)


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
        return "the candidate declares no label of this gate; set not_applicable in the policy"
    bad = [measure for measure in measures if measure.outcome is not Outcome.PASSED]
    if bad:
        return "; ".join(
            f"{m.name} has no gold spans"
            if m.observed is None
            else f"{m.name} recall {share_of_one(m.observed)} ({count(m.support)} spans), "
            f"floor {exact_share(m.limit)}"
            for m in bad
        )
    least = min(measures, key=lambda m: (m.observed or 0.0) - m.limit)
    return (
        f"labels at or above their floors: {len(measures)} of {len(measures)}; "
        f"closest: {least.name} recall "
        f"{share_of_one(least.observed)} ({count(least.support)} spans), "
        f"floor {exact_share(least.limit)}"
    )
