"""Gate `latency`: time per document within the budget of the slot's tier.

Budgets are wide, because the machine decides too: they catch a model that is far too slow
for its tier, not one that is a little slower than the last.
"""

from typing import Annotated

from pydantic import Field

from openmed.domain.gates.device_budgets import Budget, TierSettings, valid_performance
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.strictness import Stricter
from openmed.domain.text.number_format import count
from openmed.domain.wire import parse

Milliseconds = Annotated[float, Field(gt=0, le=60_000), Stricter.LOWER]


class TimeBudget(Budget):
    """Most milliseconds per document, at the median and at the 95th percentile."""

    p50_ms: Milliseconds
    p95_ms: Milliseconds


class Latency:
    """Median and 95th percentile within the tier's budget."""

    id = "latency"
    table = TierSettings[TimeBudget]

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED over the budget; ERROR if the tier has none or nothing was measured."""
        budget = _read(settings).budget(evidence.candidate.slot)
        if budget is None:
            message = f"the policy sets no latency budget for the tier of {evidence.candidate.slot}"
            return Finding(outcome=Outcome.ERROR, message=message)
        report = valid_performance(evidence)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        pairs = (
            ("p50", report.latency.p50, budget.p50_ms),
            ("p95", report.latency.p95, budget.p95_ms),
        )
        measures = tuple(
            Measure(
                suite=evidence.timed_on.name,
                name=f"{name} ms",
                observed=got,
                limit=limit,
                support=report.documents,
                families=0,
                bound=None,
                outcome=Outcome.PASSED if got <= limit else Outcome.FAILED,
            )
            for name, got, limit in pairs
        )
        said = ", ".join(f"{name} {got:g} ms (budget {limit:g} ms)" for name, got, limit in pairs)
        message = f"{said}, tier {budget.tier}, {count(report.documents)} documents"
        return Finding(
            outcome=worst(tuple(m.outcome for m in measures)), message=message, measures=measures
        )


def _read(settings: str) -> TierSettings[TimeBudget]:
    return parse(TierSettings[TimeBudget], settings.encode(), what="table")
