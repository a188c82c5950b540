"""Planning a rollback: which slots go back, to what, and why the others do not.

Pure. Whether a target's evidence and bytes are whole today is looked at outside, between
`options` and `plan_rollback`. A rollback measures nothing: it only restores what was green.
"""

from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import ReportReference
from openmed.domain.ledger.changes import Change, Held, Revoked, RolledBack, Withdrawn
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.ledger.pointer import PointerTable, pointer_of
from openmed.domain.release.results.slot_undo import MOVES, PassedOver, SlotUndo, Undo
from openmed.domain.release.rollback_options import Options, Request
from openmed.exit_codes import ExitCode


class Choice(Frozen):
    """What one slot will do, its target's evidence and bytes verified.

    Attributes:
        options: what it could do.
        target: the release that is whole today; None = there is none, or none is needed.
        passed_over: releases that may not be restored, best first.
        left_reports: own reports of what it serves now, as far as they are whole today.
    """

    options: Options
    target: LiveRelease | None
    passed_over: tuple[PassedOver, ...]
    left_reports: tuple[ReportReference, ...] = ()


class RollbackPlan(Frozen):
    """What a rollback would write.

    Attributes:
        entry: the ledger entry; None when nothing moves.
        pointer: the pointer after it; None when nothing moves.
        slots: what becomes of every slot meant.
        also_live: other slots that go on serving what was left.
    """

    entry: Entry | None
    pointer: PointerTable | None
    slots: tuple[SlotUndo, ...]
    also_live: tuple[str, ...]

    @property
    def exit_code(self) -> ExitCode:
        """What `openmed` exits with because of it: whether a slot has no eligible target."""
        is_refused = any(row.undo is Undo.REFUSED for row in self.slots)
        return ExitCode.NO_TARGET if is_refused else ExitCode.DONE


def plan_rollback(
    state: FleetState, request: Request, choices: tuple[Choice, ...], *, now: str
) -> RollbackPlan:
    """Decide what moves: everything, or nothing if a slot is refused and `is_partial` is not set.

    What is left is condemned in the same entry, so that no release brings it back.
    """
    undos = {choice.options.slot: _undo(choice) for choice in choices}
    left = _left(choices, undos) if request.is_revoking else frozenset()
    for choice in choices:
        # What one slot leaves as bad, another one must not restore.
        if choice.target is not None and choice.target.release.artifact in left:
            undos[choice.options.slot] = Undo.REFUSED
    is_refused = Undo.REFUSED in undos.values()
    if is_refused and not request.is_partial:
        undos = {slot: Undo.WAITING if undo in MOVES else undo for slot, undo in undos.items()}
    changes = [
        change
        for choice in choices
        for change in _changes(state, request, choice, undos[choice.options.slot], now=now)
    ]
    entry = next_entry(state.entries, tuple(changes), now=now) if changes else None
    after = fold((*state.entries, entry)) if entry else state
    slots = tuple(_outcome(after, choice, undos[choice.options.slot]) for choice in choices)
    gone = {row.left_artifact for row in slots if row.undo in MOVES}
    return RollbackPlan(
        entry=entry,
        pointer=pointer_of(after) if entry else None,
        slots=slots,
        also_live=tuple(row.release.slot for row in after.live if row.release.artifact in gone),
    )


def _undo(choice: Choice) -> Undo:
    is_without = choice.options.undo is Undo.ROLLED_BACK and choice.target is None
    return Undo.REFUSED if is_without else choice.options.undo


def _left(choices: tuple[Choice, ...], undos: dict[str, Undo]) -> frozenset[str]:
    return frozenset(
        choice.options.live.release.artifact
        for choice in choices
        if choice.options.live is not None and undos[choice.options.slot] in MOVES
    )


def _changes(
    state: FleetState, request: Request, choice: Choice, undo: Undo, *, now: str
) -> list[Change]:
    slot, live, target = choice.options.slot, choice.options.live, choice.target
    count = state.generation_of(slot)
    if undo is Undo.ROLLED_BACK and target is not None:
        moved: Change = RolledBack(
            slot=slot,
            generation=count + 1,
            restored=target.generation,
            artifact=target.release.artifact,
            previous_generation=count,
            previous_artifact=live.release.artifact if live else None,
            detected_at=request.detected_at or now,
            reason=request.reason,
        )
    elif undo is Undo.WITHDRAWN and live is not None:
        moved = Withdrawn(
            slot=slot,
            generation=count + 1,
            previous_generation=count,
            previous_artifact=live.release.artifact,
            reason=request.reason,
        )
    else:
        return []
    if live is None:
        return [moved]
    if not request.is_revoking:
        return [moved, Held(slot=slot, reason=request.reason)]
    revoked = Revoked(
        slot=slot,
        generation=live.generation,
        repo_id=live.release.candidate.repo_id,
        artifact=live.release.artifact,
        reason=request.reason,
        reports=choice.left_reports,
    )
    return [moved, revoked]


def _outcome(after: FleetState, choice: Choice, undo: Undo) -> SlotUndo:
    slot, before = choice.options.slot, choice.options.live
    live = after.live_in(slot)
    return SlotUndo(
        slot=slot,
        undo=undo,
        left=before.generation if before else 0,
        left_artifact=before.release.artifact if before else None,
        generation=live.generation if live else 0,
        artifact=live.release.artifact if live else None,
        repo_id=live.release.candidate.repo_id if live else "",
        passed_over=choice.passed_over,
        reason=_reason(choice, undo),
    )


def _reason(choice: Choice, undo: Undo) -> str:
    if undo is Undo.WAITING:
        return "not moved, because another slot was refused; --partial moves what can be moved"
    if undo is Undo.REFUSED and not choice.options.reason:
        if choice.target is not None:
            artifact = choice.target.release.artifact[:16]
            return f"artifact {artifact} is being taken back in another slot"
        return "the evidence or bytes of every earlier release are missing or damaged"
    return choice.options.reason
