"""`openmed release react`: what follows when a monitor found a regression."""

import sys
from pathlib import Path

import click

from openmed.app.notify import delivered
from openmed.app.react import given_events
from openmed.app.react import react as run_react
from openmed.app.sync import follow
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.reaction.reaction_summary import reaction_summary
from openmed.cli.render.help_format import Command
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context, program_name
from openmed.domain.wire import plain
from openmed.errors import UsageError

_STDIN = "-"


@click.command(cls=Command)
@click.argument("events", nargs=-1)
@shared_options
@click.option("--all", "is_all", is_flag=True, help="Every event in artifacts/events, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@handle_errors
def react(
    *, events: tuple[str, ...], root: Path, as_json: bool, is_all: bool, dry_run: bool
) -> None:
    """Hold, repair or roll back what a monitor found to be worse.

    EVENTS are files that a monitor wrote, or - for one on stdin. gates/reaction.toml says what
    follows from each kind. An event of a release that was replaced since is ignored. Exit code 3:
    a slot is held. Exit code 4: it must go back and there is nothing to go back to. Exit code 5: an
    event cannot be true.

    Example: openmed release react --all
    """
    if not events and not is_all:
        msg = "react needs an event"
        raise UsageError(msg, next_step="openmed release react --all")
    context = follow(open_context(root, quiet=as_json))
    read = sys.stdin.buffer.read() if _STDIN in events else None
    names = tuple(name for name in events if name != _STDIN)
    given = given_events(context, names, is_all=is_all, read=read)
    done = run_react(context, given, is_dry_run=dry_run, deliver=delivered)
    if as_json:
        emit_json("release react", plain(done.report))
    else:
        print_text(reaction_summary(done.report, program=program_name(), width=columns()))
    if done.note is not None:
        leave_note(done.note)
    exit_with(done.report.exit_code)
