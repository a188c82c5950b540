"""Gate `fairness`: the same note leaks no more because the name in it comes from elsewhere.

The suite holds notes that differ in the patient's name only, one slice for each pool of names, so
a gap between two slices is the names' doing. Meant to be advisory: it tells, people decide.
"""

from fractions import Fraction
from typing import Annotated

from pydantic import Field, StringConstraints

from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.strictness import Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text.number_format import bad_share, exact_share, share_of_one
from openmed.domain.wire import parse

FEWEST = 2
"""Pools, below which there is nothing to compare."""


class FairnessSettings(Frozen):
    """Table `[gates.fairness]`.

    Attributes:
        suite: suite with the slices.
        slices: how the names of the slices begin.
        limit: most that a pool's recall may be below that of the best one.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    slices: Annotated[str, StringConstraints(min_length=1, max_length=40), Stricter.SAME] = "names-"
    limit: Annotated[float, Field(ge=0, lt=1), Stricter.LOWER]


class Fairness:
    """Recall of each pool of names against the best one."""

    id = "fairness"
    table = FairnessSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED where a pool is further behind than the limit; INCONCLUSIVE without pools."""
        wanted = _read(settings)
        report = valid_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        pools = {
            row.name: row.counts for row in report.slices if row.name.startswith(wanted.slices)
        }
        filled = sum(1 for counts in pools.values() if counts.support)
        if filled < max(FEWEST, len(pools)):
            message = (
                f"{wanted.suite} has gold in too few slices {wanted.slices}*: {filled} of "
                f"{max(FEWEST, len(pools))} needed"
            )
            return Finding(outcome=Outcome.INCONCLUSIVE, message=message)
        best = max(_recall(counts) for counts in pools.values())
        measures = tuple(
            _measure(report, name, counts, best=best, limit=wanted.limit)
            for name, counts in sorted(pools.items())
        )
        outcome = worst(tuple(measure.outcome for measure in measures))
        last = max(measures, key=lambda measure: measure.observed or 0.0)
        message = (
            f"{last.name} recall is {bad_share(last.observed)} below the best of "
            f"{len(pools)} name pools ({share_of_one(float(best))}), "
            f"limit {exact_share(wanted.limit)}"
        )
        return Finding(outcome=outcome, message=message, measures=measures)


def _read(settings: str) -> FairnessSettings:
    return parse(FairnessSettings, settings.encode(), what="table")


def _recall(counts: Counts) -> Fraction:
    return Fraction(counts.covered, counts.support)


def _measure(
    report: BenchmarkReport, name: str, counts: Counts, *, best: Fraction, limit: float
) -> Measure:
    gap = best - _recall(counts)
    return Measure(
        suite=report.suite.name,
        name=name,
        observed=round(float(gap), 6),
        limit=limit,
        support=counts.support,
        families=counts.families,
        bound=None,
        # Compared as fractions, so that rounding cannot bring a gap under its limit.
        outcome=Outcome.PASSED if gap <= Fraction(str(limit)) else Outcome.FAILED,
    )
