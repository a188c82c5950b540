"""The `openmed` command: arguments → one operation → exit code. No logic here."""

import importlib

import click

from openmed import __version__

_COMMANDS = {
    "release": "openmed.entrypoints.cli.release:release",
    "benchmark": "openmed.entrypoints.cli.benchmark:benchmark",
    "suite": "openmed.entrypoints.cli.suite:suite",
    "schema": "openmed.entrypoints.cli.schema:schema",
    "keys": "openmed.entrypoints.cli.keys:keys",
}


class LazyGroup(click.Group):
    """Loads a command's module only when it is named: imports are most of the start-up time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands, in the order people need them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Load one command."""
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="openmed", message="%(prog)s %(version)s")
def cli() -> None:
    r"""Release engine for clinical de-identification models.

    \b
    Exit codes: 0 done · 1 our fault · 2 usage or configuration · 3 held by a gate ·
    4 nothing to roll back to · 5 no verdict · 6 conflict · 7 integrity · 130 interrupted
    """
