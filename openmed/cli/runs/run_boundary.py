"""Around every command that leaves a run record: what it said of itself, and how it ended."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from openmed.cli.output import exit_with
from openmed.domain.records.recording import recorded_command
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode

if TYPE_CHECKING:
    from openmed.app.run_recording import RunRecording
    from openmed.domain.records.run_note import RunNote
    from openmed.domain.release.results.run_report import RunReport

_NOTE: Final = "openmed.run-note"
_ROOT: Final = "--root"


class Boundary:
    """One command line, from its start to its exit code.

    Attributes:
        failure: name of the kind of what ended it; empty when nothing did.
        is_understood: whether the command line was one.
        context: of the command; None before there is one.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        """Begin; nothing is loaded for a command that leaves no record."""
        self.failure = ""
        self.is_understood = True
        self.context: click.Context | None = None
        self._recording = _begun(arguments)

    def end(self, code: int) -> None:
        """The command has ended, and the answer was given."""
        if self._recording is None:
            return
        from openmed.domain.records.run_note import RunNote  # noqa: PLC0415 - heavy
        from openmed.pipeline.interrupts import is_interrupted  # noqa: PLC0415 - as above

        said: object = self.context.meta.get(_NOTE) if self.context else None
        note = said if isinstance(said, RunNote) else RunNote(detail=self.failure)
        code = ExitCode.INTERRUPTED if is_interrupted() else code
        self._recording.end(code, note=note, is_understood=self.is_understood)


def leave_note(note: "RunNote") -> None:
    """Say what the run of this command came to, for its record."""
    click.get_current_context().meta[_NOTE] = note


def exit_with_report(report: "RunReport") -> NoReturn:
    """End as a run report says, and leave what it says for the record."""
    from openmed.app.run_notes import note_of  # noqa: PLC0415 - heavy

    leave_note(note_of(report))
    exit_with(report.exit_code)


def _begun(arguments: Sequence[str]) -> "RunRecording | None":
    command = recorded_command(arguments)
    if not command:
        return None
    from openmed.app.run_recording import RunRecording  # noqa: PLC0415 - heavy
    from openmed.context import open_context  # noqa: PLC0415 - as above

    try:
        context = open_context(_root(arguments), quiet=True)
    except (OpenMedError, OSError):
        return None
    if not context.is_repository:
        return None
    recording = RunRecording(context, command)
    recording.begin()
    return recording


def _root(arguments: Sequence[str]) -> Path:
    """The repository that is meant, as far as it can be told before the line is understood."""
    pairs = [*pairwise(arguments), *(tuple(word.split("=", 1)) for word in arguments)]
    named = [pair[1] for pair in pairs if len(pair) > 1 and pair[0] == _ROOT]
    return Path(named[-1] if named else "")
