"""Gate `generalization`: what is found on golden is found on documents nobody could know.

Golden is public. A model that has it by heart finds everything there and nothing elsewhere, so
recall on golden is held against recall on suites that are written anew, or worded otherwise. Where
something is live, the two are also compared span by span on the same fresh documents.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.evaluation.scoring.pairs import OVERALL, Pairs, pairs_of, sum_of
from openmed.domain.evaluation.scoring.statistics import exact_paired_p, holm, proven_lower
from openmed.domain.evaluation.scoring.two_suites import Difference, difference_of, mean_difference
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.paired_spans import first_release, interval_of, measure_of, said_of
from openmed.domain.gates.report_validation import sound_pair, valid_report
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text import labels
from openmed.domain.text.number_format import count, exact_share, share_change, share_of_one
from openmed.domain.wire import parse

Gap = Annotated[float, Field(gt=0, le=0.5), Stricter.LOWER]
FLOOR = "recall"
_MOST = 3
"""Labels that a message names."""


class SuiteGap(Frozen):
    """A gap of one suite that differs from the default, and why."""

    suite: Annotated[SuiteName, Stricter.WORDS]
    gap: Gap
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


class GeneralizationSettings(Frozen):
    """Table `[gates.generalization]`.

    Attributes:
        suite: suite that may be known by heart.
        suites: suites that recall on it is held against.
        gap: largest drop of recall over all labels that both suites have.
        gaps: the same for single suites.
        per_label: largest drop of every single one of these labels.
        label_gaps: the same for single suites.
        min_support: a label with fewer gold spans on either suite is not judged alone.
        floor: least recall over all declared gold of each suite in `floor_suites`.
        floor_suites: suites with an absolute floor.
        paired: suites on which the live release is compared with span by span.
        drop: largest net loss of spans there that counts as none.
        alpha: chance that a candidate which is no worse fails there.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    suites: Annotated[tuple[SuiteName, ...], Field(min_length=1), Stricter.MORE]
    gap: Gap
    gaps: Annotated[tuple[SuiteGap, ...], Rows(key="suite", strictest="gap")] = ()
    per_label: Gap
    label_gaps: Annotated[tuple[SuiteGap, ...], Rows(key="suite", strictest="per_label")] = ()
    min_support: Annotated[int, Field(ge=1, le=1000), Stricter.LOWER]
    floor: Annotated[float, Field(gt=0, le=1), Stricter.HIGHER]
    floor_suites: Annotated[tuple[SuiteName, ...], Stricter.MORE]
    paired: Annotated[tuple[SuiteName, ...], Stricter.MORE]
    drop: Annotated[float, Field(gt=0, le=0.2), Stricter.LOWER]
    alpha: Annotated[float, Field(ge=0.001, lt=0.5), Stricter.HIGHER]

    @model_validator(mode="after")
    def _names_suites_it_compares(self) -> Self:
        if self.suite in self.suites:
            msg = f"suite {self.suite} is compared with itself"
            raise ValueError(msg)
        rows = (self.gaps, self.label_gaps)
        named = (self.suites, self.floor_suites, self.paired)
        for names in (*named, *(tuple(row.suite for row in one) for one in rows)):
            if len(set(names)) < len(names):
                msg = "a suite is named twice"
                raise ValueError(msg)
            strange = sorted(set(names) - set(self.suites))
            if strange:
                msg = f"suite {strange[0]} is not among `suites`"
                raise ValueError(msg)
        return self

    def gap_of(self, suite: str) -> float:
        """The gap over all labels that holds for a suite."""
        return next((row.gap for row in self.gaps if row.suite == suite), self.gap)

    def per_label_of(self, suite: str) -> float:
        """The gap of a single label that holds for a suite."""
        return next((row.gap for row in self.label_gaps if row.suite == suite), self.per_label)


class _Part(NamedTuple):
    """What one comparison came to."""

    measures: tuple[Measure, ...]
    said: str


class Generalization:
    """Recall on golden against recall on suites that cannot be known by heart."""

    id = "generalization"
    table = GeneralizationSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED when a drop is proven to be beyond its gap; ERROR if a suite is missing."""
        wanted = _read(settings)
        known = valid_report(evidence, wanted.suite)
        if isinstance(known, str):
            return Finding(outcome=Outcome.ERROR, message=known)
        parts: list[_Part] = []
        for suite in wanted.suites:
            report = valid_report(evidence, suite)
            found = report if isinstance(report, str) else _against(known, report, wanted)
            if isinstance(found, str):
                return Finding(outcome=Outcome.ERROR, message=found)
            parts.append(found)
        for suite in wanted.paired if first_release(evidence) is None else ():
            pair = sound_pair(evidence, suite)
            if isinstance(pair, str):
                return Finding(outcome=Outcome.ERROR, message=pair)
            parts.append(_paired(*pair, evidence, wanted))
        measures = tuple(measure for part in parts for measure in part.measures)
        outcome = worst(tuple(measure.outcome for measure in measures))
        message = "; ".join(part.said for part in parts)
        return Finding(outcome=outcome, message=message, measures=measures)


def _read(settings: str) -> GeneralizationSettings:
    return parse(GeneralizationSettings, settings.encode(), what="table")


def _against(
    known: BenchmarkReport, other: BenchmarkReport, wanted: GeneralizationSettings
) -> _Part | str:
    """Recall on one suite minus recall on the one that may be known, and the floor."""
    suite = other.suite.name
    shared = _shared(known, other)
    if not shared:
        return f"suites {wanted.suite} and {suite} have no gold of a label in common"
    differences = {name: difference_of(one, two) for name, one, two in shared}
    whole = mean_difference([(differences[name], two.support) for name, _, two in shared])
    rows = [_measure(suite, OVERALL, whole, wanted.gap_of(suite), _sum(shared))]
    rows += [
        _measure(suite, name, differences[name], wanted.per_label_of(suite), two)
        for name, one, two in shared
        if min(one.support, two.support) >= wanted.min_support
    ]
    rows += _floor(other, wanted)
    head = (
        f"{suite} {share_change(whole.observed)} [{share_change(whole.lower)}, "
        f"{share_change(whole.upper)}] against {wanted.suite}, labels compared: {len(shared)}, "
        f"gap {exact_share(wanted.gap_of(suite))}{_to_decide(rows[0])}"
    )
    return _Part(tuple(rows), "; ".join((head, *_said(rows[1:]))))


def _shared(
    known: BenchmarkReport, other: BenchmarkReport
) -> tuple[tuple[str, Counts, Counts], ...]:
    """Declared labels that both suites have gold of."""
    there = {row.name: row.counts for row in other.labels if row.counts.support}
    return tuple(
        (row.name, row.counts, there[row.name])
        for row in known.labels
        if row.name in there and row.counts.support and labels.claims(known.scope.labels, row.name)
    )


def _sum(shared: tuple[tuple[str, Counts, Counts], ...]) -> tuple[int, int]:
    """Spans of all labels; families of labels overlap, so the largest count stands."""
    return sum(two.support for *_, two in shared), max(two.families for *_, two in shared)


def _measure(
    suite: str, name: str, difference: Difference, gap: float, gold: Counts | tuple[int, int]
) -> Measure:
    support, families = gold if isinstance(gold, tuple) else (gold.support, gold.families)
    return Measure(
        suite=suite,
        name=name,
        observed=difference.observed,
        limit=-gap,
        support=support,
        families=families,
        bound=difference.lower,
        upper=difference.upper,
        outcome=outcome_of(difference, gap=gap),
    )


def outcome_of(difference: Difference, *, gap: float) -> Outcome:
    """The rule for one difference: no drop passes, and so does one proven to be within the gap."""
    if difference.observed >= 0 or difference.lower >= -gap:
        return Outcome.PASSED
    return Outcome.FAILED if difference.upper < -gap else Outcome.INCONCLUSIVE


def _floor(report: BenchmarkReport, wanted: GeneralizationSettings) -> Iterator[Measure]:
    """Recall over everything declared: labels of other suites are not needed for it."""
    if report.suite.name not in wanted.floor_suites:
        return
    declared = [r.counts for r in report.labels if labels.claims(report.scope.labels, r.name)]
    support = sum(counts.support for counts in declared)
    covered = sum(counts.covered for counts in declared)
    proven = sum((proven_lower(counts) or 0.0) * counts.support for counts in declared)
    yield Measure(
        suite=report.suite.name,
        name=FLOOR,
        observed=round(covered / support, 6),
        limit=wanted.floor,
        support=support,
        families=max(counts.families for counts in declared),
        bound=round(proven / support, 6),
        # Compared as counts, so that rounding cannot lift a value over its floor.
        outcome=Outcome.PASSED if covered >= wanted.floor * support else Outcome.FAILED,
    )


def _paired(
    report: BenchmarkReport,
    before: BenchmarkReport,
    evidence: Evidence,
    wanted: GeneralizationSettings,
) -> _Part:
    """The same fresh documents, span by span: nothing may be significantly worse than live."""
    suite, against = report.suite.name, f"against generation {evidence.against.generation}"
    pairs = pairs_of(report, before)
    if not pairs:
        return _Part((), f"{suite} {against}: no gold of a label that both declare")
    rows = (sum_of(pairs), *pairs)
    worse = holm(
        {row.name: exact_paired_p(row.lost, row.gained) for row in rows}, alpha=wanted.alpha
    )
    measures = tuple(
        _pair_measure(row, suite, fails=row.name in worse and row.drop > wanted.drop, wanted=wanted)
        for row in rows
    )
    said = [said_of(measure) for measure in measures if measure.outcome is Outcome.FAILED]
    head = (
        f"{suite} {against}: {count(rows[0].lost)} of {count(rows[0].total)} spans lost, "
        f"{count(rows[0].gained)} gained"
    )
    return _Part(measures, "; ".join((head, *said)))


def _pair_measure(
    row: Pairs, suite: str, *, fails: bool, wanted: GeneralizationSettings
) -> Measure:
    outcome = Outcome.FAILED if fails else Outcome.PASSED
    return measure_of(row, interval_of(row), suite=suite, limit=-wanted.drop, outcome=outcome)


def _said(rows: Sequence[Measure]) -> Iterator[str]:
    """What kept labels and floor from passing: the widest few, and how many more there are."""
    bad = [row for row in rows if row.outcome is not Outcome.PASSED]
    bad.sort(key=lambda row: (row.observed or 0.0) - row.limit)
    yield from map(_one, bad[:_MOST])
    if len(bad) > _MOST:
        yield f"and {len(bad) - _MOST} more on {bad[0].suite}"


def _one(measure: Measure) -> str:
    if measure.name == FLOOR:
        return (
            f"{measure.suite} recall {share_of_one(measure.observed)} "
            f"({count(measure.support)} spans), floor {exact_share(measure.limit)}"
        )
    return (
        f"{measure.name} {share_change(measure.observed or 0.0)} "
        f"[{share_change(measure.bound or 0.0)}, {share_change(measure.upper or 0.0)}] on "
        f"{count(measure.support)} spans, gap {exact_share(-measure.limit)}{_to_decide(measure)}"
    )


def _to_decide(measure: Measure) -> str:
    if measure.outcome is not Outcome.INCONCLUSIVE:
        return ""
    return f", about {count(_needed(measure))} spans needed to decide"


def _needed(measure: Measure) -> int:
    """Spans at which the interval would not reach the gap; it shrinks with their square root."""
    observed = measure.observed or 0.0
    end = measure.bound if observed > measure.limit else measure.upper
    room = abs(observed - measure.limit)
    factor = ((observed - (end or 0.0)) / room) ** 2 if room else math.inf
    return max(measure.support + 1, math.ceil(measure.support * min(factor, 10_000)))
