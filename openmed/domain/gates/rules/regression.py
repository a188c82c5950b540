"""Gate `regression`: not worse than what is live, span by span on the identical suite.

For all labels together: PASSED when no covered span is lost (dominance) or when the lower
bound of the difference is above -margin (non-inferiority of paired proportions, Tango's score
interval); FAILED when it is clearly worse. For each label the same, with two differences,
because there are many of them and some have little gold: its margin is no narrower than what
its gold can decide, and it is FAILED only when it is significantly worse (exact paired test)
among all labels (Holm). Else INCONCLUSIVE. Margins depend on the gold, never on what was
found, so finding less never helps. McNemar's p and the bootstrap by document are printed
beside it and decide nothing. Why: `docs/adr/0020-regression-of-many-labels.md`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.pairs import Pairs, pairs_of, sum_of
from openmed.domain.evaluation.scoring.statistics import (
    bootstrap_seed,
    exact_paired_p,
    holm,
    mcnemar,
    paired_bootstrap,
    pairs_needed,
    provable_margin,
    smallest_visible_drop,
)
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
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text.number_format import bad_share, count, exact_share, share_change
from openmed.domain.wire import parse

Margin = Annotated[float, Field(gt=0, le=0.2), Stricter.LOWER]


class LabelMargin(Frozen):
    """A margin of one label that differs from the default, and why."""

    label: Annotated[Label, Stricter.WORDS]
    margin: Annotated[float, Field(gt=0, le=0.5), Stricter.LOWER]
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


class RegressionSettings(Frozen):
    """Table `[gates.regression]`.

    Attributes:
        suite: suite the two are compared on.
        overall: largest drop of recall over all labels that counts as no drop.
        per_label: the same for every single label whose gold can decide it.
        widest: the same for a label with less gold than that; with still less, nothing but
            no loss at all passes.
        discordance: share of spans that change sides between releases which are equally good;
            it says what a label's gold can decide.
        labels: margins of single labels, whatever their gold.
        may_drop: labels a candidate need not declare although the live release does.
        may_drop_languages: the same of languages, each with its reason.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    overall: Margin
    per_label: Margin
    widest: Annotated[float, Field(gt=0, le=0.5), Stricter.LOWER]
    discordance: Margin
    labels: Annotated[
        tuple[LabelMargin, ...], Rows(key="label", strictest="per_label", laxest="widest")
    ] = ()
    may_drop: Annotated[tuple[Label, ...], Stricter.FEWER] = ()
    may_drop_languages: DroppedLanguages = ()

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        names = [row.label for row in self.labels]
        if len(set(names)) < len(names):
            msg = "a label has two margins"
            raise ValueError(msg)
        if self.widest < self.per_label:
            msg = "the widest margin is narrower than that of every label"
            raise ValueError(msg)
        return self

    def wanted_of(self, label: str) -> float:
        """The margin that is wanted of a label."""
        return next((row.margin for row in self.labels if row.label == label), self.per_label)

    def margin_of(self, label: str, spans: int) -> float:
        """The margin that holds for a label with so much gold: as wanted, or what is decidable."""
        wanted = self.wanted_of(label)
        if any(row.label == label for row in self.labels):
            return wanted
        return min(self.widest, max(wanted, provable_margin(self.discordance, spans)))


class Regression:
    """Paired non-inferiority against the live release."""

    id = "regression"
    table = RegressionSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if clearly worse; ERROR if the two cannot be compared."""
        wanted = _read(settings)
        first = first_release(evidence)
        if first is not None:
            return first
        pair = sound_pair(evidence, wanted.suite)
        if isinstance(pair, str):
            return Finding(outcome=Outcome.ERROR, message=pair)
        report, before = pair
        dropped = dropped_labels(report, before, may_drop=wanted.may_drop) or dropped_languages(
            evidence, may_drop=wanted.may_drop_languages
        )
        if dropped is not None:
            return dropped
        pairs = pairs_of(report, before)
        if not pairs:
            message = f"suite {wanted.suite} has no gold of a label that both declare"
            return Finding(outcome=Outcome.ERROR, message=message)
        whole = sum_of(pairs)
        measures = (_of_all(whole, wanted), *_of_labels(pairs, wanted))
        outcome = worst(tuple(measure.outcome for measure in measures))
        said = _message(evidence, whole, measures) + _beside(report, before, whole)
        return Finding(outcome=outcome, message=said + _thin(pairs, wanted), measures=measures)


def _read(settings: str) -> RegressionSettings:
    return parse(RegressionSettings, settings.encode(), what="table")


def _of_all(whole: Pairs, wanted: RegressionSettings) -> Measure:
    interval = interval_of(whole)
    outcome = outcome_of_all(
        whole.lost, whole.gained, whole.total, bounds=interval, margin=wanted.overall
    )
    return measure_of(whole, interval, suite=wanted.suite, limit=-wanted.overall, outcome=outcome)


def _of_labels(pairs: tuple[Pairs, ...], wanted: RegressionSettings) -> Iterator[Measure]:
    worse = worse_labels(
        {pair.name: (pair.lost, pair.gained, pair.total) for pair in pairs}, wanted
    )
    for pair in pairs:
        margin, interval = wanted.margin_of(pair.name, pair.total), interval_of(pair)
        outcome = outcome_of_label(
            pair.lost, lower=interval.lower, margin=margin, is_worse=pair.name in worse
        )
        yield measure_of(pair, interval, suite=wanted.suite, limit=-margin, outcome=outcome)


def outcome_of_all(
    lost: int, gained: int, total: int, *, bounds: tuple[float, float], margin: float
) -> Outcome:
    """The rule over all labels: dominance or non-inferiority passes, a clear loss fails.

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


def outcome_of_label(lost: int, *, lower: float, margin: float, is_worse: bool) -> Outcome:
    """The rule for one label of many.

    Args:
        lost: spans the live release covers and the candidate does not.
        lower: lower bound of the difference.
        margin: largest drop that counts as none, or that its gold can decide.
        is_worse: whether it is among `worse_labels`.
    """
    if lost == 0 or lower >= -margin:
        return Outcome.PASSED
    return Outcome.FAILED if is_worse else Outcome.INCONCLUSIVE


def worse_labels(
    changes: Mapping[str, tuple[int, int, int]], wanted: RegressionSettings
) -> frozenset[str]:
    """Labels that lost significantly more than they gained, and more than half of what is no drop.

    Args:
        changes: by label, spans lost, gained, and all.
        wanted: the gate's table.
    """
    chances = {name: exact_paired_p(lost, gained) for name, (lost, gained, _) in changes.items()}
    return frozenset(
        name
        for name in holm(chances)
        if changes[name][0] - changes[name][1] > wanted.wanted_of(name) / 2 * changes[name][2]
    )


def _message(evidence: Evidence, whole: Pairs, measures: tuple[Measure, ...]) -> str:
    bad = [measure for measure in measures if measure.outcome is not Outcome.PASSED]
    head = f"against generation {evidence.against.generation}: {power_of(whole)}"
    return "; ".join((head, *(_said(measure) for measure in bad)))


def _said(measure: Measure) -> str:
    said = f"{said_of(measure)}, margin {exact_share(-measure.limit)}"
    if measure.outcome is Outcome.INCONCLUSIVE:
        discordant = (measure.lost or 0) + (measure.gained or 0)
        needed = pairs_needed(discordant / measure.support, margin=-measure.limit)
        said += f", about {count(max(needed, measure.support + 1))} spans needed to decide"
    return said


def _thin(pairs: tuple[Pairs, ...], wanted: RegressionSettings) -> str:
    """Labels whose gold cannot decide the margin that is wanted, and what it can see."""
    thin = sorted(
        (pair.total, pair.name)
        for pair in pairs
        if wanted.margin_of(pair.name, pair.total) > wanted.wanted_of(pair.name)
    )
    if not thin:
        return ""
    rows = (
        f"{name} {bad_share(wanted.margin_of(name, spans))} ({count(spans)} spans can detect drops "
        f"of {bad_share(smallest_visible_drop(wanted.discordance, spans))} or more)"
        for spans, name in thin
    )
    return f"; wider margins, because gold is scarce: {', '.join(rows)}"


def _beside(report: BenchmarkReport, before: BenchmarkReport, pair: Pairs) -> str:
    """What other tests say of the same pairs; reported only."""
    if pair.lost + pair.gained == 0:
        return ""
    said = f"; not decisive: McNemar p = {mcnemar(pair.lost, pair.gained):.4f}"
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
    return f"{said}, bootstrap by document [{share_change(lower)}, {share_change(upper)}]"
