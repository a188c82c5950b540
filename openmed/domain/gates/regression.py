"""Gate `regression`: not worse than what is live, span by span on the identical suite.

Per label and for all labels together: PASSED when no covered span is lost (dominance) or
when the lower bound of the difference is above -margin; FAILED when it is clearly worse;
else INCONCLUSIVE, with the number of spans that would decide. Source of the rule:
non-inferiority of paired proportions, Tango's score interval. McNemar's p and the bootstrap
by document are printed beside it and decide nothing.
"""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from openmed.domain.frozen import Frozen, Label
from openmed.domain.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.pairing import (
    Pairs,
    dropped_labels,
    first_release,
    interval_of,
    measure_of,
    pairs_of,
    power_of,
    said_of,
    sum_of,
)
from openmed.domain.report import BenchmarkReport
from openmed.domain.scoring.statistics import (
    bootstrap_seed,
    mcnemar,
    paired_bootstrap,
    pairs_needed,
)
from openmed.domain.soundness import sound_baseline, sound_report
from openmed.domain.suite import SuiteName
from openmed.domain.wire import parse

Margin = Annotated[float, Field(gt=0, lt=1)]


class LabelMargin(Frozen):
    """A margin of one label that differs from the default, and why."""

    label: Label
    margin: Margin
    reason: Annotated[str, Field(min_length=1)]


class Settings(Frozen):
    """Table `[gates.regression]`.

    Attributes:
        suite: suite the two are compared on.
        overall: largest drop of recall over all labels that counts as no drop.
        per_label: the same for every single label.
        labels: margins of single labels.
        may_drop: labels a candidate need not declare although the live release does.
    """

    suite: SuiteName
    overall: Margin
    per_label: Margin
    labels: tuple[LabelMargin, ...] = ()
    may_drop: tuple[Label, ...] = ()

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        names = [row.label for row in self.labels]
        if len(set(names)) < len(names):
            msg = "a label has two margins"
            raise ValueError(msg)
        return self

    def margin_of(self, label: str) -> float:
        """The margin that holds for a label."""
        return next((row.margin for row in self.labels if row.label == label), self.per_label)


class Regression:
    """Paired non-inferiority against the live release."""

    id = "regression"
    table = Settings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if clearly worse; ERROR if the two cannot be compared."""
        wanted = _read(settings)
        first = first_release(evidence)
        if first is not None:
            return first
        report = sound_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        before = sound_baseline(evidence, wanted.suite)
        if isinstance(before, str):
            return Finding(outcome=Outcome.ERROR, message=before)
        dropped = dropped_labels(report, before, may_drop=wanted.may_drop)
        if dropped is not None:
            return dropped
        pairs = pairs_of(report, before)
        if not pairs:
            message = f"suite {wanted.suite} has no gold of a label that both declare"
            return Finding(outcome=Outcome.ERROR, message=message)
        whole = sum_of(pairs)
        measures = (
            _measure(whole, wanted.suite, wanted.overall),
            *(_measure(pair, wanted.suite, wanted.margin_of(pair.name)) for pair in pairs),
        )
        outcome = worst(tuple(measure.outcome for measure in measures))
        message = _message(evidence, whole, measures) + _beside(report, before, whole)
        return Finding(outcome=outcome, message=message, measures=measures)


def _read(settings: str) -> Settings:
    return parse(Settings, settings.encode(), what="table")


def _measure(pair: Pairs, suite: str, margin: float) -> Measure:
    interval = interval_of(pair)
    outcome = outcome_of(pair.lost, pair.gained, pair.total, bounds=interval, margin=margin)
    return measure_of(pair, interval, suite=suite, limit=-margin, outcome=outcome)


def outcome_of(
    lost: int, gained: int, total: int, *, bounds: tuple[float, float], margin: float
) -> Outcome:
    """The rule itself: dominance or non-inferiority passes, a clear loss fails.

    Args:
        lost: spans the live release covers and the candidate does not.
        gained: the other way round.
        total: all spans.
        bounds: interval of the difference.
        margin: largest drop that counts as none.
    """
    lower, upper = bounds
    if lost == 0 or lower >= -margin:
        return Outcome.PASSED
    drop = (lost - gained) / total
    if upper < -margin or (upper < 0 and drop > margin / 2):
        return Outcome.FAILED
    return Outcome.INCONCLUSIVE


def _message(evidence: Evidence, whole: Pairs, measures: tuple[Measure, ...]) -> str:
    bad = [measure for measure in measures if measure.outcome is not Outcome.PASSED]
    head = f"against generation {evidence.against.generation}: {power_of(whole)}"
    return "; ".join((head, *(_said(measure) for measure in bad)))


def _said(measure: Measure) -> str:
    said = f"{said_of(measure)}, margin {-measure.limit:.2%}"
    if measure.outcome is Outcome.INCONCLUSIVE:
        discordant = (measure.lost or 0) + (measure.gained or 0)
        needed = pairs_needed(discordant / measure.support, margin=-measure.limit)
        said += f", about {max(needed, measure.support + 1)} spans would decide"
    return said


def _beside(report: BenchmarkReport, before: BenchmarkReport, pair: Pairs) -> str:
    """What other tests say of the same pairs; reported only."""
    if pair.lost + pair.gained == 0:
        return ""
    said = f"; beside it: McNemar p = {mcnemar(pair.lost, pair.gained):.4f}"
    if pair.documents is None:
        return said
    spans = np.bincount(pair.documents)
    differences = np.bincount(pair.documents, weights=pair.changes)
    lower, upper = paired_bootstrap(
        differences[spans > 0].astype(np.int64).tolist(),
        spans[spans > 0].tolist(),
        seed=bootstrap_seed(
            report.suite.digest,
            pair.name,
            candidate=report.subject.artifact,
            baseline=before.subject.artifact,
        ),
    )
    return f"{said}, bootstrap by document [{lower:+.2%}, {upper:+.2%}]"
