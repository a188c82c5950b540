"""The status page: what is live, what is held, what happened. As of the last ledger entry."""

from openmed.domain.ledger import Entry, FleetState, Promoted, Quarantined
from openmed.domain.policy import Grade
from openmed.domain.slot import parse_slot
from openmed.domain.trust.html import render
from openmed.domain.trust.inputs import RenderedFile, TrustInputs
from openmed.domain.trust.view import View, release_view
from openmed.domain.wire import plain, pretty


def render_status(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """The status page, the same as JSON, and the front page that leads to all pages."""
    state = inputs.state
    context = {
        "as_of": _as_of(state),
        "headline": headline(state),
        "slots": [
            {**release_view(record), **_slot_state(state, record.live.release)}
            for record in inputs.releases
        ],
        "quarantines": [
            {"fact": row.fact, "tag": row.tag, "time": row.time,
             "reasons": list(zip(row.fact.gates, row.fact.reasons, strict=False))}
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


def _slot_state(state: FleetState, release: Promoted) -> View:
    is_preview = release.policy.grade is Grade.PREVIEW
    if release.slot in _held(state):
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


def _line(change: Promoted | Quarantined) -> View:
    match change:
        case Promoted():
            is_preview = change.policy.grade is Grade.PREVIEW
            word = "released (preview)" if is_preview else "released"
            return {
                "colour": "warn" if is_preview else "ok",
                "sign": "◐" if is_preview else "●",
                "text": f"{word}: generation {change.generation} of {change.slot}",
                "slug": parse_slot(change.slot).slug,
            }
        case Quarantined():
            return {
                "colour": "bad",
                "sign": "✗",
                "text": f"quarantined: {change.slot} by {', '.join(change.gates)}",
                "slug": "",
            }
