"""The state of the fleet and its changes in words, for pages and terminals."""

from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.changes import (
    Adopted,
    Change,
    Cleared,
    Collected,
    Condemned,
    Held,
    KeyClosed,
    Lifted,
    PolicyWeakened,
    Promoted,
    Quarantined,
    Reconciled,
    Revoked,
    RolledBack,
    Thawed,
    Withdrawn,
)
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fleet_facts import AdoptedBaseline

_MOST_NAMED = 3


def headline(state: FleetState, *, to_look_at: int = 0) -> str:
    """The whole state in a sentence or two: what is live, and what needs a person.

    Args:
        state: the fleet.
        to_look_at: slots that need a person for what the ledger does not have, as a verdict.
    """
    more = f"{to_look_at:,} {_plural(to_look_at, 'slot')} to look at." if to_look_at else ""
    return f"{_live(state)} {_attention(state) or more or 'Nothing needs attention.'}"


def _live(state: FleetState) -> str:
    count = len(state.live)
    if not count:
        return f"{'Nothing is live.' if state.counts else 'No release yet.'}{_adopted(state)}"
    previews = sum(1 for live in state.live if live.release.policy.grade is Grade.PREVIEW)
    models = f"{count:,} {_plural(count, 'model')} live"
    if not previews:
        return f"{models}.{_adopted(state)}"
    all_of = {1: "preview", 2: "both previews"}.get(count, "all previews")
    some = f"{previews:,} {_plural(previews, 'preview')}"
    return f"{models} ({all_of if previews == count else some}).{_adopted(state)}"


def _adopted(state: FleetState) -> str:
    """Slots with a measured baseline and no release yet; empty where there is none."""
    count = len(adopted_only(state))
    return f" {count:,} adopted {_plural(count, 'model')} not released yet." if count else ""


def adopted_only(state: FleetState) -> tuple[AdoptedBaseline, ...]:
    """What was adopted in slots that never had a release."""
    return tuple(row for row in state.adopted if not state.generation_of(row.release.slot))


def _attention(state: FleetState) -> str:
    held = len(held_slots(state))
    never = len(
        {
            row.fact.slot
            for row in state.quarantines
            if isinstance(row.fact, Quarantined) and not state.generation_of(row.fact.slot)
        }
    )
    condemned = len(state.condemned)
    as_of = state.last.time if state.last else ""
    frozen = sum(1 for row in state.freezes if not row.has_ended(clock=as_of))
    parts = []
    if held:
        stays = "the previous release stays" if held == 1 else "the previous releases stay"
        parts.append(f"{held:,} {_plural(held, 'update')} rejected; {stays} live.")
    if never:
        parts.append(f"{never:,} first {_plural(never, 'release')} rejected.")
    if condemned:
        fails = "fails" if condemned == 1 else "fail"
        parts.append(f"{condemned:,} live {_plural(condemned, 'release')} {fails} today's policy.")
    if frozen:
        parts.append(f"{frozen:,} {_plural(frozen, 'slot')} frozen.")
    return " ".join(parts)


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def held_slots(state: FleetState) -> set[str]:
    """Slots whose newest candidate is quarantined: condemned after what is live was released."""
    since = {live.release.slot: live.tag for live in state.live}
    order = {mark.tag: place for place, mark in enumerate(state.marks)}
    return {
        row.fact.slot
        for row in state.quarantines
        if row.fact.slot in since and order[row.tag] >= order[since[row.fact.slot]]
    }


def sentence(change: Change) -> str:
    """One change in words."""
    return said(change)[2]


def said(change: Change) -> tuple[str, str, str]:
    """Colour class, sign and sentence of one change."""
    match change:
        case Promoted() | RolledBack() | Withdrawn():
            return _said_of_flip(change)
        case Adopted():
            what = f"artifact {change.artifact[:16]} of {change.slot}"
            return "muted", "◇", f"adopted: {what}, measured as published; not judged, not released"
        case Quarantined() | Revoked() | Lifted():
            return _said_of_artifact(change)
        case Condemned() | Cleared() | Collected() | PolicyWeakened():
            return _said_of_generation(change)
        case Held() | Thawed():
            return _said_of_hold(change)
        case Reconciled() | KeyClosed():
            return _said_of_fleet(change)


def _said_of_hold(change: Held | Thawed) -> tuple[str, str, str]:
    match change:
        case Held():
            until = f" until {change.until}" if change.until else ""
            return "warn", "❄", f"frozen{until}: {change.slot} (releases blocked): {change.reason}"
        case Thawed():
            return "ok", "○", f"thawed: {change.slot}: {change.reason}"


def _said_of_fleet(change: Reconciled | KeyClosed) -> tuple[str, str, str]:
    match change:
        case Reconciled():
            word = "abandoned" if change.is_abandoned else "reconciled"
            left = f"; not taken over: {', '.join(change.left)}" if change.left else ""
            return "warn", "⑂", f"{word}: head {change.head[:16]}{left}: {change.reason}"
        case KeyClosed():
            lost = ", lost" if change.is_lost else ""
            return "warn", "◌", f"key closed: {change.keyid[:16]} of {change.verifier}{lost}"


def _said_of_generation(
    change: Condemned | Cleared | Collected | PolicyWeakened,
) -> tuple[str, str, str]:
    what = f"generation {change.generation} of {change.slot}"
    match change:
        case Condemned():
            return "bad", "✗", f"condemned: live {what} fails {', '.join(change.gates)}"
        case Cleared():
            return "ok", "●", f"cleared: live {what} passes every gate again"
        case Collected():
            return "warn", "○", f"removed: {what} can no longer be rolled back to"
        case PolicyWeakened():
            return "warn", "▽", f"policy: {what} was judged by {weaker_policy(change)}"


def weaker_policy(change: PolicyWeakened) -> str:
    """What is weaker in a policy, key by key, and who allowed it."""
    keys = "; ".join(one.sentence for one in change.weaker)
    than = f"another policy than {change.old.name} {change.old.digest[:16]}"
    unknown = f"{than}, whose limits were not recorded"
    said = f"a weaker policy than before: {keys}" if keys else unknown
    if keys and not change.is_known:
        said += f"; {unknown}"
    return f"{said}; {change.verifier}: {change.reason}" if change.verifier else said


def _said_of_artifact(change: Quarantined | Revoked | Lifted) -> tuple[str, str, str]:
    match change:
        case Quarantined():
            count = len(change.gates)
            text = (
                f"rejected: candidate {change.artifact[:16]} of {change.slot}: "
                f"{count} {_plural(count, 'gate')} failed: {_named(change.gates)}"
            )
            return "bad", "✗", text
        case Revoked():
            text = f"revoked: artifact {change.artifact[:16]} of {change.slot}: {change.reason}"
            return "bad", "✗", text
        case Lifted():
            text = (
                f"lifted: artifact {change.artifact[:16]} of {change.slot}, quarantined in "
                f"{change.tag}, may be judged again; {change.verifier}: {change.reason}"
            )
            return "warn", "◇", text


def _said_of_flip(change: Promoted | RolledBack | Withdrawn) -> tuple[str, str, str]:
    match change:
        case Promoted():
            is_preview = change.policy.grade is Grade.PREVIEW
            word = "released (preview)" if is_preview else "released"
            text = f"{word}: generation {change.generation} of {change.slot}"
            return ("warn", "◐", text) if is_preview else ("ok", "●", text)
        case RolledBack():
            text = (
                f"rolled back: {change.slot} serves generation {change.restored} again "
                f"(as generation {change.generation}): {change.reason}"
            )
            return "warn", "↩", text
        case Withdrawn():
            return "bad", "○", f"withdrawn: {change.slot} serves nothing: {change.reason}"


def _named(gates: tuple[str, ...]) -> str:
    more = len(gates) - _MOST_NAMED
    return ", ".join(gates[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
