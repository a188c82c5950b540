"""`openmed release`: run the chain, say what is live."""

from pathlib import Path

import click

from openmed.app.operations import run_release
from openmed.app.plan import plan_release
from openmed.app.sync import shared
from openmed.cli.output import (
    emit_json,
    event_sink,
    exit_with,
    handle_errors,
    print_text,
    shared_options,
    stream_option,
)
from openmed.cli.release.plan import tell_plan
from openmed.context import program_name
from openmed.domain.wire import plain
from openmed.pipeline.release_graph import EVERY
from openmed.pipeline.summary import summary


@click.command()
@shared_options
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@click.option("--dry-run", is_flag=True, help="Print the plan instead; write nothing.")
@click.argument("pattern", metavar="[SLOTS]", default=EVERY)
@stream_option
@handle_errors
def run(*, root: Path, as_json: bool, retry: bool, dry_run: bool, pattern: str) -> None:
    r"""Stage, benchmark, compare, flip and regenerate every candidate of the queue.

    SLOTS, which may hold * and ?, keeps to some of them.

    \b
    Example: openmed release run
    Example: openmed release run "pii::*" --dry-run
    """
    if dry_run:
        planned = plan_release(root, retry=retry, pattern=pattern)
        tell_plan(planned, command="release run", as_json=as_json)
        return
    tell = event_sink()
    report = shared(
        root,
        lambda: run_release(root, retry=retry, quiet=as_json, pattern=pattern, tell=tell),
        is_judging=True,
    )
    if as_json:
        emit_json("release run", plain(report))
    else:
        print_text(summary(report, program=program_name()))
    exit_with(report.exit_code)
