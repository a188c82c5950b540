"""What `dodo.py` imports: the release graph for doit, with its summary on stdout."""

from pathlib import Path

from openmed.cli.output import columns, print_text
from openmed.cli.render.run_summary import run_summary
from openmed.context import open_context, program_name
from openmed.domain.release.results.run_report import RunReport
from openmed.pipeline import doit_tasks


def dodo(root: Path) -> dict[str, object]:
    """Tasks of a release repository, and what doit must know besides them."""
    return doit_tasks.dodo(open_context(root), print_summary=_print_summary)


def _print_summary(report: RunReport) -> None:
    print_text(run_summary(report, program=program_name(), width=columns()))
