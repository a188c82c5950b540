"""`openmed release plan`: what a run would do; writes nothing."""

from pathlib import Path

import click

from openmed.app.plan import Plan, plan_release
from openmed.cli.output import (
    columns,
    emit_json,
    exit_with,
    handle_errors,
    markdown_options,
    print_markdown,
    print_text,
    require_markdown,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.plan_text import plan_text
from openmed.context import open_context, program_name
from openmed.domain.candidates.shard import MOST_SHARDS
from openmed.domain.wire import plain
from openmed.exit_codes import ExitCode
from openmed.pipeline.definition import EVERY


@click.command(cls=Command)
@click.argument("pattern", metavar="[SLOTS]", default=EVERY)
@shared_options
@click.option("--retry", is_flag=True, help="As if run with --retry.")
@click.option(
    "--shards", type=click.IntRange(1, MOST_SHARDS), help="Divide the fleet among N machines."
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help=f"Exit with {ExitCode.CHANGES} if there is something to do.",
)
@markdown_options
@handle_errors
def plan(  # noqa: PLR0913 - one argument per option
    *,
    pattern: str,
    root: Path,
    as_json: bool,
    retry: bool,
    shards: int | None,
    detailed_exitcode: bool,
    as_markdown: bool,
    base: str,
) -> None:
    """Show what a run would do and why; write nothing.

    With --md also what it would cost and, with --base, what an edit of queue or policy changes; in
    a job of GitHub Actions it is the job's summary too.

    Example: openmed release plan
    Example: openmed release plan "pii::*" --detailed-exitcode
    Example: openmed release plan --md --base origin/main
    """
    require_markdown(as_markdown, base=base, as_json=as_json)
    context = open_context(root, quiet=True)
    planned = plan_release(context, retry=retry, pattern=pattern, shards=shards)
    if as_markdown:
        from openmed.app.input_changes import read_changes  # noqa: PLC0415 - heavy
        from openmed.app.plan_cost import plan_costs  # noqa: PLC0415 - heavy
        from openmed.cli.render.markdown.plan_markdown import plan_markdown  # noqa: PLC0415 - heavy

        changes = read_changes(context, base=base) if base else None
        costs = plan_costs(context, planned)
        page = plan_markdown(planned, changes=changes, costs=costs)
        print_markdown(page, summary=context.ci.summary)
    else:
        tell_plan(planned, command="release plan", as_json=as_json)
    exit_with(ExitCode.CHANGES if detailed_exitcode and planned.has_changes else ExitCode.DONE)


def tell_plan(planned: Plan, *, command: str, as_json: bool) -> None:
    """Print a plan."""
    if as_json:
        emit_json(command, {"has_changes": planned.has_changes, "plan": plain(planned)})
    else:
        print_text(plan_text(planned, program=program_name(), width=columns()))
