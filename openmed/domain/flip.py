"""Planning a flip: which verdicts may move which slots, and why the others may not.

Pure. The plan holds the entry and the pointer that follow; carrying it out is I/O.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from openmed.domain.candidate import Candidate
from openmed.domain.changes import Change, Promoted, Quarantined
from openmed.domain.fleet import FleetState, Freeze, LiveRelease, fold
from openmed.domain.frozen import Frozen
from openmed.domain.gate import Against, StepFault
from openmed.domain.ledger import Entry, next_entry, next_tag
from openmed.domain.pointer import PointerTable, pointer_of
from openmed.domain.policy import Grade, Policy
from openmed.domain.statement import SignedVerdict
from openmed.domain.verdict import Decision, Verdict
from openmed.errors import IntegrityError, RefusedError


class Standing(StrEnum):
    """Where a candidate stands after a flip was planned."""

    RELEASED = "RELEASED"
    """Moved by this flip."""
    LIVE = "LIVE"
    """Already live; nothing to do."""
    QUARANTINED = "QUARANTINED"
    """A gate said no."""
    NOT_EVALUATED = "NOT_EVALUATED"
    """No verdict."""
    FROZEN = "FROZEN"
    """Every gate passed, but a person froze the slot."""
    REFUSED = "REFUSED"
    """The bytes are condemned, or there is a verdict that may not be used now."""


class Proposal(Frozen):
    """One candidate brought to a flip.

    Attributes:
        slot: its slot.
        candidate: the row as the queue has it now; None when it went away.
        policy: the slot's policy now; None when there is no verdict.
        verdict: what `compare` made; None when it made none.
        signed: the verified signature over it; None when there is none.
        fault: why verdict, signature or staged bytes cannot be relied on; None when they can.
    """

    slot: str
    candidate: Candidate | None
    policy: Policy | None
    verdict: Verdict | None
    signed: SignedVerdict | None
    fault: StepFault | None = None


class Result(Frozen):
    """Where one candidate stands, and why.

    Attributes:
        slot: its slot.
        standing: where it stands.
        repo_id: repository it wants.
        artifact: tree digest judged; None when nothing was staged.
        grade: what its policy entitles to; None when there is no verdict.
        generation: the slot's live generation after the flip; 0 = nothing is live.
        tag: entry that made the slot's live release; empty when nothing is live.
        reason: one sentence.
        gates: blocking gates that keep it from being released.
        exit_code: what `openmed` exits with because of it.
    """

    slot: str
    standing: Standing
    repo_id: str
    artifact: str | None
    grade: Grade | None
    generation: int
    tag: str
    reason: str
    gates: tuple[str, ...]
    exit_code: int


class FlipPlan(Frozen):
    """What a flip would write.

    Attributes:
        entry: the ledger entry; None when nothing changes.
        pointer: the pointer after it; None when nothing changes.
        results: where every candidate stands.
    """

    entry: Entry | None
    pointer: PointerTable | None
    results: tuple[Result, ...]


def against(state: FleetState, *, slot: str, artifact: str | None) -> Against:
    """What a candidate is compared with: the live release, or, if it is live, what it replaced.

    So a release that is live is always judged against the same thing: before its own flip,
    after it, and after a rollback to it.
    """
    live = state.live_in(slot)
    if live is None:
        return Against(generation=state.generation_of(slot), artifact=None)
    release = live.release
    if release.artifact == artifact:
        return Against(generation=release.previous_generation, artifact=release.previous_artifact)
    return Against(generation=live.generation, artifact=release.artifact)


def plan_flip(state: FleetState, proposals: tuple[Proposal, ...], *, now: str) -> FlipPlan:
    """Decide what moves. Every candidate gets a standing; one entry holds all changes."""
    tag = next_tag(state.entries, now=now)
    decided = tuple(_decide(state, proposal, now=now, tag=tag) for proposal in proposals)
    changes = tuple(change for change, _ in decided if change is not None)
    results = tuple(result for _, result in decided)
    if not changes:
        return FlipPlan(entry=None, pointer=None, results=results)
    entry = next_entry(state.entries, changes, now=now)
    after = fold((*state.entries, entry))
    return FlipPlan(entry=entry, pointer=pointer_of(after), results=results)


def is_fresh(verdict: Verdict, *, policy: Policy, now: str) -> bool:
    """Whether a verdict may still be used: not from the future, not older than allowed."""
    age = _moment(now) - _moment(verdict.time_verified)
    return timedelta(0) <= age <= timedelta(hours=policy.max_age_hours)


def _moment(timestamp: str) -> datetime:
    return datetime.fromisoformat(timestamp)


def _decide(
    state: FleetState, proposal: Proposal, *, now: str, tag: str
) -> tuple[Change | None, Result]:
    live = state.live_in(proposal.slot)
    standing, reason = _standing(state, proposal, live, now=now)
    if standing is Standing.QUARANTINED and not _is_known_bad(state, proposal):
        return _quarantine(proposal), _result(proposal, live, standing, reason)
    if standing is Standing.RELEASED:
        artifact = proposal.verdict.artifact if proposal.verdict else None
        promoted = _promotion(proposal, against(state, slot=proposal.slot, artifact=artifact))
        live = LiveRelease(
            tag=tag,
            time=now,
            generation=promoted.generation,
            kind="release",
            release=promoted,
            previous_generation=promoted.previous_generation,
            previous_artifact=promoted.previous_artifact,
        )
        return promoted, _result(proposal, live, standing, reason)
    return None, _result(proposal, live, standing, reason)


def _standing(
    state: FleetState, proposal: Proposal, live: LiveRelease | None, *, now: str
) -> tuple[Standing, str]:
    verdict = proposal.verdict
    if verdict is None:
        reason = proposal.fault.message if proposal.fault else "there is no verdict"
        return Standing.NOT_EVALUATED, reason
    if live and verdict.artifact == live.release.artifact:
        return _live_standing(verdict)
    if verdict.decision is Decision.NOT_EVALUATED or verdict.artifact is None:
        is_refused = any(fault.error == RefusedError.__name__ for fault in verdict.faults)
        standing = Standing.REFUSED if is_refused else Standing.NOT_EVALUATED
        return standing, undecided_reason(verdict)
    if _is_known_bad(state, proposal):
        return Standing.QUARANTINED, f"artifact {verdict.artifact[:16]} is quarantined"
    refusal = refusal_of(state, proposal, now=now)
    if refusal:
        return Standing.REFUSED, refusal
    return _judged_standing(verdict, state.freeze_of(proposal.slot))


def _live_standing(verdict: Verdict) -> tuple[Standing, str]:
    """A live release is never flipped to again, nor condemned by a release.

    A bad new verdict on it is a regression event, which rollback answers.
    """
    if verdict.decision is Decision.RELEASABLE:
        return Standing.LIVE, "already live"
    reason = f"live, but judged again it is {verdict.decision}: {undecided_reason(verdict)}"
    return Standing.NOT_EVALUATED, reason


def _judged_standing(verdict: Verdict, freeze: Freeze | None) -> tuple[Standing, str]:
    if verdict.decision is not Decision.RELEASABLE:
        return Standing.QUARANTINED, "; ".join(f"{g.id}: {g.message}" for g in verdict.failing)
    if freeze is not None:
        reason = f"the slot is frozen since {freeze.tag} ({freeze.reason})"
        return Standing.FROZEN, f"{reason}; openmed release thaw {freeze.slot}"
    return Standing.RELEASED, "every gate passed"


def _is_known_bad(state: FleetState, proposal: Proposal) -> bool:
    artifact = proposal.verdict.artifact if proposal.verdict else None
    return artifact is not None and state.is_quarantined(artifact)


def _result(
    proposal: Proposal, live: LiveRelease | None, standing: Standing, reason: str
) -> Result:
    verdict = proposal.verdict
    repo = verdict.repo_id if verdict else proposal.candidate.repo_id if proposal.candidate else ""
    return Result(
        slot=proposal.slot,
        standing=standing,
        repo_id=repo,
        artifact=verdict.artifact if verdict else None,
        grade=verdict.policy.grade if verdict else None,
        generation=live.generation if live else 0,
        tag=live.tag if live else "",
        reason=reason,
        gates=tuple(gate.id for gate in verdict.deciding) if verdict else (),
        exit_code=_exit_code(proposal, standing),
    )


def _exit_code(proposal: Proposal, standing: Standing) -> int:
    faults = (*((proposal.fault,) if proposal.fault else ()), *_faults(proposal.verdict))
    match standing:
        case Standing.RELEASED | Standing.LIVE:
            return 0
        case Standing.QUARANTINED | Standing.FROZEN:
            return 3
        case Standing.NOT_EVALUATED:
            return faults[0].exit_code if faults else 5
        case Standing.REFUSED:
            return faults[0].exit_code if faults else 6


def _faults(verdict: Verdict | None) -> tuple[StepFault, ...]:
    return verdict.faults if verdict else ()


def undecided_reason(verdict: Verdict) -> str:
    """Why there is no verdict: the first step that failed, or the gates that cannot decide."""
    if verdict.faults:
        return verdict.faults[0].message
    return "; ".join(f"{gate.id} {gate.outcome}: {gate.message}" for gate in verdict.deciding)


def refusal_of(state: FleetState, proposal: Proposal, *, now: str) -> str:
    """Why this verdict may not be used now; empty when it may. The last chance to say no."""
    verdict, signed, policy = proposal.verdict, proposal.signed, proposal.policy
    if proposal.fault is not None:
        return proposal.fault.message
    if verdict is None or signed is None or signed.verdict != verdict:
        return "the verdict is not signed"
    if policy is None or verdict.policy.digest != policy.digest:
        return "the policy changed since the verdict"
    if signed.verifier not in policy.verifiers:
        return f"the policy does not accept the verifier {signed.verifier}"
    return _moved_on(state, proposal.candidate, signed) or _out_of_time(
        verdict, policy=policy, now=now
    )


def _moved_on(state: FleetState, candidate: Candidate | None, signed: SignedVerdict) -> str:
    verdict = signed.verdict
    if candidate is None or (candidate.row, candidate.slot) != (verdict.row, verdict.slot):
        return "the candidate row changed or went away since the verdict"
    if signed.envelope_digest in state.spent:
        return "the verdict was used by an earlier flip"
    if verdict.against != against(state, slot=verdict.slot, artifact=verdict.artifact):
        return "the live release changed since comparison"
    if verdict.against.artifact is None and not candidate.bootstrap:
        return "nothing is live in the slot; its first release needs bootstrap = true in its row"
    return ""


def _out_of_time(verdict: Verdict, *, policy: Policy, now: str) -> str:
    if is_fresh(verdict, policy=policy, now=now):
        return ""
    return (
        f"the verdict of {verdict.time_verified} is older than {policy.max_age_hours} h "
        "or from the future"
    )


def _promotion(proposal: Proposal, before: Against) -> Promoted:
    signed, candidate = _usable(proposal)
    verdict = signed.verdict
    if verdict.artifact is None or verdict.repro is None or verdict.repro_hash is None:
        msg = f"{proposal.slot}: a releasable verdict names no artifact"
        raise IntegrityError(msg)
    return Promoted(
        slot=proposal.slot,
        generation=before.generation + 1,
        candidate=candidate,
        artifact=verdict.artifact,
        files=verdict.files,
        repro=verdict.repro,
        repro_hash=verdict.repro_hash,
        policy=verdict.policy,
        verdict=signed.envelope_digest,
        reports=verdict.reports,
        previous_generation=before.generation,
        previous_artifact=before.artifact,
    )


def _quarantine(proposal: Proposal) -> Quarantined:
    signed, _ = _usable(proposal)
    verdict = signed.verdict
    if verdict.artifact is None:
        msg = f"{proposal.slot}: a failed verdict names no artifact"
        raise IntegrityError(msg)
    return Quarantined(
        slot=proposal.slot,
        repo_id=verdict.repo_id,
        artifact=verdict.artifact,
        policy=verdict.policy,
        verdict=signed.envelope_digest,
        reports=verdict.reports,
        gates=tuple(gate.id for gate in verdict.failing),
        reasons=tuple(gate.message for gate in verdict.failing),
    )


def _usable(proposal: Proposal) -> tuple[SignedVerdict, Candidate]:
    if proposal.signed is None or proposal.candidate is None:
        msg = f"{proposal.slot}: a change was planned without a signature or a row"
        raise IntegrityError(msg)
    return proposal.signed, proposal.candidate


class FlipRecord(Frozen):
    """Product of `flip`: where every candidate stands, and what the flip wrote.

    Attributes:
        tag: the entry it made; None when nothing changed.
        results: by slot.
    """

    schema_: Literal["openmed.flip/1"] = Field(default="openmed.flip/1", alias="schema")
    tag: str | None
    results: tuple[Result, ...]


def record_of(plan: FlipPlan) -> FlipRecord:
    """What to keep of a plan that was carried out."""
    return FlipRecord(tag=plan.entry.tag if plan.entry else None, results=plan.results)


def is_same_outcome(done: FlipRecord, now: FlipRecord) -> bool:
    """Whether a new plan says what was done already: what was released then is live now."""

    def facts(record: FlipRecord) -> list[tuple[str, str, str | None, int, str]]:
        return [
            (
                row.slot,
                Standing.LIVE if row.standing is Standing.RELEASED else row.standing,
                row.artifact,
                row.generation,
                row.tag,
            )
            for row in record.results
        ]

    return facts(done) == facts(now)
