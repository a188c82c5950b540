"""Failed commands: one sentence and the next step, or one JSON document.

Whatever went wrong ends here: our own errors, click's, the disk's, and bugs. A message of an error
we did not raise may quote what was in hand, document text too, so it is never shown: only its type
and where it happened.
"""

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

import openmed
from openmed.cli.output_format import Form, write_document
from openmed.cli.render.screen import show
from openmed.domain.text.exception_names import exception_name
from openmed.errors import ExternalError, FlipConflictError, OpenMedError
from openmed.exit_codes import EXIT_CODE_OF, ExitCode
from openmed.printable import printable

DEBUG = "--debug"
_HOME = str(Path(openmed.__file__).parent)


class Failure(NamedTuple):
    """What is said of an error.

    Attributes:
        code: name of its kind.
        message: one sentence.
        hint: what comes next; may be empty.
        exit_code: what `openmed` exits with.
        retryable: whether the very same call may succeed later.
    """

    code: str
    message: str
    hint: str
    exit_code: int
    retryable: bool = False


class Failed(Exception):  # noqa: N818 - what happened, not what was wrong
    """A command failed; the front door says so and exits.

    Attributes:
        failure: what is said.
        command: the command's words.
        form: how answers are given.
    """

    def __init__(self, error: BaseException, *, command: str, form: Form, debug: bool) -> None:
        """Keep what to say, and where it happened if that was asked for."""
        self.failure = _failure(error)
        super().__init__(self.failure.message)
        self.command = command
        self.form = form
        self._frames = tuple(_frames(error)) if debug else ()

    def show(self) -> None:
        """Print it: for a person on stderr, for a program on stdout; frames always on stderr."""
        for frame in self._frames:
            click.echo(printable(frame), err=True)
        failure = self.failure
        if self.form is Form.HUMAN:
            _tell(failure)
            return
        write_document(
            {
                "ok": False,
                "command": self.command,
                "error": {
                    "code": failure.code,
                    "message": failure.message,
                    "hint": failure.hint,
                    "retryable": failure.retryable,
                    "exit_code": failure.exit_code,
                },
            },
            form=self.form,
        )


def _tell(failure: Failure) -> None:
    show(printable(f"openmed: {failure.message}"), stream=sys.stderr)
    if failure.hint:
        show(printable(f"next: {failure.hint}"), stream=sys.stderr)


def _failure(error: BaseException) -> Failure:
    match error:
        case OpenMedError():
            retryable = isinstance(error, FlipConflictError) or (
                isinstance(error, ExternalError) and error.retryable
            )
            name = exception_name(error)
            return Failure(
                name, error.message, error.next_step, EXIT_CODE_OF[error.kind], retryable
            )
        case KeyboardInterrupt():
            message = "interrupted; run it again to continue"
            return Failure("Interrupted", message, "", ExitCode.INTERRUPTED, retryable=True)
        case click.UsageError():
            hint = f"{error.ctx.command_path} --help" if error.ctx else "openmed --help"
            return Failure("UsageError", _one_line(error), hint, error.exit_code)
        case click.ClickException():
            return Failure("UsageError", _one_line(error), "", error.exit_code)
        case OSError():
            reason = error.strerror or exception_name(error)
            message = f"{reason}: {error.filename}" if error.filename else f"system error: {reason}"
            return Failure("OSError", message, "openmed doctor", ExitCode.INTERNAL)
        case _:
            message = f"a fault of openmed itself: {exception_name(error)} in {_place(error)}"
            return Failure(
                "Unexpected", message, f"run the command again with {DEBUG}", ExitCode.INTERNAL
            )


def _one_line(error: click.ClickException) -> str:
    return " ".join(error.format_message().split())


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_HOME)] or list(frames)
    if not ours:
        return "an unknown place"
    return f"{ours[-1].name}, line {ours[-1].lineno}"


def _frames(error: BaseException) -> Iterator[str]:
    """Where it happened, the cause first; never what was in hand."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:  # An error may be its own cause.
        chain.append(link)
        link = link.__cause__
    for one in reversed(chain):
        yield from _frames_of(one)


def _frames_of(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    yield exception_name(error)
