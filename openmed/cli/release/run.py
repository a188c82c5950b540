"""`openmed release`: run the chain, say what is live."""

from pathlib import Path

import click

from openmed.cli.live.run_view import followed_run
from openmed.cli.output import (
    columns,
    emit_json,
    executor_options,
    handle_errors,
    print_text,
    shared_options,
    stream_option,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.run_summary import run_summary
from openmed.cli.runs.run_boundary import exit_with_report
from openmed.context import open_context, program_name
from openmed.domain.wire import plain
from openmed.pipeline.definition import EVERY
from openmed.pipeline.standing.answers import unshared_report
from openmed.ports.chosen import Chosen


@click.command(cls=Command)
@shared_options
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@click.option("--dry-run", is_flag=True, help="Print the plan instead; write nothing.")
@click.argument("pattern", metavar="[SLOTS]", default=EVERY)
@executor_options
@stream_option
@handle_errors
def run(  # noqa: PLR0913 - one argument an option
    *,
    root: Path,
    as_json: bool,
    retry: bool,
    dry_run: bool,
    pattern: str,
    processes: int | None,
    scheduler: str,
) -> None:
    """Stage, measure, judge and release every candidate.

    SLOTS, which may hold * and ?, keeps to some of them.

    Example: openmed release run
    Example: openmed release run "pii::*" --dry-run
    Example: openmed release run --scheduler tcp://127.0.0.1:8786
    """
    with followed_run() as sink:
        chosen = Chosen(processes, scheduler)
        context = open_context(root, quiet=as_json, tell=sink, chosen=chosen)
        if dry_run:
            from openmed.app.plan import plan_release  # noqa: PLC0415 - heavy
            from openmed.cli.release.plan import tell_plan  # noqa: PLC0415 - heavy

            planned = plan_release(context, retry=retry, pattern=pattern)
            tell_plan(planned, command="release run", as_json=as_json)
            return
        report = unshared_report(context, retry=retry, pattern=pattern)
        if report is None:
            from openmed.app.release import run_release  # noqa: PLC0415 - heavy

            report = run_release(context, retry=retry, pattern=pattern)
    if as_json:
        emit_json("release run", plain(report))
    else:
        print_text(run_summary(report, program=program_name(), width=columns()))
    exit_with_report(report)
