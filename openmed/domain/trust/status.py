"""The status page: what is live, what is held, what happened. As of the last ledger entry."""

from openmed.domain.changes import (
    Change,
    Collected,
    Held,
    KeyClosed,
    Lifted,
    Promoted,
    Quarantined,
    Revoked,
    RolledBack,
    Thawed,
    Withdrawn,
)
from openmed.domain.fleet import FleetState, LiveRelease
from openmed.domain.ledger import Entry
from openmed.domain.policy import Grade
from openmed.domain.slot import parse_slot
from openmed.domain.trust.html import render
from openmed.domain.trust.inputs import RenderedFile, TrustInputs
from openmed.domain.trust.view import View, release_view
from openmed.domain.wire import plain, pretty


def render_status(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """The status page, the same as JSON, and the front page that leads to all pages."""
    state = inputs.state
    held = _held(state)
    context = {
        "as_of": _as_of(state),
        "headline": headline(state),
        "freezes": state.freezes,
        "slots": [
            {**release_view(record), **_slot_state(record.live, held=held)}
            for record in inputs.releases
        ],
        "quarantines": [
            {"fact": row.fact, "tag": row.tag, "time": row.time, "causes": row.causes}
            for row in reversed(state.quarantines)
        ],
        "history": [_entry_view(entry) for entry in reversed(state.entries)],
    }  # fmt: skip
    facts = {
        "schema": "openmed.status/1",
        "as_of": _as_of(state),
        "headline": headline(state),
        "live": [plain(live) for live in state.live],
        "quarantines": [plain(row) for row in state.quarantines],
        "freezes": [plain(row) for row in state.freezes],
    }
    return (
        render(inputs, "status.html.j2", "status/index.html", context),
        RenderedFile(path="status/status.json", content=pretty(facts).decode()),
        render(inputs, "index.html.j2", "index.html", context),
    )


def headline(state: FleetState) -> str:
    """The whole state in one sentence."""
    if not state.live:
        return "Nothing is live."
    previews = sum(1 for live in state.live if live.release.policy.grade is Grade.PREVIEW)
    held = len(_held(state))
    count = len(state.live)
    parts = [f"{count} {'slot is' if count == 1 else 'slots are'} live"]
    if previews:
        parts.append("as preview" if previews == count else f"{previews} of them as preview")
    parts.append(f"{held} {'serves' if held == 1 else 'serve'} last green while held" if held
                 else "none is held")  # fmt: skip
    return ", ".join(parts) + "."


def _held(state: FleetState) -> set[str]:
    """Slots whose newest candidate is quarantined: condemned after what is live was released."""
    since = {live.release.slot: live.tag for live in state.live}
    order = {entry.tag: entry.sequence for entry in state.entries}
    return {
        row.fact.slot
        for row in state.quarantines
        if row.fact.slot in since and order[row.tag] >= order[since[row.fact.slot]]
    }


def _slot_state(live: LiveRelease, *, held: set[str]) -> View:
    release = live.release
    is_preview = release.policy.grade is Grade.PREVIEW
    if live.kind == "rollback":
        return {
            "state": "rolled back to last green",
            "state_class": "warn",
            "state_sign": "↩",
        }
    if release.slot in held:
        return {
            "state": "held: serving last green",
            "state_class": "warn",
            "state_sign": "◆",
        }
    return {
        "state": "operational (preview)" if is_preview else "operational",
        "state_class": "warn" if is_preview else "ok",
        "state_sign": "◐" if is_preview else "●",
    }


def _as_of(state: FleetState) -> str:
    if not state.entries:
        return "no release has been made"
    last = state.entries[-1]
    return f"ledger entry {last.tag} of {last.time}"


def _entry_view(entry: Entry) -> View:
    return {"tag": entry.tag, "time": entry.time, "lines": [_line(c) for c in entry.changes]}


def _line(change: Change) -> View:
    colour, sign, text = _said(change)
    slug = parse_slot(change.slot).slug if isinstance(change, Promoted) else ""
    return {"colour": colour, "sign": sign, "text": text, "slug": slug}


def sentence(change: Change) -> str:
    """One change in words."""
    return _said(change)[2]


def _said(change: Change) -> tuple[str, str, str]:
    """Colour class, sign and sentence of one change."""
    match change:
        case Promoted() | RolledBack() | Withdrawn():
            return _said_of_flip(change)
        case Quarantined() | Revoked() | Lifted():
            return _said_of_artifact(change)
        case Collected():
            text = (
                f"collected: generation {change.generation} of {change.slot} is no rollback "
                f"target any more"
            )
            return "warn", "○", text
        case Held():
            return "warn", "❄", f"frozen: {change.slot}: {change.reason}"
        case Thawed():
            return "ok", "○", f"thawed: {change.slot}: {change.reason}"
        case KeyClosed():
            lost = ", lost" if change.is_lost else ""
            return "warn", "◌", f"key closed: {change.keyid[:16]} of {change.verifier}{lost}"


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
