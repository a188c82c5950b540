"""What `dodo.py` imports: the release graph for doit, with its summary on stdout."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from openmed.app.release import standing_run
from openmed.cli.live.run_view import open_run_view
from openmed.cli.output import columns, print_text
from openmed.cli.render.run_summary import run_summary
from openmed.context import open_context, program_name
from openmed.domain.release.results.run_report import RunReport
from openmed.pipeline import doit_tasks

_OF_A_RELEASE: Final = frozenset({"run", "release"})
"""Words that run the whole chain, and no more."""


def dodo(root: Path, *, arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Tasks of a release repository, and what doit must know besides them.

    Args:
        root: the release repository.
        arguments: what doit was asked for; None = as on the command line.
    """
    view = open_run_view()
    context = open_context(root, tell=None if view is None else view.take)
    asked = sys.argv[1:] if arguments is None else arguments
    standing = standing_run(context) if _OF_A_RELEASE.issuperset(asked) else None

    def print_summary(report: RunReport) -> None:
        if view is not None:
            view.close()
        print_text(run_summary(report, program=program_name(), width=columns()))

    return doit_tasks.dodo(context, print_summary=print_summary, standing=standing)
