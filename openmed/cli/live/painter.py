"""Lines at the foot of a terminal that are drawn again in place; what stays is written above them.

The cursor is never hidden, no mode is changed and a frame is written at once, so whatever ends the
process leaves the terminal whole. Where the terminal became narrower nobody knows how it broke
the lines of before: they stay, and the next frame begins below them. When nobody reads any more,
nothing is drawn.
"""

import os
from collections.abc import Callable, Sequence
from typing import Final, TextIO

from rich.cells import cell_len, set_cell_size

from openmed.cli.render.colours import coloured
from openmed.cli.render.layout import NARROWEST, folded
from openmed.printable import printable

ERASE_BELOW: Final = "\x1b[J"
_UP: Final = "\x1b[{}A"

Size = Callable[[], os.terminal_size]
"""Columns and rows there are now."""


class Painter:
    """One terminal."""

    def __init__(self, stream: TextIO, *, size: Size, is_coloured: bool) -> None:
        """Draw nothing yet.

        Args:
            stream: the terminal.
            size: its size, asked before each frame.
            is_coloured: whether the person wants colours.
        """
        self._stream = stream
        self._size = size
        self._is_coloured = is_coloured
        self._is_gone = False
        self._height = 0
        self._columns = 0

    def paint(self, lines: Sequence[str], *, above: Sequence[str] = ()) -> None:
        """Draw lines in place of those of before.

        Args:
            lines: cut at the edge, and as many as there is room for.
            above: lines that stay; folded at the edge.
        """
        columns, rows = self._size()
        start = self._start(columns)
        stay = [part for line in above for part in folded(line, width=max(columns, NARROWEST))]
        before = "".join(f"{self._shown(line)}\n" for line in stay)
        fitting = [_fitted(line, room=columns - 1) for line in _cropped(lines, rows - 1)]
        body = "\n".join(map(self._shown, fitting))
        self._write(f"{start}{before}{body}")
        self._height, self._columns = len(fitting), columns

    def erase(self) -> None:
        """Leave nothing of what was drawn in place."""
        if self._height:
            self._write(self._start(self._size().columns))

    def leave(self) -> None:
        """Leave the last frame, and go on below it."""
        if self._height:
            self._write("\n")

    def _start(self, columns: int) -> str:
        """What goes back to the first line of the frame, and wipes it."""
        if not self._height:
            return ""
        if columns < self._columns:
            return "\n"
        up = _UP.format(self._height - 1) if self._height > 1 else ""
        return f"\r{up}{ERASE_BELOW}"

    def _shown(self, line: str) -> str:
        return coloured(line) if self._is_coloured and line else line

    def _write(self, text: str) -> None:
        self._height = 0  # If this is interrupted, nothing above is wiped by what comes next.
        if self._is_gone or not text:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._is_gone = True  # The reader has gone; what is done matters more.


def _cropped(lines: Sequence[str], most: int) -> Sequence[str]:
    if len(lines) <= most:
        return lines
    kept = max(most - 1, 0)
    return [*lines[:kept], f"… {len(lines) - kept:,} more lines"]


def _fitted(line: str, *, room: int) -> str:
    text = printable(line)
    if cell_len(text) <= room:
        return text
    return f"{set_cell_size(text, max(room - 1, 0)).rstrip(' ')}…"
