"""Gate `regression`: not worse than what is live, span by span on the identical suite.

Per label and for all labels together: PASSED when no covered span is lost (dominance) or
when the lower bound of the difference is above -margin; FAILED when it is clearly worse;
else INCONCLUSIVE, with the number of spans that would decide. Source of the rule:
non-inferiority of paired proportions, Tango's score interval.
"""

from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from openmed.domain.frozen import Frozen, Label
from openmed.domain.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.report import BenchmarkReport
from openmed.domain.scoring.statistics import pairs_needed, smallest_visible_drop, tango_bounds
from openmed.domain.soundness import label_counts, sound_baseline, sound_report
from openmed.domain.suite import SuiteName
from openmed.domain.wire import parse

Margin = Annotated[float, Field(gt=0, lt=1)]
OVERALL = "all labels"


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


class _Pairs(NamedTuple):
    """Gold spans both were asked for."""

    name: str
    lost: int
    gained: int
    total: int
    families: int


class Regression:
    """Paired non-inferiority against the live release."""

    id = "regression"

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if clearly worse; ERROR if the two cannot be compared."""
        wanted = _read(settings)
        if evidence.against.artifact is None:
            return _first(evidence)
        report = sound_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        before = sound_baseline(evidence, wanted.suite)
        if isinstance(before, str):
            return Finding(outcome=Outcome.ERROR, message=before)
        dropped = sorted(set(before.scope.labels) - set(report.scope.labels) - set(wanted.may_drop))
        if dropped:
            message = f"the live release declares {', '.join(dropped)}, the candidate does not"
            return Finding(outcome=Outcome.FAILED, message=message)
        pairs = _pairs(report, before)
        if not pairs:
            message = f"suite {wanted.suite} has no gold of a label that both declare"
            return Finding(outcome=Outcome.ERROR, message=message)
        whole = _sum(pairs)
        measures = (
            _measure(whole, wanted.suite, wanted.overall),
            *(_measure(pair, wanted.suite, wanted.margin_of(pair.name)) for pair in pairs),
        )
        outcome = worst(tuple(measure.outcome for measure in measures))
        return Finding(
            outcome=outcome, message=_message(evidence, whole, measures), measures=measures
        )


def _read(settings: str) -> Settings:
    return parse(Settings, settings.encode(), what="table")


def _first(evidence: Evidence) -> Finding:
    if evidence.candidate.bootstrap:
        message = "first release of the slot (bootstrap = true): nothing is live to compare with"
        return Finding(outcome=Outcome.NOT_APPLICABLE, message=message)
    message = "nothing is live to compare with, and the row does not say bootstrap = true"
    return Finding(outcome=Outcome.ERROR, message=message)


def _pairs(report: BenchmarkReport, before: BenchmarkReport) -> tuple[_Pairs, ...]:
    now = {row.label: row.bits for row in report.outcomes}
    then = {row.label: row.bits for row in before.outcomes}
    both = sorted(set(report.scope.labels) & set(before.scope.labels) & now.keys())
    pairs: list[_Pairs] = []
    for label in both:
        counts = label_counts(report, label)
        if counts is None:
            continue
        new, old = int(now[label], 16), int(then[label], 16)
        pairs.append(
            _Pairs(
                name=label,
                lost=(old & ~new).bit_count(),
                gained=(new & ~old).bit_count(),
                total=counts.support,
                families=counts.families,
            )
        )
    return tuple(pairs)


def _sum(pairs: tuple[_Pairs, ...]) -> _Pairs:
    return _Pairs(
        name=OVERALL,
        lost=sum(pair.lost for pair in pairs),
        gained=sum(pair.gained for pair in pairs),
        total=sum(pair.total for pair in pairs),
        families=max(pair.families for pair in pairs),
    )


def _measure(pair: _Pairs, suite: str, margin: float) -> Measure:
    lower, upper = tango_bounds(pair.lost, pair.gained, pair.total)
    return Measure(
        suite=suite,
        name=pair.name,
        observed=round((pair.gained - pair.lost) / pair.total, 6),
        limit=-margin,
        support=pair.total,
        families=pair.families,
        bound=lower,
        upper=upper,
        lost=pair.lost,
        gained=pair.gained,
        outcome=outcome_of(
            pair.lost, pair.gained, pair.total, bounds=(lower, upper), margin=margin
        ),
    )


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


def _message(evidence: Evidence, whole: _Pairs, measures: tuple[Measure, ...]) -> str:
    bad = [measure for measure in measures if measure.outcome is not Outcome.PASSED]
    against = f"generation {evidence.against.generation}"
    discordant = max(whole.lost + whole.gained, 1) / whole.total
    visible = smallest_visible_drop(discordant, whole.total)
    head = (
        f"against {against}: {whole.lost} of {whole.total} spans lost, {whole.gained} gained; "
        f"a drop of {visible:.2%} would have been seen"
    )
    return "; ".join((head, *(_said(measure) for measure in bad)))


def _said(measure: Measure) -> str:
    lost, gained = measure.lost or 0, measure.gained or 0
    said = (
        f"{measure.name} {measure.observed or 0.0:+.2%} "
        f"[{measure.bound or 0.0:+.2%}, {measure.upper or 0.0:+.2%}], "
        f"{lost} lost, {gained} gained of {measure.support}, margin {-measure.limit:.2%}"
    )
    if measure.outcome is Outcome.INCONCLUSIVE:
        needed = pairs_needed((lost + gained) / measure.support, margin=-measure.limit)
        said += f", about {max(needed, measure.support + 1)} spans would decide"
    return said
