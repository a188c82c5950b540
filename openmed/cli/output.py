"""What every command shares: options, answers, one way to fail.

stdout is the answer, stderr is everything else. Text for people fits the terminal and is coloured
on a terminal only; a document for a program is written as it is. Nobody is asked anything.
"""

import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, ParamSpec

import click

from openmed.cli.errors import DEBUG, Failed
from openmed.cli.output_format import Form, write_document, write_line
from openmed.cli.render.screen import columns_of, show
from openmed.domain.digest import Json
from openmed.errors import UsageError
from openmed.printable import printable, printable_lines

P = ParamSpec("P")

MOST_PROCESSES = 256
"""As the environment variable allows."""

_FORM = "openmed.form"

EventSink = Callable[[Mapping[str, Json]], None]
"""As context has it, which this module must not load."""


def shared_options(command: Callable[P, None]) -> Callable[P, None]:
    """Add `--root` and what `output_options` adds."""
    root = click.option(
        "--root",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        show_default="the current folder",
        help="Release repository: the folder that holds gates/.",
    )
    return root(output_options(command))


def output_options(command: Callable[P, None]) -> Callable[P, None]:
    """Add `--json` and `--debug`."""
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
    debug = click.option(
        DEBUG, is_flag=True, expose_value=False, help="When it fails, say where too."
    )
    return as_json(debug(command))


def stream_option(command: Callable[P, None]) -> Callable[P, None]:
    """Add `--format`, for what takes long: a program may follow it line by line."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice([form.value for form in Form]),
        default=Form.HUMAN.value,
        show_default=True,
        expose_value=False,
        callback=_remember,
        help="jsonl: one event a line on stdout, the last of type `result`. json: as --json.",
    )
    return form(command)


def executor_options(command: Callable[P, None]) -> Callable[P, None]:
    """Add `--processes` and `--scheduler`, for what runs candidates."""
    processes = click.option(
        "--processes",
        type=click.IntRange(1, MOST_PROCESSES),
        default=None,
        show_default="$OPENMED_PROCESSES, or one a processor",
        help="Candidates that compute at a time, as far as their memory is free.",
    )
    scheduler = click.option(
        "--scheduler",
        metavar="ADDRESS",
        default="",
        help="Run candidates on the workers of a Dask scheduler: tcp:// of this machine, or tls://.",
    )
    return processes(scheduler(command))


def handle_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn every failure into one sentence, the next step and the documented exit code.

    The command's `as_json` is true whenever a program reads the answer, line by line too.
    """

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        if "as_json" in kwargs:
            kwargs["as_json"] = asked() is not Form.HUMAN
        try:
            command(*args, **kwargs)
        except (click.exceptions.Exit, click.ClickException, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as error:
            context = click.get_current_context()
            raise Failed(
                error,
                command=words_of(context),
                form=asked(),
                debug=is_debugging(context),
            ) from error

    return guarded


def asked() -> Form:
    """The form in which the command that runs gives its answer."""
    context = click.get_current_context()
    form: Form = context.meta.get(_FORM, Form.HUMAN)
    return Form.JSON if form is Form.HUMAN and context.params.get("as_json") else form


def event_sink() -> EventSink | None:
    """What takes events of the command that runs; None when nobody follows them."""
    return _Stream().tell if asked() is Form.JSONL else None


def emit_json(command: str, data: Json) -> None:
    """Give the answer of a command that worked to a program."""
    form = asked()
    document: dict[str, Json] = {"ok": True, "command": command, "data": data}
    write_document(document, form=Form.JSON if form is Form.HUMAN else form)


def print_text(text: str) -> None:
    """Print the answer for a person: lines that fit, printable, coloured on a terminal."""
    show(text, stream=sys.stdout)


def warn(text: str) -> None:
    """Say beside the answer, on stderr, why the exit code is not 0."""
    show(printable(f"openmed: {text}"), stream=sys.stderr)


def print_document(text: str) -> None:
    """Print what another program takes in: JSON, Markdown, a script; never folded."""
    click.echo(printable_lines(text), nl=not text.endswith("\n"))


def markdown_options(command: Callable[P, None]) -> Callable[P, None]:
    """Add the options."""
    options = (
        click.option("--md", "as_markdown", is_flag=True, help="As Markdown, for a pull request."),
        click.option(
            "--base", metavar="COMMIT", default="", help="With --md: what differs since COMMIT."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def require_markdown(as_markdown: bool, *, base: str, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Refuse options that contradict each other.

    Raises:
        UsageError: they do.
    """
    if base and not as_markdown:
        raise UsageError("--base belongs to --md")
    if as_markdown and as_json:
        raise UsageError("choose one of --md and --json")


def print_markdown(text: str, *, summary: Callable[[str], None]) -> None:
    """Print Markdown; in a job of GitHub Actions it is on the page of the job too.

    Args:
        text: the Markdown.
        summary: writes the page of the job, where there is one.
    """
    shown = printable_lines(text)
    summary(shown)
    click.echo(shown, nl=not shown.endswith("\n"))


def columns() -> int:
    """Columns of the answer for a person."""
    return columns_of(sys.stdout)


def exit_with(code: int) -> NoReturn:
    """End with an exit code."""
    raise click.exceptions.Exit(code)


def words_of(context: click.Context) -> str:
    """A command's words, without the program's name."""
    return context.command_path.partition(" ")[2] or context.command_path


def is_debugging(context: click.Context) -> bool:
    """Whether `--debug` was given, before the command or after it."""
    while True:
        if context.get_parameter_source("debug") is click.core.ParameterSource.COMMANDLINE:
            return True
        if context.parent is None:
            return False
        context = context.parent


def _remember(context: click.Context, parameter: click.Parameter, value: str) -> None:
    del parameter
    context.meta[_FORM] = Form(value)


class _Stream:
    """Events on stdout; when nobody reads them any more, the work goes on untold."""

    def __init__(self) -> None:
        """Somebody reads."""
        self._is_read = True

    def tell(self, event: Mapping[str, Json]) -> None:
        """Write one event, at once."""
        if not self._is_read:
            return
        try:
            write_line(dict(event))
        except BrokenPipeError:
            self._is_read = False
