"""`openmed notify`: deliver what waits."""

from pathlib import Path

import click

from openmed.app.notify import deliver
from openmed.cli.output import emit_json, exit_with, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.cli.runs.run_boundary import leave_note
from openmed.context import open_context
from openmed.domain.notices.notify_report import NotifyReport
from openmed.domain.records.run_note import RunNote
from openmed.domain.wire import plain
from openmed.exit_codes import ExitCode

_MOST = 3
"""Undelivered messages that are named."""


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Only show what would be delivered, and to whom.")
@shared_options
@handle_errors
def notify(*, dry_run: bool, root: Path, as_json: bool) -> None:
    """Deliver the messages that wait, to every sink.

    Sinks stand in gates/notices.toml. What cannot be delivered stays for the next time; then the
    exit code is 8.

    Example: openmed notify --dry-run
    """
    report = deliver(open_context(root, quiet=True), is_dry_run=dry_run)
    arrived = sum(sink.delivered for sink in report.sinks)
    is_idle = not any(sink.messages for sink in report.sinks)
    leave_note(RunNote(counts=(("delivered", arrived),), is_idle=is_idle))
    if as_json:
        emit_json("notify", plain(report))
    else:
        print_text(_text(report))
    if report.undelivered:
        exit_with(ExitCode.UNFINISHED)


def _text(report: NotifyReport) -> str:
    lines = []
    for sink in report.sinks:
        if report.is_dry_run:
            lines.append(f"{sink.name}: {sink.messages} to deliver, {sink.where}")
        else:
            lines.append(
                f"{sink.name}: {sink.delivered} of {sink.messages} delivered, {sink.where}"
            )
        if sink.fault:
            lines.append(f"  {sink.fault}")
    lines += [
        f"not delivered to {one.sink}: {one.title}: {one.says}"
        for one in report.undelivered[:_MOST]
    ]
    more = len(report.undelivered) - _MOST
    if more > 0:
        lines.append(f"and {more} more not delivered")
    if report.undelivered:
        lines.append("next: openmed notify")
    return "\n".join(lines or ["no sink is named in gates/notices.toml"])
