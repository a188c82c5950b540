"""Command groups that know names and one-line helps, and load a command only when it is named.

Imports are most of the start-up time: `openmed release --help` loads no command at all, and a
mistyped name is told from the table.
"""

import importlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

from openmed.cli.render.help_format import HelpContext
from openmed.errors import UsageError

PACKAGE = "openmed.cli"


class Lazy(NamedTuple):
    """Where a command is, and what its group says of it.

    Attributes:
        place: module below this package and attribute, `module:attribute`.
        help: the first line of its help; a test holds them equal.
    """

    place: str
    help: str


class LazyGroup(click.Group):
    """A group over tables of commands, by what people want to do."""

    context_class: type[click.Context] = HelpContext

    def __init__(  # noqa: PLR0913 - a table, and what stands around it
        self,
        name: str,
        *,
        help: str,  # noqa: A002 - click's word
        sections: Mapping[str, Mapping[str, Lazy]],
        params: Sequence[click.Parameter] = (),
        epilog: str = "",
        moved: Mapping[str, UsageError] | None = None,
    ) -> None:
        """Remember the table; nothing is loaded.

        Args:
            name: of the group.
            help: its line.
            sections: its commands.
            params: its own options.
            epilog: what follows the list.
            moved: names that were commands here once, each with what is said of it now.
        """
        super().__init__(
            name,
            help=help,
            epilog=epilog or None,
            params=list(params),
            context_settings={"help_option_names": ["-h", "--help"], "color": False},
        )
        self.sections = sections
        self._moved = moved or {}
        self.table = {name: row for rows in sections.values() for name, row in rows.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all commands."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Load one command."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command = getattr(importlib.import_module(f"{PACKAGE}.{module}"), attribute)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which names are near.

        Raises:
            UsageError: it is called otherwise now; nothing was run.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            moved = self._moved.get(error.command_name)
            if moved is not None:
                raise moved from None
            raise click.NoSuchCommand(
                error.command_name, possibilities=self.table, ctx=ctx
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands without loading them."""
        names = max(map(len, self.table))
        for title, rows in self.sections.items():
            with formatter.section(title):
                # Padded, so that the helps of all groups stand in one column.
                formatter.write_dl([(name.ljust(names), row.help) for name, row in rows.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names without loading commands."""
        names = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.table.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
