"""What `dodo.py` imports: the release graph for doit, with its summary on stdout."""

import atexit
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from doit.exceptions import InvalidDodoFile

from openmed.app.release import standing_run
from openmed.app.run_notes import note_of
from openmed.app.run_recording import RunRecording
from openmed.cli.live.run_view import open_run_view
from openmed.cli.output import columns, print_text
from openmed.cli.render.run_summary import run_summary
from openmed.context import Context, open_context, program_name
from openmed.domain.records.run_note import RunNote
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.text.exception_names import exception_name
from openmed.errors import OpenMedError
from openmed.exit_codes import EXIT_CODE_OF, ExitCode
from openmed.pipeline import doit_tasks, interrupts

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
    is_release = _OF_A_RELEASE.issuperset(asked)
    recorded = _RecordedProcess(context)
    if is_release and arguments is None:
        recorded.begin()
    standing = standing_run(context) if is_release else None

    def print_summary(report: RunReport) -> None:
        recorded.report = report
        if view is not None:
            view.close()
        print_text(run_summary(report, program=program_name(), width=columns()))

    with recorded.refusal():
        return doit_tasks.dodo(context, print_summary=print_summary, standing=standing)


class _RecordedProcess:
    """Leaves the record of a run when this process, which is doit's, ends.

    Attributes:
        report: what the run came to; None while doit did not come so far.
    """

    def __init__(self, context: Context) -> None:
        """Nothing is written yet."""
        self.report: RunReport | None = None
        self._recording = RunRecording(context, "release run")
        self._is_there = context.is_repository
        self._refused: OpenMedError | None = None

    def begin(self) -> None:
        """The run begins."""
        if self._is_there:
            self._recording.begin()
            atexit.register(self._end)

    @contextmanager
    def refusal(self) -> Iterator[None]:
        """Take what stops doit before it runs anything."""
        try:
            yield
        except InvalidDodoFile as error:
            cause = error.__context__
            self._refused = cause if isinstance(cause, OpenMedError) else None
            raise

    def _end(self) -> None:
        code: int = ExitCode.INTERNAL
        note = RunNote(detail="doit ended without a report")
        if self.report is not None:
            code, note = self.report.exit_code, note_of(self.report)
        elif self._refused is not None:
            code = EXIT_CODE_OF[self._refused.kind]
            note = RunNote(detail=exception_name(self._refused))
        code = ExitCode.INTERRUPTED if interrupts.is_interrupted() else code
        self._recording.end(code, note=note)
