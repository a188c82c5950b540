"""Planning a flip: which verdicts may move which slots, and why the others may not.

Pure. The plan holds the entry and the pointer that follow; carrying it out is I/O.
"""

from typing import NamedTuple

from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.ledger.changes import (
    Change,
    Cleared,
    Condemned,
    PolicyWeakened,
    Promoted,
)
from openmed.domain.ledger.clock_rules import require_clock
from openmed.domain.ledger.entry import Entry, entry_time, next_entry, next_tag
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.ledger.fleet_facts import CondemnedFact, FreezeFact
from openmed.domain.ledger.pointer import PointerTable, pointer_of
from openmed.domain.release.flip_preconditions import (
    Proposal,
    Refusal,
    adoption_refusal,
    refusal_of,
)
from openmed.domain.release.judged_changes import (
    adoption,
    clearance,
    condemnation,
    promotion,
    quarantine,
)
from openmed.domain.release.policy_change import weakened
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.errors import RefusedError
from openmed.exit_codes import ExitCode, worst_code


class _SlotRuling(NamedTuple):
    standing: SlotOutcome
    reason: str
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

    @property
    def promotions(self) -> tuple[Promoted, ...]:
        """What moves."""
        changes = self.entry.changes if self.entry else ()
        return tuple(change for change in changes if isinstance(change, Promoted))

    def with_results(self, results: tuple[Result, ...]) -> "FlipPlan":
        """The same changes, with other standings."""
        return FlipPlan(entry=self.entry, pointer=self.pointer, results=results)


def plan_flip(state: FleetState, proposals: tuple[Proposal, ...], *, now: str) -> FlipPlan:
    """Decide what moves. Every candidate gets a standing; one entry holds all changes.

    Raises:
        IntegrityError: the clock is too far behind the ledger.
    """
    require_clock(state.entries, now=now)
    clock, now = now, entry_time(state.entries, now=now)
    tag = next_tag(state.entries, now=now)
    decided = tuple(
        _decide(state, proposal, now=now, tag=tag, clock=clock) for proposal in proposals
    )
    changes = tuple(change for made, _ in decided for change in made)
    results = tuple(result for _, result in decided)
    if not changes:
        return FlipPlan(entry=None, pointer=None, results=results)
    entry = next_entry(state.entries, changes, now=now)
    after = fold((*state.entries, entry))
    return FlipPlan(entry=entry, pointer=pointer_of(after), results=results)


def _decide(
    state: FleetState, proposal: Proposal, *, now: str, tag: str, clock: str
) -> tuple[tuple[Change, ...], Result]:
    live = state.live_in(proposal.slot)
    if live and proposal.verdict and proposal.verdict.artifact == live.release.artifact:
        return _decide_live(state, proposal, live, now=now)
    if _decision(proposal) is Decision.ADOPTED and not _is_known_bad(state, proposal):
        return _decide_adoption(state, proposal, live, now=now)
    ruling = _while_condemned(state, proposal, _ruling(state, proposal, now=now, clock=clock))
    if ruling.standing is SlotOutcome.QUARANTINED and not _is_known_bad(state, proposal):
        return (quarantine(proposal),), _result(proposal, live, ruling)
    if ruling.standing is SlotOutcome.RELEASED:
        promoted = promotion(proposal, state.serving(proposal.slot))
        live = LiveRelease(
            tag=tag,
            time=now,
            generation=promoted.generation,
            kind="release",
            release=promoted,
            previous_generation=promoted.previous_generation,
            previous_artifact=promoted.previous_artifact,
        )
        return _with_policy(proposal, promoted), _result(proposal, live, ruling)
    return (), _result(proposal, live, ruling)


def _decide_adoption(
    state: FleetState, proposal: Proposal, live: LiveRelease | None, *, now: str
) -> tuple[tuple[Change, ...], Result]:
    """What is published elsewhere is recorded once, whatever its gates say; nothing moves."""
    refusal = adoption_refusal(state, proposal, now=now)
    if refusal is not None:
        ruling = _SlotRuling(SlotOutcome.REFUSED, refusal.reason, refusal.exit_code)
        return (), _result(proposal, live, ruling)
    have = state.adopted_in(proposal.slot)
    since = f", since {have.tag}" if have else ""
    reason = f"measured as published{since}; its first release is compared with it"
    ruling = _SlotRuling(SlotOutcome.ADOPTED, reason, ExitCode.DONE)
    return () if have else (adoption(proposal),), _result(proposal, live, ruling)


def _decision(proposal: Proposal) -> Decision:
    return proposal.verdict.decision if proposal.verdict else Decision.NOT_EVALUATED


def _with_policy(
    proposal: Proposal, change: Promoted | Cleared
) -> tuple[Promoted | Cleared | PolicyWeakened, ...]:
    """A change that lets bytes be live, and what its policy demands less than the one before."""
    if proposal.change is None:
        return (change,)
    signed = proposal.statement
    generation = change.generation
    row = weakened(proposal.change, signed, new=change.policy, generation=generation)
    return (change, row)


def _decide_live(
    state: FleetState, proposal: Proposal, live: LiveRelease, *, now: str
) -> tuple[tuple[Change, ...], Result]:
    """A live release is never flipped to again, nor quarantined by a release.

    A bad new verdict on it is recorded, and so is a good one after it; rollback answers.
    """
    row = state.condemned_in(proposal.slot)
    refusal = refusal_of(state, proposal, now=now)
    decision = _decision(proposal)
    change: Change | None = None
    if row is None and decision is Decision.QUARANTINED and refusal is None:
        change = condemnation(proposal, live)
    if row is not None and decision is Decision.RELEASABLE and refusal is None:
        change = clearance(proposal, live)
    ruling = _live_ruling(proposal, row, refusal)
    if isinstance(change, Condemned):
        ruling = _SlotRuling(SlotOutcome.CONDEMNED, _condemned_reason(change), ExitCode.HELD)
    if isinstance(change, Cleared):
        ruling = _SlotRuling(SlotOutcome.LIVE, "live, and every gate passed again", ExitCode.DONE)
    made: tuple[Change, ...] = () if change is None else (change,)
    if isinstance(change, Cleared):
        made = _with_policy(proposal, change)
    return made, _result(proposal, live, ruling)


def _live_ruling(
    proposal: Proposal, row: CondemnedFact | None, refusal: Refusal | None
) -> _SlotRuling:
    """Where a live release stands when nothing is recorded of it now."""
    if row is not None:
        reason = f"{_condemned_reason(row.fact)} ({row.tag})"
        return _SlotRuling(SlotOutcome.CONDEMNED, reason, ExitCode.HELD)
    verdict = proposal.verdict
    if verdict is None or verdict.decision is Decision.RELEASABLE:
        return _SlotRuling(SlotOutcome.LIVE, "already live", ExitCode.DONE)
    if verdict.decision is Decision.QUARANTINED and refusal is not None:
        ruling = _refused_ruling(verdict, refusal)
        reason = f"live, and a verdict that fails it may not be used: {ruling.reason}"
        return _SlotRuling(SlotOutcome.REFUSED, reason, ruling.exit_code)
    reason = f"live, but judged again as {verdict.decision}: {undecided_reason(verdict)}"
    return _SlotRuling(SlotOutcome.NOT_EVALUATED, reason, _undecided_code(verdict))


def _condemned_reason(fact: Condemned) -> str:
    said = "; ".join(
        f"{gate}: {reason}" for gate, reason in zip(fact.gates, fact.reasons, strict=False)
    )
    return f"live generation {fact.generation} fails policy {fact.policy.name}: {said}"


def _while_condemned(state: FleetState, proposal: Proposal, ruling: _SlotRuling) -> _SlotRuling:
    """What a slot serves is condemned whatever becomes of its next candidate, unless it moves."""
    row = state.condemned_in(proposal.slot)
    if row is None or ruling.standing is SlotOutcome.RELEASED:
        return ruling
    code = worst_code({ExitCode.HELD, ruling.exit_code})
    return _SlotRuling(
        ruling.standing, f"{ruling.reason}; {_condemned_reason(row.fact)} ({row.tag})", code
    )


def _ruling(state: FleetState, proposal: Proposal, *, now: str, clock: str) -> _SlotRuling:
    verdict = proposal.verdict
    if verdict is None:
        fault = proposal.fault
        reason = fault.message if fault else "there is no verdict"
        return _SlotRuling(
            SlotOutcome.NOT_EVALUATED, reason, fault.exit_code if fault else ExitCode.NO_VERDICT
        )
    if verdict.decision is Decision.NOT_EVALUATED or verdict.artifact is None:
        is_refused = any(fault.error == RefusedError.__name__ for fault in verdict.faults)
        standing = SlotOutcome.REFUSED if is_refused else SlotOutcome.NOT_EVALUATED
        return _SlotRuling(standing, undecided_reason(verdict), _undecided_code(verdict))
    if _is_known_bad(state, proposal):
        reason = state.refusal(verdict.artifact, slot=proposal.slot)
        return _SlotRuling(SlotOutcome.QUARANTINED, reason, ExitCode.HELD)
    refusal = refusal_of(state, proposal, now=now)
    if refusal is not None:
        return _refused_ruling(verdict, refusal)
    return _judged_ruling(verdict, state.freeze_in_force(proposal.slot, clock=clock))


def _refused_ruling(verdict: Verdict, refusal: Refusal) -> _SlotRuling:
    """The most severe cause first: a gate that failed is worse than a key that is not accepted."""
    code = worst_code({refusal.exit_code, *_held(verdict)})
    reason = refusal.reason
    if code != refusal.exit_code:
        reason = f"{_failing_reason(verdict)}; and the verdict may not be used: {reason}"
    return _SlotRuling(SlotOutcome.REFUSED, reason, code)


def _held(verdict: Verdict) -> tuple[int, ...]:
    return (ExitCode.HELD,) if verdict.decision is Decision.QUARANTINED else ()


def _failing_reason(verdict: Verdict) -> str:
    return "; ".join(f"{gate.id}: {gate.message}" for gate in verdict.failing)


def _judged_ruling(verdict: Verdict, freeze: FreezeFact | None) -> _SlotRuling:
    if verdict.decision is not Decision.RELEASABLE:
        return _SlotRuling(SlotOutcome.QUARANTINED, _failing_reason(verdict), ExitCode.HELD)
    if freeze is not None:
        until = f" {freeze.said()}" if freeze.until else ""
        reason = (
            f"frozen since {freeze.tag}{until} (releases blocked): {freeze.reason}; "
            f"to release, run openmed release thaw {freeze.slot}"
        )
        return _SlotRuling(SlotOutcome.FROZEN, reason, ExitCode.HELD)
    return _SlotRuling(SlotOutcome.RELEASED, "every gate passed", ExitCode.DONE)


def _undecided_code(verdict: Verdict) -> int:
    return verdict.faults[0].exit_code if verdict.faults else ExitCode.NO_VERDICT


def _is_known_bad(state: FleetState, proposal: Proposal) -> bool:
    artifact = proposal.verdict.artifact if proposal.verdict else None
    return artifact is not None and state.is_quarantined(artifact)


def _result(proposal: Proposal, live: LiveRelease | None, ruling: _SlotRuling) -> Result:
    verdict = proposal.verdict
    repo = verdict.repo_id if verdict else proposal.candidate.repo_id if proposal.candidate else ""
    return Result(
        slot=proposal.slot,
        standing=ruling.standing,
        repo_id=repo,
        artifact=verdict.artifact if verdict else None,
        grade=verdict.policy.grade if verdict else None,
        generation=live.generation if live else 0,
        tag=live.tag if live else "",
        reason=ruling.reason,
        gates=tuple(gate.id for gate in verdict.deciding) if verdict else (),
        exit_code=ruling.exit_code,
    )


def undecided_reason(verdict: Verdict) -> str:
    """Why there is no verdict: the first step that failed, or the gates that cannot decide."""
    if verdict.faults:
        return verdict.faults[0].message
    groups: dict[tuple[str, str], list[str]] = {}
    for gate in verdict.deciding:
        groups.setdefault((gate.outcome, gate.message), []).append(gate.id)
    return "; ".join(
        f"{', '.join(ids)} {outcome}: {message}" for (outcome, message), ids in groups.items()
    )
