"""Budgets per device tier: what the gates `latency` and `memory` have in common."""

from typing import Annotated, Generic, Self, TypeVar

from pydantic import Field, model_validator

from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.slot import parse_slot
from openmed.domain.suites.suite import SuitePin

Tier = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$")]


class Budget(Frozen):
    """One tier's budget."""

    tier: Annotated[Tier, Stricter.WORDS]


Row = TypeVar("Row", bound=Budget)


class TierSettings(Frozen, Generic[Row]):
    """Table of a gate with a budget per tier.

    Attributes:
        tiers: one row per tier; a tier without one cannot be judged.
    """

    tiers: Annotated[tuple[Row, ...], Field(min_length=1), Rows(key="tier", of_slot="tier")]

    @model_validator(mode="after")
    def _names_each_tier_once(self) -> Self:
        names = [row.tier for row in self.tiers]
        if len(set(names)) < len(names):
            msg = "a tier has two budgets"
            raise ValueError(msg)
        return self

    def budget(self, slot: str) -> Row | None:
        """The budget of a slot's tier, or None."""
        tier = parse_slot(slot).tier
        return next((row for row in self.tiers if row.tier == tier), None)


def valid_performance(evidence: Evidence) -> PerformanceReport | str:
    """The performance report, or one sentence why there is none to judge."""
    report, staged = evidence.performance, evidence.staged
    if report is None:
        steps = [fault for fault in evidence.faults if fault.step.endswith("performance")]
        why = f": {steps[0].message}" if steps else ""
        return f"no performance report{why}"
    if staged is None or report.subject.artifact != staged.artifact:
        return "the performance report is of another artifact"
    return _fault_of(report, staged, timed_on=evidence.timed_on) or report


def _fault_of(report: PerformanceReport, staged: StagedCandidate, *, timed_on: SuitePin) -> str:
    """What is wrong with a performance report of this artifact; empty when nothing is."""
    if (report.subject.slot, report.subject.repo_id) != (staged.slot, staged.repo_id):
        return "the performance report is of another slot or repository"
    if report.suite != timed_on.digest:
        return f"performance was not measured on suite {timed_on.name} as pinned"
    if report.model_bytes != staged.size:
        return (
            f"the performance report is of {report.model_bytes} bytes, but {staged.size} are staged"
        )
    if report.failed_documents:
        return f"{report.failed_documents} of {report.documents} documents were not answered"
    return ""
