"""The state of the fleet and its changes in words, for pages and terminals."""

from openmed.domain.gates.policy import Grade
from openmed.domain.ledger.changes import (
    Change,
    Cleared,
    Collected,
    Condemned,
    Held,
    KeyClosed,
    Lifted,
    Promoted,
    Quarantined,
    Reconciled,
    Revoked,
    RolledBack,
    Thawed,
    Withdrawn,
)
from openmed.domain.ledger.fleet import FleetState


def headline(state: FleetState) -> str:
    """The whole state in one sentence."""
    if not state.live:
        return "Nothing is live."
    previews = sum(1 for live in state.live if live.release.policy.grade is Grade.PREVIEW)
    held = len(held_slots(state))
    count = len(state.live)
    parts = [f"{count} {'slot is' if count == 1 else 'slots are'} live"]
    if previews:
        parts.append("as preview" if previews == count else f"{previews} of them as preview")
    parts.append(f"{held} {'serves' if held == 1 else 'serve'} last green while held" if held
                 else "none is held")  # fmt: skip
    condemned = len(state.condemned)
    if condemned:
        parts.append(
            f"{condemned} live {'release fails' if condemned == 1 else 'releases fail'} "
            "today's policy"
        )
    return ", ".join(parts) + "."


def held_slots(state: FleetState) -> set[str]:
    """Slots whose newest candidate is quarantined: condemned after what is live was released."""
    since = {live.release.slot: live.tag for live in state.live}
    order = {entry.tag: entry.sequence for entry in state.entries}
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
        case Quarantined() | Revoked() | Lifted():
            return _said_of_artifact(change)
        case Condemned() | Cleared() | Collected():
            return _said_of_generation(change)
        case Held():
            return "warn", "❄", f"frozen: {change.slot}: {change.reason}"
        case Thawed():
            return "ok", "○", f"thawed: {change.slot}: {change.reason}"
        case Reconciled() | KeyClosed():
            return _said_of_fleet(change)


def _said_of_fleet(change: Reconciled | KeyClosed) -> tuple[str, str, str]:
    match change:
        case Reconciled():
            word = "abandoned" if change.is_abandoned else "reconciled"
            left = f"; not taken over: {', '.join(change.left)}" if change.left else ""
            return "warn", "⑂", f"{word}: head {change.head[:16]}{left}: {change.reason}"
        case KeyClosed():
            lost = ", lost" if change.is_lost else ""
            return "warn", "◌", f"key closed: {change.keyid[:16]} of {change.verifier}{lost}"


def _said_of_generation(change: Condemned | Cleared | Collected) -> tuple[str, str, str]:
    what = f"generation {change.generation} of {change.slot}"
    match change:
        case Condemned():
            return "bad", "✗", f"condemned: live {what} fails {', '.join(change.gates)}"
        case Cleared():
            return "ok", "●", f"cleared: live {what} passes every gate again"
        case Collected():
            return "warn", "○", f"collected: {what} is no rollback target any more"


def _said_of_artifact(change: Quarantined | Revoked | Lifted) -> tuple[str, str, str]:
    match change:
        case Quarantined():
            return "bad", "✗", f"quarantined: {change.slot} by {', '.join(change.gates)}"
        case Revoked():
            text = f"revoked: artifact {change.artifact[:16]} of {change.slot}: {change.reason}"
            return "bad", "✗", text
        case Lifted():
            text = (
                f"lifted: artifact {change.artifact[:16]} of {change.slot}, quarantined by "
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
                f"rolled back: {change.slot} serves generation {change.restored} again, "
                f"as generation {change.generation}: {change.reason}"
            )
            return "warn", "↩", text
        case Withdrawn():
            return "bad", "○", f"withdrawn: {change.slot} serves nothing: {change.reason}"
