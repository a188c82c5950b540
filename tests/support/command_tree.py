"""Every command of `openmed`, with its examples."""

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

import click

from openmed.cli.command_tree import cli
from openmed.cli.render.help_format import HelpContext
from openmed.cli.render.lazy_group import LazyGroup

WIDTH = 100


class Found(NamedTuple):
    """One command or group.

    Attributes:
        words: how it is called, without the program's name.
        command: it.
        context: as if it were called.
    """

    words: tuple[str, ...]
    command: click.Command
    context: click.Context

    @property
    def name(self) -> str:
        """Its words in one."""
        return " ".join(self.words)

    @property
    def help(self) -> str:
        """Its help, as wide as the documents."""
        self.context.terminal_width = self.context.max_content_width = WIDTH
        return self.command.get_help(self.context)

    def help_at(self, columns: int) -> str:
        """Its help, as a terminal of some width shows it."""
        self.context.terminal_width = columns
        return self.command.get_help(self.context)

    @property
    def examples(self) -> tuple[tuple[str, ...], ...]:
        """Arguments of each example in its help."""
        shown = re.findall(r"Example: openmed (.+)", self.command.help or "")
        return tuple(tuple(shlex.split(line)) for line in shown)


def everything() -> Iterator[Found]:
    """The program, every group and every command, as people read them."""
    yield from _below(Found((), cli, _root()))


def _root() -> click.Context:
    return HelpContext(cli, info_name="openmed", help_option_names=["-h", "--help"])


def commands() -> list[Found]:
    """Every command that does something."""
    return [found for found in everything() if not isinstance(found.command, LazyGroup)]


def groups() -> list[Found]:
    """The program and its groups."""
    return [found for found in everything() if isinstance(found.command, LazyGroup)]


def _below(found: Found) -> Iterator[Found]:
    yield found
    if not isinstance(found.command, LazyGroup):
        return
    for name in found.command.table:
        command = found.command.get_command(found.context, name)
        assert command is not None, name
        context = HelpContext(command, info_name=name, parent=found.context)
        yield from _below(Found((*found.words, name), command, context))
