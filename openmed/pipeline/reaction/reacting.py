"""Reacting to events: each is held against the ledger, decided, and done, one slot at a time.

An event is kept before anything is done because of it, and every decision is made from what is
live under the lock. So a process that is killed anywhere leaves a slot that was undone or one that
was not, and reacting again undoes it at most once: its generation is no longer live.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from openmed.context import Context
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.monitoring.reaction.reaction_decision import (
    ReactionDecision,
    decide,
    event_fault,
    reason_of,
    tags_about,
)
from openmed.domain.monitoring.reaction.reaction_policy import FILE, Reaction, ReactionPolicy
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.release.results.reaction_report import EventOutcome, ReactionOutcome
from openmed.domain.release.results.slot_undo import SlotUndo, Undo
from openmed.domain.release.rollback_options import Request, Where
from openmed.domain.slot import parse_slot
from openmed.errors import OpenMedError, PolicyError
from openmed.pipeline.publishing.publication import publisher
from openmed.pipeline.reaction.stage_clock import StageClock
from openmed.pipeline.reaction.undo_step import hold_step, rollback_step

_RANK: Final = {
    Reaction.ROLLBACK: 0, Reaction.REPAIR: 1, Reaction.HOLD: 2, Reaction.IGNORE: 3,
}  # fmt: skip
_WOULD: Final = {
    Reaction.ROLLBACK: ReactionOutcome.ROLLED_BACK,
    Reaction.REPAIR: ReactionOutcome.REPAIRED,
    Reaction.HOLD: ReactionOutcome.HELD,
    Reaction.IGNORE: ReactionOutcome.IGNORED,
}


class Taken(NamedTuple):
    """Events that can be true, what is decided about each, and what is not.

    Attributes:
        events: those that can be true.
        decisions: about each of them.
        new: digests of those that were not taken before.
        refused: those that cannot be true.
        alarms: what a person must look at.
    """

    events: tuple[RegressionEvent, ...]
    decisions: tuple[ReactionDecision, ...]
    new: frozenset[str]
    refused: tuple[EventOutcome, ...]
    alarms: tuple[str, ...]


def take(
    world: Context, events: tuple[RegressionEvent, ...], *, state: FleetState, is_kept: bool
) -> Taken:
    """Hold events against the ledger and decide about them.

    Args:
        world: the release repository.
        events: what was given.
        state: what is live.
        is_kept: whether events are kept; if not, nothing is written.
    """
    faults = {one.digest: event_fault(one, state=state, now=world.now) for one in events}
    good = tuple(one for one in events if not faults[one.digest])
    before, damaged = world.event_history.taken()
    if is_kept:
        for one in good:
            world.event_history.keep(one)
    policy, alarms = _policy(world)
    history = (*before, *good)
    return Taken(
        events=good,
        decisions=tuple(decide(one, history=history, state=state, policy=policy) for one in good),
        new=frozenset(one.digest for one in good) - {one.digest for one in before},
        refused=tuple(_refused(one, faults[one.digest]) for one in events if faults[one.digest]),
        alarms=(
            *alarms,
            *(f"gates/events/{name} was changed and does not count" for name in damaged),
        ),
    )


def react_to(world: Context, taken: Taken, *, clock: StageClock) -> tuple[EventOutcome, ...]:
    """Do what was decided: for each slot the strongest of it, once."""
    outcomes: dict[str, EventOutcome] = {}
    for event, decision in leading(taken):
        done = _done(world, event, decision, clock=clock)
        for other, own in zip(taken.events, taken.decisions, strict=True):
            if other.slot != event.slot:
                continue
            is_shared = own.reaction is not Reaction.IGNORE
            outcomes[other.digest] = _of(other, done if is_shared else _ignored(own))
    return tuple(outcomes[event.digest] for event in taken.events)


def would_follow(world: Context, taken: Taken) -> tuple[EventOutcome, ...]:
    """What would be done; writes nothing."""
    outcomes = []
    plans: dict[str, SlotUndo] = {}
    for event, decision in leading(taken):
        if decision.reaction is Reaction.ROLLBACK:
            plans[event.slot] = rollback_step(world).plan(_request(event)).slots[0]
    for event, decision in zip(taken.events, taken.decisions, strict=True):
        undo = plans.get(event.slot) if decision.reaction is Reaction.ROLLBACK else None
        is_stuck = undo is not None and undo.undo is Undo.REFUSED
        done = _Done(
            ReactionOutcome.NO_TARGET if is_stuck else _WOULD[decision.reaction],
            decision.reason,
            undo,
        )
        outcomes.append(_of(event, done))
    return tuple(outcomes)


def leading(taken: Taken) -> tuple[tuple[RegressionEvent, ReactionDecision], ...]:
    """For each slot the event that asks for most, the oldest of these; by slot."""
    by_slot: dict[str, tuple[RegressionEvent, ReactionDecision]] = {}
    rows = sorted(
        zip(taken.events, taken.decisions, strict=True),
        key=lambda row: (_RANK[row[1].reaction], row[0].detected_at, row[0].digest),
    )
    for event, decision in rows:
        by_slot.setdefault(event.slot, (event, decision))
    return tuple(by_slot[slot] for slot in sorted(by_slot))


class _Done(NamedTuple):
    outcome: ReactionOutcome
    reason: str
    undo: SlotUndo | None = None


def _policy(world: Context) -> tuple[ReactionPolicy, tuple[str, ...]]:
    """The reviewed policy; the shipped one where it cannot be read: nothing leaks over a typo."""
    try:
        return world.reactions(), ()
    except PolicyError as error:
        alarm = f"{error.message}; decided as the shipped {FILE} says"
        return world.reactions(is_shipped=True), (alarm,)


def _done(
    world: Context, event: RegressionEvent, decision: ReactionDecision, *, clock: StageClock
) -> _Done:
    clock.mark("decided")
    match decision.reaction:
        case Reaction.IGNORE:
            return _ignored(decision)
        case Reaction.HOLD:
            hold_step(world).freeze(event.slot, reason=reason_of(event))
            return _Done(ReactionOutcome.HELD, decision.reason)
        case Reaction.REPAIR:
            fault = _unrepaired(world, event.slot)
            if not fault:
                return _Done(
                    ReactionOutcome.REPAIRED, "its own bytes are served, and were read back"
                )
            return _rolled_back(world, event, clock=clock)
        case Reaction.ROLLBACK:
            return _rolled_back(world, event, clock=clock)


def _ignored(decision: ReactionDecision) -> _Done:
    return _Done(ReactionOutcome.IGNORED, decision.reason)


def _unrepaired(world: Context, slot: str) -> str:
    """Serve a release's own bytes again; why that was not possible, empty when they are served."""
    try:
        done = publisher(world).publish(slot, is_asked=True)
    except (OpenMedError, OSError) as error:
        return str(error) or "it cannot be served"
    return next((row.reason for row in done.unserved), "")


def _rolled_back(world: Context, event: RegressionEvent, *, clock: StageClock) -> _Done:
    step = rollback_step(world)
    plan = step.commit(_request(event), decided=lambda: clock.mark("decided"))
    undo = plan.slots[0]
    if undo.undo is Undo.REFUSED:
        # Nothing may be built on it, and a person must look.
        hold_step(world).freeze(event.slot, reason=reason_of(event))
        return _Done(ReactionOutcome.NO_TARGET, undo.reason, undo)
    if plan.entry is None:
        return _Done(ReactionOutcome.IGNORED, undo.reason, undo)
    clock.mark("flipped")
    return _Done(ReactionOutcome.ROLLED_BACK, event.detail, undo)


def _request(event: RegressionEvent) -> Request:
    slot = parse_slot(event.slot)
    where = Where(family=slot.family, tier=slot.tier, format=slot.format, line=slot.line or "none")
    return Request(
        where=where,
        tag=None,
        generation=None,
        is_revoking=True,
        is_partial=False,
        is_withdrawing=False,
        reason=reason_of(event),
        detected_at=event.detected_at,
        leaving=event.generation,
    )


def _of(event: RegressionEvent, done: _Done) -> EventOutcome:
    return EventOutcome(
        event=event.digest,
        slot=event.slot,
        generation=event.generation,
        kind=event.kind.value,
        outcome=done.outcome,
        reason=done.reason,
        undo=done.undo,
    )


def _refused(event: RegressionEvent, fault: str) -> EventOutcome:
    return EventOutcome(
        event=event.digest,
        slot=event.slot,
        generation=event.generation,
        kind=event.kind.value,
        outcome=ReactionOutcome.REFUSED,
        reason=fault,
    )


def entries_of(
    events: Iterable[RegressionEvent], *, state: FleetState
) -> dict[str, tuple[str, ...]]:
    """Ledger entries that each event led to, by its digest."""
    return {event.digest: tags_about(event, state=state) for event in events}
