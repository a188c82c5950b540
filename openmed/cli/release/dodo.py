"""What `dodo.py` imports: the release graph for doit, with its summary on stdout."""

from pathlib import Path

from openmed.cli.live.run_view import open_run_view
from openmed.cli.output import columns, print_text
from openmed.cli.render.run_summary import run_summary
from openmed.context import open_context, program_name
from openmed.pipeline import doit_tasks
from openmed.pipeline.run_report import RunReport


def dodo(root: Path) -> dict[str, object]:
    """Tasks of a release repository, and what doit must know besides them."""
    view = open_run_view()

    def print_summary(report: RunReport) -> None:
        if view is not None:
            view.close()
        print_text(run_summary(report, program=program_name(), width=columns()))

    context = open_context(root, tell=None if view is None else view.take)
    return doit_tasks.dodo(context, print_summary=print_summary)
