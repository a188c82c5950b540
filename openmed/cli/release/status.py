"""`openmed release status`: where every slot stands."""

import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

import click

from openmed.app.history import state_at
from openmed.app.status import MOST_TREES, read_fleet, read_stages
from openmed.app.status import unserved as unserved_of
from openmed.app.sync import horizon_lines, unshared_lines
from openmed.cli.live.run_view import is_drawable, size_of
from openmed.cli.live.watched_status import WatchedStatus, watch_status
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
from openmed.cli.render.screen import is_coloured
from openmed.cli.render.status_text import status_text
from openmed.context import Context, open_context, program_name
from openmed.domain.near_names import did_you_mean
from openmed.domain.pages.runs.run_view import last_sentence
from openmed.domain.release.served import Unserved
from openmed.domain.slot import parse_slot
from openmed.domain.wire import plain
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode

SECONDS: Final = 2.0
_LEAST: Final = 0.2
_MOST: Final = 3600


class _Asked(NamedTuple):
    """What is to be shown.

    Attributes:
        slot: the one slot; empty = all.
        tag: as it stood after this entry; empty = now.
        is_all: whether every slot of a fleet of many is named.
    """

    slot: str
    tag: str
    is_all: bool


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@click.option("--at", "tag", default="", help="As it stood after this ledger entry.")
@click.option("--all", "is_all", is_flag=True, help="Name every slot of a fleet of many.")
@click.option(
    "--watch",
    "every",
    metavar="[SECONDS]",
    type=click.FloatRange(_LEAST, _MOST),
    is_flag=False,
    flag_value=SECONDS,
    default=None,
    help="Draw it again every so many seconds, with the run at work, until Ctrl-C; 2 if not said.",
)
@handle_errors
def status(  # noqa: PLR0913 - one argument an option
    *, slot: str, root: Path, as_json: bool, tag: str, is_all: bool, every: float | None
) -> None:
    """Show what is live and where each candidate stands.

    More than 20 slots are grouped by family; those that need a person come first.

    Example: openmed release status
    Example: openmed release status --all
    Example: openmed release status --watch
    Example: openmed release status pii::tiny::onnx --json
    """
    context = open_context(root, quiet=True)
    asked = _Asked(parse_slot(slot).key if slot else "", tag, is_all)
    if every is not None:
        _require_watchable(as_json=as_json, tag=tag)
        _watch(context, asked, every=every)
        return
    if as_json:
        exit_with(_emit(context, asked))
    text, code = _page(context, asked, width=columns())
    print_text(text)
    exit_with(code)


def _require_watchable(*, as_json: bool, tag: str) -> None:
    """Refuse what cannot be drawn again.

    Raises:
        UsageError: nobody watches, or nothing will change.
    """
    why = ""
    if as_json:
        why = "--json is one document"
    elif tag:
        why = f"what stood at {tag} does not change"
    elif not is_drawable(sys.stdout):
        why = "stdout is none"
    if why:
        msg = f"--watch draws again on a terminal what changes, and {why}"
        raise UsageError(msg, next_step="openmed release status")


def _watch(context: Context, asked: _Asked, *, every: float) -> None:
    from openmed.cli.live.painter import Painter  # noqa: PLC0415 - heavy

    def page(width: int) -> str:
        return _page(context.at_this_moment(), asked, width=width)[0]

    painter = Painter(
        sys.stdout, size=lambda: size_of(sys.stdout), is_coloured=is_coloured(sys.stdout)
    )
    watched = WatchedStatus(
        page=page,
        run=context.run_state.read,
        stamp=context.stamp,
        width=lambda: columns() - 1,
        ticks=time.perf_counter,
        sleep=time.sleep,
    )
    watch_status(watched, painter, every=every)


def _emit(context: Context, asked: _Asked) -> int:
    """Give the answer to a program; the exit code."""
    context.inputs.queue()  # One that cannot be read is said here too.
    state = context.releases.shown_state()
    state = state_at(state, asked.tag) if asked.tag else state
    unserved = unserved_of(context, state, slot=asked.slot) if not asked.tag else ()
    newest = context.run_records.newest()
    emit_json(
        "release status",
        {
            "tag": state.last.tag if state.last else None,
            "live": [plain(row) for row in state.live if asked.slot in ("", row.release.slot)],
            "quarantines": [plain(row) for row in state.quarantines],
            "lifts": [plain(row) for row in state.lifts],
            "freezes": [plain(row) for row in state.freezes],
            "condemned": [plain(row) for row in state.condemned],
            "unserved": [plain(row) for row in unserved],
            "horizon": [] if asked.tag else list(horizon_lines(context)),
            "last_run": plain(newest) if newest and not asked.tag else None,
        },
    )
    return _code(unserved)


def _page(context: Context, asked: _Asked, *, width: int) -> tuple[str, int]:
    """The answer for a person, and the exit code.

    Raises:
        UsageError: there is no such slot.
    """
    slot, tag = asked.slot, asked.tag
    queue = context.inputs.queue()
    state = context.releases.shown_state()
    state = state_at(state, tag) if tag else state
    unserved = unserved_of(context, state, slot=slot) if not tag else ()
    newest = context.run_records.newest()
    last = (last_sentence([newest]),) if newest else ()
    notes = () if tag else (*last, *unshared_lines(context), *horizon_lines(context))
    fleet = () if slot else read_fleet(context, state, queue=() if tag else queue)
    program = program_name()
    if len(fleet) > MOST_TREES:
        is_all = asked.is_all
        text = fleet_text(
            state, fleet, unserved, program=program, width=width, is_all=is_all, notes=notes
        )
        return text, _code(unserved)
    slots = () if tag else read_stages(context, slot=slot)
    if slot and not slots and state.live_in(slot) is None:
        near = did_you_mean(slot, [*(name for name, _ in state.counts)])
        msg = f"No slot `{slot}`" + (f"; {near}" if near else ".")
        raise UsageError(msg, next_step="openmed release list")
    text = status_text(state, slots, unserved, slot=slot, notes=notes, program=program, width=width)
    return text, _code(unserved)


def _code(unserved: tuple[Unserved, ...]) -> int:
    return ExitCode.INTEGRITY if any(row.is_lost for row in unserved) else ExitCode.DONE
