"""The front door: a command line in, an exit code out; nothing leaves it as a traceback."""

import os
import sys
from collections.abc import Sequence

import click

from openmed.cli.command_tree import cli
from openmed.cli.completion import COMPLETE
from openmed.cli.errors import DEBUG, Failed
from openmed.cli.output import words_of
from openmed.cli.output_format import asked_form
from openmed.cli.render.help_format import WIDEST
from openmed.cli.render.screen import columns_of
from openmed.cli.runs.run_boundary import Boundary
from openmed.exit_codes import ExitCode

NAME = "openmed"


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Returns:
        The exit code.
    """
    if os.environ.get(COMPLETE):
        cli.main(list(arguments), prog_name=NAME)  # click answers the shell and exits
    boundary = Boundary(arguments)
    code = _run(arguments, boundary)
    try:
        boundary.end(code)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return code


def _run(arguments: Sequence[str], boundary: Boundary) -> int:
    try:
        try:
            width = min(columns_of(sys.stdout), WIDEST)
            with cli.make_context(NAME, list(arguments), terminal_width=width) as context:
                boundary.context = context
                cli.invoke(context)
            code: int = ExitCode.DONE
        except click.exceptions.Exit as leaving:
            code = leaving.exit_code
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            boundary.is_understood = False
            code = error.exit_code
        except BrokenPipeError:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a bug is told like the rest
            failed = _failed(error, arguments)
            boundary.failure = failed.failure.code
            boundary.is_understood = not isinstance(error, click.ClickException)
            failed.show()
            code = failed.failure.exit_code
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        return ExitCode.CLOSED_PIPE
    return code


def _failed(error: BaseException, arguments: Sequence[str]) -> Failed:
    """What a command's own function said, or what happened outside: usage, an import, Ctrl-C."""
    if isinstance(error, Failed):
        return error
    context = error.ctx if isinstance(error, click.UsageError) else None
    return Failed(
        error,
        command=words_of(context) if context else NAME,
        form=asked_form(arguments),
        debug=DEBUG in arguments,
    )


def _forget_stdout() -> None:
    """Nobody reads it: what is left in the buffer must not raise again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
