"""The verdict: all outcomes for one candidate, and the decision that follows from them."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from openmed.domain.candidates.candidate import ReproParts, StagedFile
from openmed.domain.digest import tree_digest
from openmed.domain.frozen import Digest, Frozen, Timestamp, is_absent, is_false
from openmed.domain.gates.gate import (
    CONDEMNED_BEHAVIOUR,
    Against,
    Evidence,
    Finding,
    Gate,
    GateResult,
    MeasuredElsewhere,
    Outcome,
    ParentEvidence,
    check_tables,
    is_idle,
)
from openmed.domain.gates.order.floor import Floor, floor_digest, require_floor
from openmed.domain.gates.policy import GatePolicy, Policy
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.side_by_side import on_both_editions
from openmed.domain.slot import SlotKey
from openmed.domain.wire import digest_value
from openmed.printable import printable


class Decision(StrEnum):
    """What a verdict means for the candidate."""

    RELEASABLE = "RELEASABLE"
    QUARANTINED = "QUARANTINED"
    NOT_EVALUATED = "NOT_EVALUATED"
    ADOPTED = "ADOPTED"
    """Measured as what is published already, whatever the gates say of it; releases nothing."""


PERFORMANCE = "performance"
"""How the performance report is named among the reports of a verdict."""

BASELINE = "baseline-"
"""How the reports of what a candidate was compared with begin."""

PARENT = "parent-"
"""How the reports of what it was reduced from begin."""

NO_OBJECT = "the candidate declares no label that this gate judges"
"""What a gate says that is not applicable by rule; on the card, too."""

OF_OTHERS = (BASELINE, PARENT)
"""How the reports of other artifacts begin."""


class ReportReference(Frozen):
    """A report a verdict rests on.

    Attributes:
        suite: suite name, with `previous-` before it for its edition before; `performance`; or
            `baseline-` or `parent-` and one of these.
        suite_digest: content of the suite.
        report: digest of the report's canonical bytes.
        measured_by: what stands in where it was not counted again; None = it was. Left out then,
            as earlier engines did.
    """

    suite: str
    suite_digest: Digest
    report: Digest
    measured_by: MeasuredElsewhere | None = Field(default=None, exclude_if=is_absent)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Evidence files: the report, and the statement that stands in for its count."""
        return (self.report, *((self.measured_by.statement,) if self.measured_by else ()))


class PolicyReference(Frozen):
    """The policy a verdict was made under.

    Attributes:
        name: of its file.
        milestone: which edition of the thresholds.
        grade: what passing entitles to.
        digest: identity of the thresholds.
        floor: identity of the floor that bound it; None when none did: it is a preview, or an
            earlier engine made the verdict. Left out then, as that engine did.
    """

    name: str
    milestone: str
    grade: Grade
    digest: Digest
    floor: Digest | None = Field(default=None, exclude_if=is_absent)


class Verdict(Frozen):
    """All outcomes for one staged candidate.

    Attributes:
        slot: release channel.
        repo_id: repository.
        row: digest of the candidate row; the verdict is for no other row.
        artifact: tree digest judged; None when staging failed.
        files: the files judged.
        repro: the four parts of the repro_hash; None when staging failed.
        repro_hash: of the staged build; None when staging failed.
        policy: thresholds used.
        reports: reports used.
        against: live release compared with.
        parent: live release it was reduced from; None when its row names none, or it is not live.
        time_verified: when it was made; freshness counts from here.
        decision: what follows.
        results: every gate the policy names, in the policy's order; behind them
            `condemned_behaviour` where the candidate behaves as a condemned artifact.
        faults: steps that failed.
        adopted: whether its row asks only for what it measures. Left out where it does not, as
            earlier engines did.
    """

    schema_: Literal["openmed.verdict/1"] = Field(default="openmed.verdict/1", alias="schema")
    slot: SlotKey
    repo_id: str
    row: Digest
    artifact: Digest | None
    files: tuple[StagedFile, ...]
    repro: ReproParts | None
    repro_hash: Digest | None
    policy: PolicyReference
    reports: tuple[ReportReference, ...]
    against: Against
    parent: ParentEvidence | None
    time_verified: Timestamp
    decision: Decision
    results: tuple[GateResult, ...]
    faults: tuple[StepFault, ...]
    adopted: bool = Field(default=False, exclude_if=is_false)

    @property
    def deciding(self) -> tuple[GateResult, ...]:
        """The blocking gates that keep it from being releasable."""
        fine = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
        return tuple(r for r in self.results if r.blocking and r.outcome not in fine)

    @property
    def failing(self) -> tuple[GateResult, ...]:
        """The blocking gates that failed: the reason of a quarantine."""
        return tuple(r for r in self.deciding if r.outcome is Outcome.FAILED)


def check_policy(policy: Policy, gates: tuple[Gate, ...]) -> None:
    """Refuse a policy whose gates or tables this engine does not know.

    Raises:
        PolicyError: names the policy, the gate and the key.
    """
    check_tables(policy.name, policy.gates, gates)


def judge(
    evidence: Evidence,
    *,
    policy: Policy,
    gates: tuple[Gate, ...],
    floor: Floor | None,
    now: str,
) -> Verdict:
    """Evaluate every gate the policy names and decide. Always makes a verdict.

    Raises:
        PolicyError: the policy names a gate that is not known, or none, or is green and weaker
            than the floor.
    """
    check_policy(policy, gates)
    require_floor(policy, floor, gates=gates, declared=evidence.candidate.labels)
    known = {gate.id: gate for gate in gates}
    results = (
        *(_evaluate(known[table.id], evidence, table, policy=policy) for table in policy.gates),
        *_condemned(evidence),
    )
    staged = evidence.staged
    return Verdict(
        slot=evidence.candidate.slot,
        repo_id=evidence.candidate.repo_id,
        row=evidence.candidate.row,
        artifact=staged.artifact if staged else None,
        files=staged.files if staged else (),
        repro=staged.repro if staged else None,
        repro_hash=staged.repro_hash if staged else None,
        policy=PolicyReference(
            name=policy.name,
            milestone=policy.milestone,
            grade=policy.grade,
            digest=policy.digest,
            floor=floor_digest(policy, floor),
        ),
        reports=_references(evidence),
        against=evidence.against,
        parent=evidence.parent,
        time_verified=now,
        decision=decide(results, faults=evidence.faults, adopted=evidence.candidate.adopted),
        results=results,
        faults=evidence.faults,
        adopted=evidence.candidate.adopted,
    )


def _evaluate(gate: Gate, evidence: Evidence, table: GatePolicy, *, policy: Policy) -> GateResult:
    """Apply one gate under its policy table."""
    if table.not_applicable is not None:
        finding = Finding(outcome=Outcome.NOT_APPLICABLE, message=table.not_applicable)
    elif gate.id not in policy.requires and _has_no_object(gate, evidence, table):
        finding = Finding(outcome=Outcome.NOT_APPLICABLE, message=NO_OBJECT)
    else:
        finding = on_both_editions(gate, evidence, table.settings)
    return GateResult(
        id=gate.id,
        outcome=finding.outcome,
        blocking=table.blocking,
        message=printable(finding.message),
        measures=finding.measures,
    )


def _has_no_object(gate: Gate, evidence: Evidence, table: GatePolicy) -> bool:
    """Whether nothing that is declared, nor was by the live release, is what the gate judges.

    What the live release declares counts, so that no gate is got rid of by declaring less.
    """
    before = evidence.before.labels if evidence.before else ()
    declared = (*evidence.candidate.labels, *before)
    return is_idle(gate, table.settings, declared=declared)


def _condemned(evidence: Evidence) -> tuple[GateResult, ...]:
    """The result no policy can leave out; none when it is like nothing condemned."""
    if not evidence.alike:
        return ()
    return (
        GateResult(
            id=CONDEMNED_BEHAVIOUR,
            outcome=Outcome.FAILED,
            blocking=True,
            message=evidence.alike,
        ),
    )


def _references(evidence: Evidence) -> tuple[ReportReference, ...]:
    timed, measured = evidence.performance, dict(evidence.measured)
    named = (
        *((report.suite.name, report.suite.digest, report) for report in evidence.reports),
        *(
            (f"{BASELINE}{report.suite.name}", report.suite.digest, report)
            for report in evidence.baselines
        ),
        *(
            (f"{PARENT}{report.suite.name}", report.suite.digest, report)
            for report in evidence.parents
        ),
        *(((PERFORMANCE, timed.suite, timed),) if timed else ()),
    )
    return tuple(
        ReportReference(
            suite=name,
            suite_digest=suite,
            report=digest_value(report),
            measured_by=measured.get(name),
        )
        for name, suite, report in named
    )


def contradiction_in(verdict: Verdict) -> str:
    """What in a verdict contradicts the rest of it; empty when nothing does.

    Whoever made it, a verdict that says RELEASABLE over a gate that failed is no verdict.
    """
    ids = [result.id for result in verdict.results]
    named = [report.suite for report in verdict.reports]
    again = decide(verdict.results, faults=verdict.faults, adopted=verdict.adopted)
    if verdict.decision is not again:
        return f"its decision is {verdict.decision}, its gates give another"
    if len(set(ids)) < len(ids) or len(set(named)) < len(named):
        return "a gate or a report occurs twice"
    if verdict.artifact is not None and verdict.artifact != tree_digest(verdict.files):
        return "its artifact is not the tree digest of its files"
    return ""


def decide(
    results: tuple[GateResult, ...], *, faults: tuple[StepFault, ...], adopted: bool = False
) -> Decision:
    """Decide from outcomes: one blocking failure condemns; anything undecided is no verdict.

    The outcome of an incomplete measurement is ERROR, never FAILED: a
    candidate is condemned for what it does, not for what the machine did.

    Args:
        results: what every gate says.
        faults: steps that failed.
        adopted: whether the row asks only for what is measured: then a gate that fails decides
            nothing, unless it is behaviour that was condemned; what could not be measured does.
    """
    outcomes = {result.outcome for result in results if result.blocking}
    fine = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    if adopted and not any(result.id == CONDEMNED_BEHAVIOUR for result in results):
        is_unmeasured = bool(faults) or not outcomes or Outcome.ERROR in outcomes
        return Decision.NOT_EVALUATED if is_unmeasured else Decision.ADOPTED
    if Outcome.FAILED in outcomes:
        return Decision.QUARANTINED
    if faults or Outcome.PASSED not in outcomes or outcomes - fine:
        return Decision.NOT_EVALUATED
    return Decision.RELEASABLE
