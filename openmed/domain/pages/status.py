"""The status page: what is live, what is held, what happened. As of the last ledger entry."""

from openmed.domain.digest import Json
from openmed.domain.ledger.changes import Change, Promoted
from openmed.domain.ledger.cited.condemned_behaviour import is_over_predictions
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fleet_facts import FreezeFact, QuarantineFact
from openmed.domain.pages.fleet_row import FleetInputs, FleetRow
from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.pages.phrases import adopted_only, headline, held_slots, said
from openmed.domain.pages.runs.event_stream import render_events
from openmed.domain.pages.runs.feed import render_feed
from openmed.domain.pages.runs.metrics import render_metrics
from openmed.domain.pages.runs.run_view import run_facts, run_section
from openmed.domain.pages.view import View
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain, pretty


def render_status(inputs: FleetInputs) -> tuple[RenderedFile, ...]:
    """The status page, the same for programs, and the front page that leads to all pages."""
    state = inputs.state
    held = held_slots(state)
    context = {
        "as_of": _as_of(state),
        "headline": headline(state),
        "freezes": [_freeze_view(row, clock=_known_time(inputs)) for row in state.freezes],
        "condemned": state.condemned,
        "adopted": adopted_only(state),
        "slots": [{**dict(row), **_slot_state(row, held=held)} for row in inputs.rows],
        "quarantines": [
            {
                "fact": row.fact,
                "tag": row.tag,
                "time": row.time,
                "causes": row.causes,
                "copies": _copies(row),
            }
            for row in reversed(state.quarantines)
        ],
        "history": [_entry_view(entry) for entry in reversed(state.entries)],
        "runs": run_section(inputs.runs),
    }  # fmt: skip
    facts: dict[str, Json] = {
        "schema": "openmed.status/1",
        "as_of": _as_of(state),
        "headline": headline(state),
        "quarantines": [plain(row) for row in state.quarantines],
        "freezes": [plain(row) for row in state.freezes],
        # Only where there is one, so that pages without one stay what they were.
        **({"condemned": [plain(row) for row in state.condemned]} if state.condemned else {}),
        **({"adopted": [plain(row) for row in state.adopted]} if state.adopted else {}),
        **run_facts(inputs.runs),
    }
    return (
        render(inputs.templates, "status.html.j2", "status/index.html", context),
        RenderedFile(path="status/status.json", content=_with_live(facts, inputs.rows)),
        render(inputs.templates, "index.html.j2", "index.html", context),
        render_feed(inputs),
        render_metrics(inputs),
        *render_events(inputs),
    )


def _with_live(facts: dict[str, Json], rows: tuple[FleetRow, ...]) -> str:
    """The facts as `pretty` writes them, with the list of what is live made of pieces."""
    joined = ",\n    ".join(row.live for row in rows)
    pieces = {name: _indented(value) for name, value in facts.items()}
    pieces["live"] = f"[\n    {joined}\n  ]" if rows else "[]"
    lines = (f'  "{name}": {pieces[name]}' for name in sorted(pieces))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _indented(value: Json) -> str:
    return pretty(value).decode().rstrip("\n").replace("\n", "\n  ")


def _slot_state(row: FleetRow, *, held: set[str]) -> View:
    if row.condemned:
        return {
            "state": f"condemned by today's policy: {', '.join(row.condemned)}",
            "state_class": "bad",
            "state_sign": "✗",
        }
    if row.kind == "rollback":
        return {
            "state": "rolled back to last green",
            "state_class": "warn",
            "state_sign": "↩",
        }
    if row.slot in held:
        return {
            "state": "held: serving last green",
            "state_class": "warn",
            "state_sign": "◆",
        }
    return {
        "state": "operational (preview)" if row.is_preview else "operational",
        "state_class": "warn" if row.is_preview else "ok",
        "state_sign": "◐" if row.is_preview else "●",
    }


def _freeze_view(row: FreezeFact, *, clock: str) -> View:
    return {
        "slot": row.slot,
        "tag": row.tag,
        "reason": row.reason,
        "until": row.said(clock=clock),
        "ended": row.has_ended(clock=clock),
    }


def _known_time(inputs: FleetInputs) -> str:
    """The latest time that is on record: pages read no clock."""
    last = [inputs.state.last.time] if inputs.state.last else []
    return max((*last, *(run.ended for run in inputs.runs[-1:])), default="")


def _copies(row: QuarantineFact) -> str:
    """Which other bytes are refused because of a condemnation."""
    if is_over_predictions(row):
        return (
            "Other bytes that predict the same on every suite that measured both are refused too."
        )
    return "Only these bytes are refused: the cause is not what they predict."


def _as_of(state: FleetState) -> str:
    if not state.entries:
        return "no release has been made"
    last = state.entries[-1]
    return f"ledger entry {last.tag} of {last.time}"


def _entry_view(entry: Entry) -> View:
    return {"tag": entry.tag, "time": entry.time, "lines": [_line(c) for c in entry.changes]}


def _line(change: Change) -> View:
    colour, sign, text = said(change)
    slug = parse_slot(change.slot).slug if isinstance(change, Promoted) else ""
    return {"colour": colour, "sign": sign, "text": text, "slug": slug}
