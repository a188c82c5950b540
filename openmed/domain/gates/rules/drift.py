"""Gate `drift`: a candidate finds the labels in the shares in which the live release finds them.

A shift says that the model behaves differently before anybody knows whether that is worse. Meant to
be advisory. The measure is the population stability index over predicted labels, the symmetric
Kullback-Leibler divergence of two shares: Jeffreys, Proceedings of the Royal Society A 186 (1946)
453-461; customary readings (0.1 small, 0.25 large): Siddiqi, Credit Risk Scorecards (2006).
"""

import math
from typing import Annotated

from pydantic import Field

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome
from openmed.domain.gates.paired_spans import first_release
from openmed.domain.gates.report_validation import sound_pair
from openmed.domain.gates.strictness import Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.wire import parse

HALF = 0.5
"""Added to every count, so that a label that only one of the two predicts has a finite share."""


class DriftSettings(Frozen):
    """Table `[gates.drift]`.

    Attributes:
        suite: suite the two are compared on.
        limit: largest population stability index.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    limit: Annotated[float, Field(gt=0, le=5), Stricter.LOWER]


class Drift:
    """Shares of predicted labels against those of the live release."""

    id = "drift"
    table = DriftSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED above the limit; ERROR if the two cannot be compared."""
        wanted = _read(settings)
        first = first_release(evidence)
        if first is not None:
            return first
        pair = sound_pair(evidence, wanted.suite)
        if isinstance(pair, str):
            return Finding(outcome=Outcome.ERROR, message=pair)
        report, before = pair
        now, then = _predicted(report), _predicted(before)
        if not sum(now.values()) and not sum(then.values()):
            message = f"neither model predicts anything on {wanted.suite}"
            return Finding(outcome=Outcome.INCONCLUSIVE, message=message)
        index, label = stability_index(then, now)
        outcome = Outcome.PASSED if index <= wanted.limit else Outcome.FAILED
        measure = Measure(
            suite=report.suite.name,
            name="stability index",
            observed=round(index, 6),
            limit=wanted.limit,
            support=sum(now.values()),
            families=0,
            bound=None,
            outcome=outcome,
        )
        message = (
            f"population stability index of predicted labels {index:.4f}, mostly {label}; "
            f"limit {wanted.limit:.4f}"
        )
        return Finding(outcome=outcome, message=message, measures=(measure,))


def stability_index(before: dict[str, int], after: dict[str, int]) -> tuple[float, str]:
    """The population stability index of two counts by label, and the label with most of it.

    Args:
        before: predictions by label; the two together name at least one label.
        after: the same.

    Returns:
        Σ (q - p) ln(q / p) over labels, 0 = the same shares.
    """
    names = sorted(before.keys() | after.keys())
    p, q = _shares(before, names), _shares(after, names)
    # Both factors have one sign; without it either order gives the same bits.
    parts = {
        name: abs(q[name] - p[name]) * abs(math.log(q[name]) - math.log(p[name])) for name in names
    }
    return math.fsum(parts.values()), max(names, key=lambda name: parts[name])


def _read(settings: str) -> DriftSettings:
    return parse(DriftSettings, settings.encode(), what="table")


def _predicted(report: BenchmarkReport) -> dict[str, int]:
    return {row.label: row.predicted for row in report.predictions}


def _shares(counts: dict[str, int], names: list[str]) -> dict[str, float]:
    total = sum(counts.values()) + HALF * len(names)
    return {name: (counts.get(name, 0) + HALF) / total for name in names}
