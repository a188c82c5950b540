"""`openmed release drill`: how long would a regression live."""

from pathlib import Path

import click

from openmed.app.drill import drill as run_drill
from openmed.app.drill import note_of_drill
from openmed.app.sync import follow
from openmed.cli.output import emit_json, exit_with, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.render.rollback_summary import stages
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context, program_name
from openmed.domain.release.results.drill_report import DrillReport
from openmed.domain.wire import plain


@click.command(cls=Command)
@click.argument("slot", default="")
@shared_options
@handle_errors
def drill(*, slot: str, root: Path, as_json: bool) -> None:
    """Plant a regression in a scratch copy and measure how long it lives.

    Nothing is moved here: the copy has a remote of its own, and is gone afterwards. Without SLOT
    the first one that serves something is copied. Exit code 1: the regression was not undone. Exit
    code 3: it took longer than 10 minutes.

    Example: openmed release drill
    """
    report = run_drill(follow(open_context(root, quiet=True)), slot=slot)
    leave_note(note_of_drill(report))
    if as_json:
        emit_json("release drill", plain(report))
    else:
        print_text("\n".join(_lines(report)))
    exit_with(report.exit_code)


def _lines(report: DrillReport) -> list[str]:
    head = "undone" if report.is_undone else "NOT undone"
    slow = ", slower than promised" if report.is_slow else ""
    lines = [f"{report.slot}: a planted regression was {head}{slow}."]
    if report.times is not None:
        lines.append(f"{report.found.replace('_', ' ')}: {stages(report.times)}.")
    lines += [f"fault: {fault}" for fault in report.faults]
    return [*lines, f"next: {program_name()} release status"]
