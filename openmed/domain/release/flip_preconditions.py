"""Whether a verdict may be used for a flip now: the last check before it is used.

A verdict is for one row, one policy, one live release and a limited time, and is used once.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from openmed.domain.attestation.policy_statement import SignedPolicyStatement
from openmed.domain.attestation.signature_rules import void_reason
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR
from openmed.domain.gates.order.floor import Floor, floor_digest
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, Decision, Verdict
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.policy_change import PolicyChange, approve_command
from openmed.domain.suites.suite import SuitePin
from openmed.exit_codes import ExitCode


class Proposal(Frozen):
    """One candidate brought to a flip.

    Attributes:
        slot: its slot.
        candidate: the row as the queue has it now; None when it went away.
        policy: the slot's policy now; None when there is no verdict.
        floor: what every green policy must demand now; None when there is none.
        verdict: what `compare` made; None when it made none.
        signed: the verified signature over it; None when there is none.
        fault: why verdict, signature or staged bytes cannot be relied on; None when they can.
        pins: suites as they are pinned now.
        has_same_registry: whether the registry is still the one this run opened.
        alike: which condemned artifact it behaves like; empty when there is none.
        change: what the policy demands less than the one of the slot's release; None = nothing.
        statement: the signed statement that allows it; None when there is none.
        why_not: why a statement that was found does not allow it; empty when none was found.
        summary: evidence file with what pages show of it; None where it is not to move.
    """

    slot: str
    candidate: Candidate | None
    policy: Policy | None
    floor: Floor | None
    verdict: Verdict | None
    signed: SignedVerdict | None
    fault: StepFault | None = None
    pins: tuple[SuitePin, ...]
    has_same_registry: bool
    alike: str = ""
    change: PolicyChange | None = None
    statement: SignedPolicyStatement | None = None
    why_not: str = ""
    summary: Digest | None = None

    def judged(
        self,
        verdict: Verdict,
        *,
        policy: Policy | None,
        signed: SignedVerdict | None,
        alike: str = "",
    ) -> "Proposal":
        """The same with a verdict."""
        return Proposal(
            slot=self.slot,
            candidate=self.candidate,
            policy=policy,
            floor=self.floor,
            verdict=verdict,
            signed=signed,
            fault=self.fault,
            pins=self.pins,
            has_same_registry=self.has_same_registry,
            alike=alike,
            change=self.change,
            statement=self.statement,
            why_not=self.why_not,
        )

    def under(
        self, change: PolicyChange | None, statement: SignedPolicyStatement | None, *, why_not: str
    ) -> "Proposal":
        """The same with what its policy demands less, and who allowed it."""
        new = {"change": change, "statement": statement, "why_not": why_not}
        return Proposal(**{**dict(self), **new})

    def summarised(self, summary: str) -> "Proposal":
        """The same with the evidence file that pages show it by."""
        return Proposal(**{**dict(self), "summary": summary})

    def failed(self, fault: StepFault) -> "Proposal":
        """The same, not to be relied on."""
        return Proposal(**{**dict(self), "fault": fault})


class Refusal(NamedTuple):
    """Why a verdict may not be used, and what `openmed` exits with because of it."""

    reason: str
    exit_code: int


def refusal_of(state: FleetState, proposal: Proposal, *, now: str) -> Refusal | None:
    """Why this verdict may not be used now; None when it may."""
    verdict, signed, policy = proposal.verdict, proposal.signed, proposal.policy
    if proposal.fault is not None:
        return Refusal(proposal.fault.message, proposal.fault.exit_code)
    if verdict is None or signed is None:
        return Refusal("the verdict is not signed", ExitCode.INTEGRITY)
    if signed.verdict != verdict or verdict.slot != proposal.slot:
        return Refusal("the signature is over another verdict", ExitCode.INTEGRITY)
    if policy is None or verdict.policy.digest != policy.digest:
        return Refusal("the policy changed since the verdict", ExitCode.CONFLICT)
    if verdict.policy.floor != floor_digest(policy, proposal.floor):
        reason = "gates/policy/floor.toml changed since the verdict"
        return Refusal(reason, ExitCode.CONFLICT)
    return (
        _not_counting(state, signed, policy)
        or _not_whole(verdict, policy=policy)
        or _other_inputs(verdict, proposal)
        or _moved_on(state, proposal.candidate, signed)
        or _out_of_time(verdict, policy=policy, now=now)
        or _lifted_too_long_ago(state, verdict, now=now)
        or _condemned_since(verdict, proposal)
        or _weaker_policy(verdict, proposal)
    )


def adoption_refusal(state: FleetState, proposal: Proposal, *, now: str) -> Refusal | None:
    """Why what was measured may not be recorded as adopted; None when it may, or is already.

    Once for each slot, and only where nothing was ever released: a second adoption would be a way
    round the comparison with the first.
    """
    have, verdict = state.adopted_in(proposal.slot), proposal.verdict
    wanted = "remove adopted = true from its row to have it judged"
    if state.generation_of(proposal.slot):
        return Refusal(f"the slot has had a release; {wanted}", ExitCode.USAGE)
    if have is None:
        return refusal_of(state, proposal, now=now)
    if verdict is None or have.release.artifact != verdict.artifact:
        reason = f"the slot adopted {have.release.artifact[:16]} in {have.tag}; {wanted}"
        return Refusal(reason, ExitCode.USAGE)
    return None


def is_moving(state: FleetState, verdict: Verdict) -> bool:
    """Whether a verdict lets other bytes be live in its slot."""
    return verdict.decision is Decision.RELEASABLE and not _is_live(state, verdict)


def is_adopting(state: FleetState, verdict: Verdict) -> bool:
    """Whether what was measured would be recorded as what its slot's first release follows."""
    return verdict.decision is Decision.ADOPTED and state.adopted_in(verdict.slot) is None


def has_nothing_to_record(state: FleetState, verdict: Verdict) -> bool:
    """Whether nothing can be recorded: what is live is green, or what was adopted is so already."""
    if verdict.decision is Decision.ADOPTED:
        return not is_adopting(state, verdict)
    is_green = state.condemned_in(verdict.slot) is None
    return verdict.decision is Decision.RELEASABLE and is_green and _is_live(state, verdict)


def _is_live(state: FleetState, verdict: Verdict) -> bool:
    live = state.live_in(verdict.slot)
    return live is not None and live.release.artifact == verdict.artifact


def is_fresh(verdict: Verdict, *, policy: Policy, now: str) -> bool:
    """Whether a verdict may still be used: not from the future, not older than allowed."""
    age = _moment(now) - _moment(verdict.time_verified)
    return timedelta(0) <= age <= timedelta(hours=policy.max_age_hours)


def _moment(timestamp: str) -> datetime:
    return datetime.fromisoformat(timestamp)


def _not_counting(state: FleetState, signed: SignedVerdict, policy: Policy) -> Refusal | None:
    if signed.verifier not in policy.verifiers:
        known = ", ".join(policy.verifiers)
        reason = f"signed by {signed.verifier}; policy {policy.name} accepts only {known}"
        return Refusal(reason, ExitCode.USAGE)
    void = void_reason(state, signed)
    return Refusal(void, ExitCode.INTEGRITY) if void else None


def _not_whole(verdict: Verdict, *, policy: Policy) -> Refusal | None:
    """Gates evaluated = the policy's gates, and the policy is called what it calls itself."""
    wanted = [(gate.id, gate.blocking) for gate in policy.gates]
    asked = [result for result in verdict.results if result.id != CONDEMNED_BEHAVIOUR]
    if [(result.id, result.blocking) for result in asked] != wanted:
        return Refusal(f"its gates are not those of policy {policy.name}", ExitCode.INTEGRITY)
    called = (verdict.policy.name, verdict.policy.milestone, verdict.policy.grade)
    if called != (policy.name, policy.milestone, policy.grade):
        return Refusal(f"it names policy {policy.name} differently", ExitCode.INTEGRITY)
    if verdict.decision not in {Decision.RELEASABLE, Decision.ADOPTED}:
        return None
    missing = {*policy.suites, PERFORMANCE} - {report.suite for report in verdict.reports}
    if missing:
        return Refusal(f"it cites no report of {min(missing)}", ExitCode.INTEGRITY)
    return None


def _other_inputs(verdict: Verdict, proposal: Proposal) -> Refusal | None:
    """What a person edited while the run waited for the lock."""
    pins = {one.name: one.digest for pin in proposal.pins for one in pin.editions}
    for report in verdict.reports:
        name = report.suite
        if name == PERFORMANCE or name.startswith(OF_OTHERS):
            continue
        if pins.get(name) != report.suite_digest:
            reason = f"suite {name} was pinned to other documents since the verdict"
            return Refusal(reason, ExitCode.CONFLICT)
    if not proposal.has_same_registry:
        return Refusal("gates/registries.toml changed since the run began", ExitCode.CONFLICT)
    return None


def _moved_on(
    state: FleetState, candidate: Candidate | None, signed: SignedVerdict
) -> Refusal | None:
    verdict = signed.verdict
    about = (verdict.row, verdict.slot, verdict.repo_id)
    if candidate is None or (candidate.row, candidate.slot, candidate.repo_id) != about:
        reason = "the candidate row changed or was removed since the verdict"
        return Refusal(reason, ExitCode.CONFLICT)
    if signed.envelope_digest in state.spent:
        return Refusal("the verdict was used by an earlier flip", ExitCode.CONFLICT)
    if verdict.against != state.against(verdict.slot, artifact=verdict.artifact):
        return Refusal("the live release changed since comparison", ExitCode.CONFLICT)
    if verdict.parent != state.parent_of(candidate):
        return Refusal(
            "the live release of the parent's slot changed since comparison", ExitCode.CONFLICT
        )
    return _no_first_release(state, verdict, candidate)


def _no_first_release(state: FleetState, verdict: Verdict, candidate: Candidate) -> Refusal | None:
    other = state.other_slot_of(verdict.repo_id, slot=verdict.slot)
    if other and verdict.decision is Decision.RELEASABLE:
        reason = f"{verdict.repo_id} is live in slot {other}; one repository is served by one slot"
        return Refusal(reason, ExitCode.USAGE)
    is_first = verdict.against.artifact is None and not _is_live(state, verdict)
    if is_first and not (candidate.bootstrap or candidate.adopted):
        reason = "nothing is live in the slot: set bootstrap = true in its row for a first release"
        return Refusal(reason, ExitCode.USAGE)
    return None


def _out_of_time(verdict: Verdict, *, policy: Policy, now: str) -> Refusal | None:
    if is_fresh(verdict, policy=policy, now=now):
        return None
    reason = (
        f"the verdict of {verdict.time_verified} is older than {policy.max_age_hours} h "
        "or from the future"
    )
    return Refusal(reason, ExitCode.CONFLICT)


def _lifted_too_long_ago(state: FleetState, verdict: Verdict, *, now: str) -> Refusal | None:
    """A waiver lifts until its expiry; a new failure is recorded whenever it comes."""
    if verdict.decision is not Decision.RELEASABLE or verdict.artifact is None:
        return None
    late = state.expired_lift(verdict.artifact, now=now)
    if late is None:
        return None
    reason = f"the waiver recorded by {late.tag} expired at {late.fact.expires}"
    return Refusal(reason, ExitCode.HELD)


def _condemned_since(verdict: Verdict, proposal: Proposal) -> Refusal | None:
    """What it behaves like may have been condemned after it was judged."""
    if verdict.decision is not Decision.RELEASABLE or not proposal.alike:
        return None
    return Refusal(proposal.alike, ExitCode.HELD)


def _weaker_policy(verdict: Verdict, proposal: Proposal) -> Refusal | None:
    """A policy that demands less than the one before passes more: a person must have said so."""
    change = proposal.change
    if verdict.decision is not Decision.RELEASABLE or change is None or not change.weaker:
        return None
    if proposal.statement is not None:
        return None
    why = f"; {proposal.why_not}" if proposal.why_not else ""
    reason = (
        f"its policy is {change.sentence}{why}; a person with the role waive may allow it: "
        f"{approve_command(proposal.slot)}"
    )
    return Refusal(reason, ExitCode.HELD)
