"""`openmed monitor nightly`: measure what is live again, the slots that waited longest first."""

from collections.abc import Iterator
from pathlib import Path

import click

from openmed.app.nightly import note_of_night, run_nightly
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.layout import MOST_CAUSES, counted, folded, table
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context, program_name
from openmed.domain.monitoring.nightly.nightly_report import NightlyReport, NightRow
from openmed.domain.text.number_format import share_up
from openmed.domain.wire import plain

HOUR = 3600.0
"""Seconds of a night where nobody says otherwise."""
_HEADINGS = ("SLOT", "NIGHT", "AS RELEASED", "NEW SUITES", "MISSED TONIGHT", "SECONDS")


@click.command(cls=Command)
@shared_options
@click.option("--slot", "pattern", default="*", help="Only slots like this, e.g. 'pii::*'.")
@click.option(
    "--budget",
    type=click.FloatRange(1),
    default=HOUR,
    show_default=True,
    metavar="SECONDS",
    help="Begin no further slot after so long; one slot is measured in any case.",
)
@handle_errors
def nightly(*, root: Path, as_json: bool, pattern: str, budget: float) -> None:
    """Measure what is live again, oldest first.

    The bytes are those that are served; no prediction is taken from a cache. Exit code: 0 nothing
    found, 3 a regression was found, 5 something was not measured, 7 other bytes are served.

    Example: openmed monitor nightly
    Example: openmed monitor nightly --slot 'pii::tiny::*' --budget 600 --json
    """
    report = run_nightly(open_context(root), budget=budget, pattern=pattern)
    leave_note(note_of_night(report))
    if as_json:
        emit_json("monitor nightly", plain(report))
    else:
        print_text("\n".join(_lines(report, width=columns())) + "\n")
    exit_with(report.exit_code)


def _lines(report: NightlyReport, *, width: int) -> Iterator[str]:
    if not report.slots:
        yield "Nothing is live, so nothing was measured."
        return
    yield from table(_HEADINGS, map(_row, report.slots), width=width)
    yield ""
    for row in report.slots:
        for event in row.events[:MOST_CAUSES]:
            yield from folded(f"{row.slot}: {event.kind.value}: {event.detail}", width=width)
    for alarm in report.alarms[:MOST_CAUSES]:
        where = alarm.slot or "fleet"
        yield from folded(f"{where}: {alarm.kind.value}: {alarm.detail}", width=width)
    if len(report.alarms) > MOST_CAUSES:
        yield f"and {counted(len(report.alarms) - MOST_CAUSES, 'more alarm')}: --json has all"
    yield from folded(_share(report), width=width)
    if report.events:
        yield from folded(f"next: {program_name()} release react --all", width=width)
    else:
        steps = (alarm.next_step for alarm in report.alarms if alarm.next_step)
        yield from (
            line for step in list(steps)[:1] for line in folded(f"next: {step}", width=width)
        )


def _row(row: NightRow) -> tuple[str, ...]:
    fresh = row.fresh
    missed = share_up(fresh.missed, fresh.spans) if fresh else "-"
    same, new = (", ".join(names) or "-" for names in (row.same, row.new))
    return (row.slot, row.result.value, same, new, missed, f"{row.seconds:.1f}")


def _share(report: NightlyReport) -> str:
    """What was measured, what waits, and how old anything may become."""
    slots, nights = counted(len(report.slots), "slot"), counted(report.most_nights, "night")
    done = f"{slots} in {report.seconds:.0f} of {report.budget:.0f} s; {report.waiting} wait"
    return f"{done}. One round of the fleet takes {nights}: no slot may be older."
