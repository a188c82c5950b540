"""`openmed monitor status`: one line for each kind of thing that was looked at."""

from pathlib import Path
from typing import Final

import click

from openmed.app.monitor_status import StatusLimits, monitor_status
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import counted, table
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context, program_name
from openmed.domain.monitoring.health.monitor_check import MonitorCheck, MonitorStatus
from openmed.domain.release.results.monitor_record import note_of_look
from openmed.domain.wire import plain

_HEADINGS: Final = ("CHECK", "STATE", "LOOKED AT", "FOUND")
_DAY: Final = 24
_SMOKE: Final = 20
"""About a minute of small models; `docs/monitors.md` says how long a round of a fleet takes."""
_EVIDENCE_HOURS: Final = 35 * _DAY
_SILENT_HOURS: Final = 3 * _DAY
_MESSAGE_HOURS: Final = 1
_KEY_HOURS: Final = 2 * _DAY


@click.command(cls=Command)
@shared_options
@click.option(
    "--slot",
    "pattern",
    metavar="PATTERN",
    default="*",
    help="Only slots that match, as in a shell.",
)
@click.option(
    "--smoke",
    type=click.IntRange(min=0),
    default=_SMOKE,
    show_default=True,
    help="Live releases that are loaded and run this time; the others have their turn later.",
)
@click.option(
    "--max-age",
    "evidence_hours",
    metavar="HOURS",
    type=click.IntRange(min=1),
    default=_EVIDENCE_HOURS,
    show_default=True,
    help="How old the measurements of what is live may be.",
)
@click.option(
    "--silent",
    "silent_hours",
    metavar="HOURS",
    type=click.IntRange(min=1),
    default=_SILENT_HOURS,
    show_default=True,
    help="After how long a monitor that left no record is missed.",
)
@handle_errors
def status(  # noqa: PLR0913 - one a limit
    *,
    root: Path,
    as_json: bool,
    pattern: str,
    smoke: int,
    evidence_hours: int,
    silent_hours: int,
) -> None:
    """Check that what is live is served, whole, fresh, and still runs.

    Writes an event for each regression and a message for each alarm; moves no release. Exit code
    3 when a regression was found, 7 when served bytes are not the released ones, 5 when something
    could not be looked at or an alarm stands.

    Example: openmed monitor status
    Example: openmed monitor status --slot 'pii::*' --smoke 100 --json
    """
    limits = StatusLimits(
        smoke=smoke,
        evidence_hours=evidence_hours,
        nightly_hours=silent_hours,
        status_hours=silent_hours,
        message_hours=_MESSAGE_HOURS,
        key_hours=_KEY_HOURS,
    )
    world = open_context(root, quiet=as_json)
    found = monitor_status(world, pattern=pattern, limits=limits)
    leave_note(note_of_look(found))
    if as_json:
        emit_json("monitor status", plain(found))
    else:
        print_text("\n".join(_lines(found)))
    exit_with(found.exit_code)


def _lines(found: MonitorStatus) -> list[str]:
    rows = table(_HEADINGS, map(_cells, found.checks), width=columns())
    wrong = [row for row in found.checks if row.events or row.alarms]
    if not wrong:
        return [*rows, "All calm."]
    events, alarms = len(found.events), len(found.alarms)
    told = f"{counted(events, 'regression')}, {counted(alarms, 'alarm')}."
    steps = dict.fromkeys(row.next_step for row in wrong if row.next_step)
    return [*rows, told, *(f"next: {_named(step)}" for step in list(steps)[:3])]


def _cells(row: MonitorCheck) -> tuple[str, ...]:
    state = "REGRESSION" if row.events else "ALARM" if row.alarms else "ok"
    left = f", {row.left_out} not" if row.left_out else ""
    return (row.name, state, f"{row.looked_at}{left}", row.says)


def _named(step: str) -> str:
    return (
        step.replace("openmed ", f"{program_name()} ", 1) if step.startswith("openmed ") else step
    )
