"""The decision about one event: hold, roll back, repair or ignore. Pure.

An event of a release that was replaced since decides nothing. An event that cannot be true is
refused before anything is decided: it names a release that never was, or a time to come. Whoever
may hand in an event may also run `openmed release rollback`, so an event is not signed; it is
held against the ledger.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from openmed.domain.frozen import Digest, Frozen
from openmed.domain.ledger.changes import LONGEST_REASON
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.monitoring.reaction.reaction_policy import (
    Reaction,
    ReactionPolicy,
    ReactionRule,
)
from openmed.domain.monitoring.regression_event import RegressionEvent

AHEAD: Final = timedelta(minutes=5)
"""How far clocks of machines that keep time may differ."""
_DIGITS: Final = 16


class ReactionDecision(Frozen):
    """What follows from one event.

    Attributes:
        event: its digest.
        slot: release channel.
        generation: that it is about.
        kind: what was found.
        reaction: what is to be done.
        reason: one sentence.
    """

    event: Digest
    slot: str
    generation: int
    kind: str
    reaction: Reaction
    reason: str


def event_fault(event: RegressionEvent, *, state: FleetState, now: str) -> str:
    """Why an event cannot be true; empty when it can."""
    what = f"event {event.digest[:_DIGITS]}"
    if _time(event.detected_at) - _time(now) > AHEAD:
        return f"{what} was detected at {event.detected_at}, which is later than now ({now})"
    if not state.generation_of(event.slot):
        return f"{what} is about slot {event.slot}, in which nothing was ever live"
    release = state.generation(event.slot, event.generation)
    if release is None:
        return f"{what} is about generation {event.generation} of {event.slot}, which never was"
    if release.release.artifact != event.artifact:
        return (
            f"{what} is about artifact {event.artifact[:_DIGITS]}, and generation "
            f"{event.generation} of {event.slot} is {release.release.artifact[:_DIGITS]}"
        )
    if _time(release.time) - _time(event.detected_at) > AHEAD:
        return (
            f"{what} was detected at {event.detected_at}, before generation {event.generation} "
            f"of {event.slot} was live ({release.time})"
        )
    return ""


def decide(
    event: RegressionEvent,
    *,
    history: Iterable[RegressionEvent],
    state: FleetState,
    policy: ReactionPolicy,
) -> ReactionDecision:
    """Decide what follows from an event that can be true.

    Args:
        event: the event.
        history: events that were taken before; may hold this one.
        state: what is live.
        policy: what people reviewed.
    """
    reaction, reason = _reaction(event, tuple(history), state, policy.rule(event.kind))
    return ReactionDecision(
        event=event.digest,
        slot=event.slot,
        generation=event.generation,
        kind=event.kind.value,
        reaction=reaction,
        reason=reason,
    )


def _reaction(
    event: RegressionEvent,
    history: tuple[RegressionEvent, ...],
    state: FleetState,
    rule: ReactionRule,
) -> tuple[Reaction, str]:
    live = state.live_in(event.slot)
    if live is None:
        return Reaction.IGNORE, "the slot serves nothing now"
    if live.generation != event.generation:
        reason = f"generation {event.generation} was replaced by {live.generation} ({live.tag})"
        return Reaction.IGNORE, reason
    if event.changed is not None and event.changed <= rule.limit:
        reason = f"{event.changed} spans changed; the policy allows {rule.limit}"
        return Reaction.IGNORE, reason
    nights = _nights((*history, event), event, rule)
    if nights < rule.nights:
        reason = f"found on {nights} of {rule.nights} nights within {rule.within_days} days"
        return rule.meanwhile, reason
    return rule.action, event.detail


def _nights(events: Iterable[RegressionEvent], event: RegressionEvent, rule: ReactionRule) -> int:
    """Different days on which the same was found of the same release, within the days that count.

    Days are counted back from the newest finding, so that the order of events decides nothing.
    """
    same = [one for one in events if one.fingerprint == event.fingerprint]
    same = [one for one in same if one.changed is None or one.changed > rule.limit]
    last = max((_time(one.detected_at) for one in same), default=_time(event.detected_at))
    since = last.date() - timedelta(days=rule.within_days - 1)
    return len(
        {_time(one.detected_at).date() for one in same if _time(one.detected_at).date() >= since}
    )


def reason_of(event: RegressionEvent) -> str:
    """Why a slot went back or is held, as the ledger and the pages have it; names the event."""
    text = f"{mark_of(event)}: {event.kind.value}: {event.detail}"
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"


def mark_of(event: RegressionEvent) -> str:
    """How the ledger names an event."""
    return f"event {event.digest[:_DIGITS]}"


def tags_about(event: RegressionEvent, *, state: FleetState) -> tuple[str, ...]:
    """Ledger entries that an event led to, oldest first."""
    mark = f"{mark_of(event)}:"
    return tuple(
        entry.tag
        for entry in state.entries
        if any(
            change.slot == event.slot and getattr(change, "reason", "").startswith(mark)
            for change in entry.changes
        )
    )


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
