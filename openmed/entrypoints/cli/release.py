"""`openmed release`: run the chain, say what is live."""

from pathlib import Path

import click

from openmed.bootstrap import program_name
from openmed.domain.wire import plain
from openmed.entrypoints.cli.output import (
    answer,
    answers,
    leave,
    say,
    shared_options,
    stream_option,
    teller,
)
from openmed.entrypoints.cli.plan import tell_plan
from openmed.entrypoints.graph import EVERY
from openmed.entrypoints.operations import run_release
from openmed.entrypoints.plan import plan_release
from openmed.entrypoints.shared import shared
from openmed.entrypoints.summary import summary


@click.command()
@shared_options
@click.option("--retry", is_flag=True, help="Try again what failed twice on the same inputs.")
@click.option("--dry-run", is_flag=True, help="Print the plan instead; write nothing.")
@click.argument("pattern", metavar="[SLOTS]", default=EVERY)
@stream_option
@answers
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
    tell = teller()
    report = shared(
        root,
        lambda: run_release(root, retry=retry, quiet=as_json, pattern=pattern, tell=tell),
    )
    if as_json:
        answer("release run", plain(report))
    else:
        say(summary(report, program=program_name()))
    leave(report.exit_code)
