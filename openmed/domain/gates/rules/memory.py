"""Gate `memory`: peak memory of the process that runs the model, within its tier's budget."""

from typing import Annotated

from pydantic import Field

from openmed.domain.gates.device_budgets import Budget, TierSettings, valid_performance
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome
from openmed.domain.gates.strictness import Stricter
from openmed.domain.wire import parse

_MIB = 1024 * 1024


class MemoryBudget(Budget):
    """Most MiB of peak resident memory."""

    peak_rss_mib: Annotated[float, Field(gt=0, le=1_048_576), Stricter.LOWER]


class Memory:
    """Peak resident memory within the tier's budget."""

    id = "memory"
    table = TierSettings[MemoryBudget]

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED over the budget; ERROR if the tier has none or nothing was measured."""
        budget = _read(settings).budget(evidence.candidate.slot)
        if budget is None:
            message = f"the policy sets no memory budget for the tier of {evidence.candidate.slot}"
            return Finding(outcome=Outcome.ERROR, message=message)
        report = valid_performance(evidence)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        if report.peak_rss is None:
            message = "peak memory cannot be read on this machine; measure on Linux"
            return Finding(outcome=Outcome.ERROR, message=message)
        used = report.peak_rss / _MIB
        outcome = Outcome.PASSED if used <= budget.peak_rss_mib else Outcome.FAILED
        measure = Measure(
            suite=evidence.timed_on.name,
            name="peak RSS MiB",
            observed=round(used, 3),
            limit=budget.peak_rss_mib,
            support=report.documents,
            families=0,
            bound=None,
            outcome=outcome,
        )
        message = f"peak {used:.0f} MiB (budget {budget.peak_rss_mib:g} MiB), tier {budget.tier}"
        return Finding(outcome=outcome, message=message, measures=(measure,))


def _read(settings: str) -> TierSettings[MemoryBudget]:
    return parse(TierSettings[MemoryBudget], settings.encode(), what="table")
