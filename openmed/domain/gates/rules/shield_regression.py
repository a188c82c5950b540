"""Gate `shield_regression`: on SHIELD's rows, nothing of the worst kind is newly missed.

Paired with the live release on identical rows. Of the groups that name a patient no span that
was covered may be lost; the rest is FAILED when it is significantly worse by the exact paired
test, Holm's step-down correction over labels. There is no floor: the best published model
recalls 0.88 on SHIELD. Sources: McNemar, Psychometrika 12 (1947) 153-157, in its exact one-sided
form; Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
"""

from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.pairs import Pairs, pairs_of, sum_of
from openmed.domain.evaluation.scoring.statistics import exact_paired_p, holm
from openmed.domain.frozen import Frozen, Label
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.paired_spans import (
    DroppedLanguages,
    dropped_labels,
    dropped_languages,
    first_release,
    interval_of,
    measure_of,
    power_of,
    said_of,
)
from openmed.domain.gates.report_validation import sound_pair
from openmed.domain.gates.strictness import Stricter
from openmed.domain.suites.layouts.shield import SHIELD_LABELS
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text import labels
from openmed.domain.wire import parse


class ShieldRegressionSettings(Frozen):
    """Table `[gates.shield_regression]`.

    Attributes:
        suites: suites the two are compared on.
        strict: SHIELD labels of which nothing that was covered may be lost.
        alpha: chance of failing a candidate that is no worse, over the other labels together.
        may_drop: labels a candidate need not declare although the live release does.
        may_drop_languages: the same of languages, each with its reason.
    """

    suites: Annotated[tuple[SuiteName, ...], Field(min_length=1), Stricter.MORE]
    strict: Annotated[tuple[str, ...], Field(min_length=1), Stricter.MORE]
    alpha: Annotated[float, Field(ge=0.001, lt=0.5), Stricter.HIGHER]
    may_drop: Annotated[tuple[Label, ...], Stricter.FEWER] = ()
    may_drop_languages: DroppedLanguages = ()

    @model_validator(mode="after")
    def _are_of_shield(self) -> Self:
        strange = sorted(set(self.strict) - SHIELD_LABELS.keys())
        if strange:
            msg = f"{strange[0][:40]!r} is not a label of SHIELD: {', '.join(SHIELD_LABELS)}"
            raise ValueError(msg)
        return self

    @property
    def strict_labels(self) -> frozenset[str]:
        """The canonical labels of `strict`."""
        return frozenset(SHIELD_LABELS[name] for name in self.strict)


class _LabelRuling(NamedTuple):
    measures: tuple[Measure, ...]
    message: str


class ShieldRegression:
    """No new miss where a patient is named; nowhere significantly worse."""

    id = "shield_regression"
    table = ShieldRegressionSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED on a new miss or a significant loss; ERROR if the two cannot be compared."""
        wanted = _read(settings)
        first = first_release(evidence)
        if first is not None:
            return first
        rulings: list[_LabelRuling] = []
        for suite in wanted.suites:
            pair = sound_pair(evidence, suite)
            if isinstance(pair, str):
                return Finding(outcome=Outcome.ERROR, message=pair)
            report, before = pair
            dropped = dropped_labels(report, before, may_drop=wanted.may_drop) or dropped_languages(
                evidence, may_drop=wanted.may_drop_languages
            )
            if dropped is not None:
                return dropped
            ruling = _ruling(report, before, wanted)
            if isinstance(ruling, str):
                return Finding(outcome=Outcome.ERROR, message=f"suite {suite}: {ruling}")
            rulings.append(ruling)
        measures = tuple(measure for ruling in rulings for measure in ruling.measures)
        outcome = worst(tuple(measure.outcome for measure in measures))
        message = "; ".join(ruling.message for ruling in rulings)
        against = f"against generation {evidence.against.generation}"
        return Finding(outcome=outcome, message=f"{against}: {message}", measures=measures)


def _read(settings: str) -> ShieldRegressionSettings:
    return parse(ShieldRegressionSettings, settings.encode(), what="table")


def _ruling(
    report: BenchmarkReport, before: BenchmarkReport, wanted: ShieldRegressionSettings
) -> _LabelRuling | str:
    pairs = pairs_of(report, before)
    missing = _unmeasured(report, pairs, wanted.strict_labels)
    if missing:
        return f"no gold of {', '.join(missing)}, which both declare"
    if not pairs:
        return "no gold of a label that both declare"
    rest = tuple(pair for pair in pairs if pair.name not in wanted.strict_labels)
    chances = {pair.name: exact_paired_p(pair.lost, pair.gained) for pair in rest}
    worse = holm(chances, alpha=wanted.alpha)
    measures = tuple(
        _measure(
            pair,
            report.suite.name,
            fails=pair.lost > 0 if pair.name in wanted.strict_labels else pair.name in worse,
        )
        for pair in pairs
    )
    said = [
        f"{said_of(m)}{', no new miss allowed' if m.name in wanted.strict_labels else ''}"
        for m in measures
        if m.outcome is Outcome.FAILED
    ]
    return _LabelRuling(
        measures, "; ".join((f"{report.suite.name} {power_of(sum_of(pairs))}", *said))
    )


def _unmeasured(
    report: BenchmarkReport, pairs: tuple[Pairs, ...], strict: frozenset[str]
) -> tuple[str, ...]:
    """Strict labels the candidate claims and of which there is nothing to compare."""
    measured = {pair.name for pair in pairs}
    return tuple(
        label for label in sorted(strict - measured) if labels.claims(report.scope.labels, label)
    )


def _measure(pair: Pairs, suite: str, *, fails: bool) -> Measure:
    outcome = Outcome.FAILED if fails else Outcome.PASSED
    return measure_of(pair, interval_of(pair), suite=suite, limit=0.0, outcome=outcome)
