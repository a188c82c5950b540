"""`openmed release report`: what CI tells people of a run."""

import os
from pathlib import Path

import click

from openmed.app.ci_report import tell_ci
from openmed.cli.output import emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.help_format import Command
from openmed.context import open_context

NEEDS = "OPENMED_NEEDS"
"""Environment variable with the results of the jobs before, in JSON."""


@click.command(cls=Command)
@shared_options
@handle_errors
def report(*, root: Path, as_json: bool) -> None:
    """Write the summary, annotations and notices for CI.

    The exit code is 0 when it was told, whatever happened; the run's own code is in the answer.

    Example: openmed release report
    """
    told = tell_ci(open_context(root, quiet=True), needs=os.environ.get(NEEDS, ""))
    if as_json:
        emit_json("release report", {**told._asdict(), "notices": list(told.notices)})
        return
    print_text(f"the run exited with {told.exit_code}; {len(told.notices)} notices in the outbox")
    print_text("\n".join(told.notices))
