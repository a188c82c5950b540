"""`openmed release status`: where every slot stands."""

from pathlib import Path

import click

from openmed.app.history import state_at
from openmed.app.status import MOST_TREES, read_fleet, read_stages
from openmed.app.status import unserved as unserved_of
from openmed.app.sync import horizon_lines, unshared_lines
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.fleet_text import fleet_text
from openmed.cli.render.help_format import Command
from openmed.cli.render.status_text import status_text
from openmed.context import open_context, program_name
from openmed.domain.near_names import did_you_mean
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--at", "tag", default="", help="As it stood after this ledger entry.")
@click.option("--all", "is_all", is_flag=True, help="Name every slot of a fleet of many.")
@handle_errors
def status(*, slot: str, root: Path, as_json: bool, tag: str, is_all: bool) -> None:
    """Show what is live and where each candidate stands.

    More than 20 slots are grouped by family; those that need a person come first.

    Example: openmed release status
    Example: openmed release status --all
    Example: openmed release status pii::tiny::onnx --json
    """
    context = open_context(root, quiet=True)
    queue = context.inputs.queue()
    state = context.releases.shown_state()
    state = state_at(state, tag) if tag else state
    key = parse_slot(slot).key if slot else ""
    unserved = unserved_of(context, state, slot=key) if not tag else ()
    is_lost = any(row.is_lost for row in unserved)
    code = ExitCode.INTEGRITY if is_lost else ExitCode.DONE
    if as_json:
        emit_json(
            "release status",
            {
                "tag": state.last.tag if state.last else None,
                "live": [plain(live) for live in state.live if key in ("", live.release.slot)],
                "quarantines": [plain(row) for row in state.quarantines],
                "lifts": [plain(row) for row in state.lifts],
                "freezes": [plain(row) for row in state.freezes],
                "condemned": [plain(row) for row in state.condemned],
                "unserved": [plain(row) for row in unserved],
                "horizon": [] if tag else list(horizon_lines(context)),
            },
        )
        exit_with(code)
    notes = () if tag else (*unshared_lines(context), *horizon_lines(context))
    fleet = () if key else read_fleet(context, state, queue=() if tag else queue)
    if len(fleet) > MOST_TREES:
        text = fleet_text(
            state,
            fleet,
            unserved,
            program=program_name(),
            width=columns(),
            is_all=is_all,
            notes=notes,
        )
        print_text(text)
        exit_with(code)
    slots = () if tag else read_stages(context, slot=key)
    if key and not slots and state.live_in(key) is None:
        near = did_you_mean(key, [*(name for name, _ in state.counts)])
        msg = f"No slot `{key}`" + (f"; {near}" if near else ".")
        raise UsageError(msg, next_step="openmed release list")
    text = status_text(
        state,
        slots,
        unserved,
        slot=key,
        notes=notes,
        program=program_name(),
        width=columns(),
    )
    print_text(text)
    exit_with(code)
