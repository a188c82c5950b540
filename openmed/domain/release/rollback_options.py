"""What a rollback could do: which slots are meant, and which earlier releases each may go back to.

By the ledger alone. A target is a generation that was green (only such are ever live), is
neither revoked nor quarantined, and is not what the slot serves now.
"""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen, Timestamp
from openmed.domain.ledger.changes import Reason
from openmed.domain.ledger.entry import Tag
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.release.results.slot_undo import PassedOver, Undo
from openmed.domain.slot import parse_slot
from openmed.errors import UsageError


class Where(Frozen):
    """Which slots are meant; an empty or missing part fits every slot.

    Attributes:
        family: model family.
        tier: size class.
        format: file format.
        line: model line.
        all_slots: several slots may match.
    """

    family: str = ""
    tier: str = ""
    format: str = ""
    line: str = ""
    all_slots: bool = False


class Request(Frozen):
    """What is asked for.

    Attributes:
        where: slots that go back.
        tag: go to what was live after this entry; None = to the newest earlier release.
        generation: go to this generation of the slot; None = to the newest earlier release.
        is_revoking: condemn what is left; if not, freeze the slot instead.
        is_partial: move what can be moved although a slot is refused.
        is_withdrawing: empty slots that did not exist at the tag; without a tag, every slot meant.
        reason: why.
        detected_at: when the reason was known; None = now.
        leaving: generation that is to be left, also one that a rollback made; nothing moves when
            another one is live. None = whatever is live, unless a rollback made it.
    """

    where: Where
    tag: Tag | None
    generation: Annotated[int, Field(ge=1)] | None
    is_revoking: bool
    is_partial: bool
    is_withdrawing: bool
    reason: Reason
    detected_at: Timestamp | None = None
    leaving: Annotated[int, Field(ge=1)] | None = None


class Options(Frozen):
    """What one slot could do, by the ledger alone.

    Attributes:
        slot: the slot.
        live: what it serves; None = nothing.
        undo: what is to be done; `REFUSED` and `ROLLED_BACK` await the targets' evidence.
        targets: releases it may go back to, best first.
        passed_over: those the ledger rules out, best first.
        reason: one sentence.
    """

    slot: str
    live: LiveRelease | None
    undo: Undo
    targets: tuple[LiveRelease, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    reason: str = ""


def select_slots(state: FleetState, where: Where) -> tuple[str, ...]:
    """Slots that ever served something and that `where` fits.

    Raises:
        UsageError: none fits, or several do and `all_slots` is not set.
    """
    known = [slot for slot, _ in state.counts]
    found = tuple(slot for slot in known if _fits(slot, where))
    if not found:
        what = "::".join(part or "*" for part in (where.family, where.tier, where.format))
        msg = f"no slot matches {what}; slots: {', '.join(known) or 'none'}"
        raise UsageError(msg, next_step="openmed release list")
    if len(found) > 1 and not where.all_slots:
        msg = f"{len(found)} slots match: {', '.join(found)}"
        raise UsageError(msg, next_step="add --tier, --format or --line, or --all-slots")
    return found


def options(state: FleetState, request: Request) -> tuple[Options, ...]:
    """What every slot meant could do, by the ledger alone.

    Raises:
        UsageError: there is no such slot, tag or generation, or several slots without leave.
    """
    slots = select_slots(state, request.where)
    if request.tag is None:
        return tuple(_back(state, slot, request) for slot in slots)
    then = state.at(request.tag)
    if then is None:
        msg = f"no ledger entry {request.tag}"
        raise UsageError(msg, next_step="openmed release history")
    return tuple(_to_tag(state, then, slot, request) for slot in slots)


def restorable(state: FleetState, slot: str) -> tuple[LiveRelease, ...]:
    """Earlier releases of a slot that the ledger allows to be live again, newest first."""
    return tuple(
        row
        for row in _earlier(state, slot)
        if not state.ineligibility(row.release.artifact, slot=slot)
    )


def _earlier(state: FleetState, slot: str) -> tuple[LiveRelease, ...]:
    """Releases of a slot besides what it serves, each artifact once, newest first."""
    live = state.live_in(slot)
    seen = {live.release.artifact} if live else set()
    rows: list[LiveRelease] = []
    for row in reversed(state.history):
        if row.release.slot == slot and row.release.artifact not in seen:
            seen.add(row.release.artifact)
            rows.append(row)
    return tuple(rows)


def _fits(slot: str, where: Where) -> bool:
    parts = parse_slot(slot)
    pairs = (
        (where.family, parts.family),
        (where.tier, parts.tier),
        (where.format, parts.format),
        (where.line, parts.line or "none"),
    )
    return all(not wanted or wanted == got for wanted, got in pairs)


def _back(state: FleetState, slot: str, request: Request) -> Options:
    live = state.live_in(slot)
    if request.generation is not None:
        return _to_generation(state, live, slot, request.generation)
    if live is None:
        return Options(slot=slot, live=None, undo=Undo.UNCHANGED, reason="nothing is live in it")
    if request.is_withdrawing:
        return Options(slot=slot, live=live, undo=Undo.WITHDRAWN, reason="it serves nothing now")
    if request.leaving is not None and request.leaving != live.generation:
        reason = f"generation {request.leaving} was replaced by {live.generation} ({live.tag})"
        return Options(slot=slot, live=live, undo=Undo.UNCHANGED, reason=reason)
    if live.kind == "rollback" and request.leaving is None:
        reason = (
            f"generation {live.generation} was itself made by a rollback ({live.tag}); "
            "to leave it, name another with --generation or --to"
        )
        return Options(slot=slot, live=live, undo=Undo.UNCHANGED, reason=reason)
    refusals = {
        row.generation: state.ineligibility(row.release.artifact, slot=slot)
        for row in _earlier(state, slot)
    }
    targets = restorable(state, slot)
    return Options(
        slot=slot,
        live=live,
        undo=Undo.ROLLED_BACK if targets else Undo.REFUSED,
        targets=targets,
        passed_over=tuple(
            PassedOver(generation=generation, reason=refusal)
            for generation, refusal in refusals.items()
            if refusal
        ),
        reason="" if targets else "no earlier release may be live again",
    )


def _to_generation(
    state: FleetState, live: LiveRelease | None, slot: str, generation: int
) -> Options:
    target = state.generation(slot, generation)
    if target is None:
        known = ", ".join(str(r.generation) for r in state.history if r.release.slot == slot)
        msg = f"{slot} has no generation {generation}; it has {known}"
        raise UsageError(msg, next_step="openmed release history")
    return _to(state, live, slot, target)


def _to_tag(state: FleetState, then: FleetState, slot: str, request: Request) -> Options:
    live, target = state.live_in(slot), then.live_in(slot)
    if target is not None:
        return _to(state, live, slot, target)
    if live is None:
        reason = f"nothing was live in it at {request.tag}, and nothing is now"
        return Options(slot=slot, live=None, undo=Undo.UNCHANGED, reason=reason)
    if request.is_withdrawing:
        reason = f"nothing was live in it at {request.tag}"
        return Options(slot=slot, live=live, undo=Undo.WITHDRAWN, reason=reason)
    reason = f"nothing was live in it at {request.tag}; it stays (--withdraw empties it)"
    return Options(slot=slot, live=live, undo=Undo.YOUNGER, reason=reason)


def _to(state: FleetState, live: LiveRelease | None, slot: str, target: LiveRelease) -> Options:
    artifact = target.release.artifact
    if live is not None and live.release.artifact == artifact:
        reason = f"artifact {artifact[:16]} is already live"
        return Options(slot=slot, live=live, undo=Undo.UNCHANGED, reason=reason)
    refusal = state.ineligibility(artifact, slot=slot)
    if refusal:
        passed = (PassedOver(generation=target.generation, reason=refusal),)
        return Options(slot=slot, live=live, undo=Undo.REFUSED, passed_over=passed, reason=refusal)
    return Options(slot=slot, live=live, undo=Undo.ROLLED_BACK, targets=(target,))
