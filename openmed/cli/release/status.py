"""`openmed release status`: where every slot stands."""

from pathlib import Path

import click

from openmed.app.history import read_status, state_at
from openmed.app.status import Mark, SlotStages, read_stages
from openmed.app.sync import unshared_lines
from openmed.cli.output import emit_json, handle_errors, print_text, shared_options
from openmed.domain.gates.policy import Grade
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.phrases import headline
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.pipeline.summary import table

MOST_TREES = 20
"""More slots than this are a table; one of them is a tree when it is named."""
_SIGNS = {Mark.DONE: "✓", Mark.HELD: "◆", Mark.FAILED: "✗", Mark.MISSING: "·"}


@click.command()
@click.argument("slot", default="")
@shared_options
@click.option("--at", "tag", default="", help="As it stood after this ledger entry.")
@handle_errors
def status(*, slot: str, root: Path, as_json: bool, tag: str) -> None:
    r"""Say what is live in every slot, since when, and where its candidate stands.

    \b
    Example: openmed release status
    Example: openmed release status pii::tiny::onnx --json
    """
    state = read_status(root)
    state = state_at(state, tag) if tag else state
    key = parse_slot(slot).key if slot else ""
    if as_json:
        emit_json(
            "release status",
            {
                "tag": state.entries[-1].tag if state.entries else None,
                "live": [plain(live) for live in state.live if key in ("", live.release.slot)],
                "quarantines": [plain(row) for row in state.quarantines],
                "lifts": [plain(row) for row in state.lifts],
                "freezes": [plain(row) for row in state.freezes],
            },
        )
        return
    slots = () if tag else read_stages(root, slot=key)
    if key and not slots and state.live_in(key) is None:
        msg = f"there is no slot {key}"
        raise UsageError(msg, next_step="openmed release list")
    facts = [*_facts(state), *(() if tag else unshared_lines(root))]
    print_text("\n".join([headline(state), "", *_slots(state, slots, key), *facts, ""]))


def _slots(state: FleetState, slots: tuple[SlotStages, ...], key: str) -> list[str]:
    if slots and len(slots) <= MOST_TREES:
        return [line for row in slots for line in _tree(row)]
    live = [row for row in state.live if key in ("", row.release.slot)]
    if not live:
        return []
    headings = ("SLOT", "LIVE", "GENERATION", "SINCE", "TAG", "ARTIFACT")
    return table((headings, *(_row(row) for row in live)))


def _tree(row: SlotStages) -> list[str]:
    lines = [f"{row.slot}  {row.headline}"]
    for number, stage in enumerate(row.stages, start=1):
        branch = "└─" if number == len(row.stages) else "├─"
        lines.append(f"{branch} {_SIGNS[stage.mark]} {stage.name:<9}  {stage.detail}")
    return [*lines, ""]


def _facts(state: FleetState) -> list[str]:
    lines = [
        f"quarantined: {row.fact.artifact[:16]} wanted {row.fact.slot}: "
        f"{', '.join(cause for cause, _ in row.causes)} ({row.tag})"
        for row in state.quarantines
    ]
    lines += [
        f"lifted: {row.fact.artifact[:16]} may be judged again until {row.fact.expires}: "
        f"{row.fact.reason} ({row.tag})"
        for row in state.lifts
    ]
    if state.entries:
        return [*lines, f"ledger entry {state.entries[-1].tag}"]
    return ["no release has been made here", "next: openmed release run"]


def _row(live: LiveRelease) -> tuple[str, ...]:
    release = live.release
    is_preview = release.policy.grade is Grade.PREVIEW
    return (
        release.slot,
        f"{release.candidate.repo_id}{' (preview)' if is_preview else ''}",
        str(live.generation),
        live.time,
        live.tag,
        release.artifact[:16],
    )
