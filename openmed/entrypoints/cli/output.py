"""What every command shares: options, one JSON envelope, one way to fail.

stdout is the answer, stderr is everything else.
"""

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, ParamSpec

import click

from openmed.domain.digest import Json
from openmed.entrypoints import interrupts
from openmed.errors import OpenMedError

P = ParamSpec("P")

INTERNAL = 1
SCHEMA = "openmed.cli/1"


def shared_options(command: Callable[P, None]) -> Callable[P, None]:
    """Add `--root` and `--json`."""
    root = click.option(
        "--root",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        show_default="the current folder",
        help="Release repository: the folder that holds gates/.",
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
    return root(as_json(command))


def answers(command: Callable[P, None]) -> Callable[P, None]:
    """Turn every failure into one sentence, the next step and the documented exit code."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except OpenMedError as error:
            _fail(
                error.exit_code,
                type(error).__name__,
                error.message,
                next_step=error.next_step,
                as_json=as_json,
            )
        except KeyboardInterrupt:
            _fail(
                interrupts.EXIT_CODE,
                "Interrupted",
                "interrupted; run it again to go on",
                next_step="",
                as_json=as_json,
            )
        except click.exceptions.ClickException:
            raise
        except OSError as error:
            reason = error.strerror or type(error).__name__
            where = f": {error.filename}" if error.filename else ""
            _fail(INTERNAL, "OSError", f"{reason}{where}", next_step="", as_json=as_json)

    return guarded


def answer(command: str, data: Json) -> None:
    """Print the JSON document of a command that worked."""
    _print({"schema": SCHEMA, "ok": True, "command": command, "data": data})


def say(text: str) -> None:
    """Print the answer for a person."""
    click.echo(text, nl=not text.endswith("\n"))


def leave(code: int) -> NoReturn:
    """End with an exit code."""
    raise click.exceptions.Exit(code)


def _fail(code: int, name: str, message: str, *, next_step: str, as_json: bool) -> NoReturn:
    if as_json:
        error: Json = {"code": name, "message": message, "hint": next_step, "exit_code": code}
        _print({"schema": SCHEMA, "ok": False, "error": error})
    else:
        click.echo(f"openmed: {message}", err=True)
        if next_step:
            click.echo(f"next: {next_step}", err=True)
    leave(code)


def _print(document: Json) -> None:
    sys.stdout.write(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
