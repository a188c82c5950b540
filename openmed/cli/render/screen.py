"""The one place where text for people reaches a stream: it fits, is printable, perhaps coloured.

Width: `COLUMNS`, else the terminal's, else 80. Colour: on a terminal only, and not with `NO_COLOR`,
`TERM=dumb` or `--no-color`. Renderers know neither: they are given a width and return plain lines;
colour is added to finished lines, so what is coloured can never change what is said.
"""

import os
from typing import TextIO

import click

from openmed.cli.render.layout import NARROWEST, USUAL, paragraph
from openmed.printable import printable

NO_COLOR = "openmed.no_color"
"""Key in click's context: `--no-color` was given."""


def columns_of(stream: TextIO) -> int:
    """Columns of a line on a stream."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return max(int(wanted), NARROWEST)
    try:
        found = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return USUAL
    return max(found or USUAL, NARROWEST)


def show(text: str, *, stream: TextIO) -> None:
    """Write text for a person."""
    # Once more: a long word may have been broken where a command of a CI begins.
    lines = [printable(line) for line in paragraph(text, width=columns_of(stream))]
    if is_coloured(stream):
        from openmed.cli.render.colours import coloured  # noqa: PLC0415 - only on a terminal

        lines = [coloured(line) for line in lines]
    # click would take our own colours out again where it cannot see the terminal.
    click.echo("\n".join(lines), file=stream, color=True)


def is_coloured(stream: TextIO) -> bool:
    """Whether a stream takes colours, and the person wants them."""
    context = click.get_current_context(silent=True)
    if context is not None and context.find_root().meta.get(NO_COLOR):
        return False
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return False
    return stream.isatty()
