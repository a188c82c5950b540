"""Progress for a person: a live line on a terminal, one line per change of state elsewhere.

No escape sequence is ever written: a live line is overwritten by what comes after it. When
nobody reads any more, the work goes on untold.
"""

import os
from collections.abc import Callable
from textwrap import TextWrapper
from typing import TextIO

from openmed.printable import printable

NARROWEST, WIDEST = 40, 200
USUAL = 80
"""Columns of a terminal that does not say."""
SILENCE = 15.0
"""Seconds after which details are told off a terminal too: a log shows that something goes on."""


class Terminal:
    """One stream for people."""

    def __init__(self, stream: TextIO, *, ticks: Callable[[], float], is_dumb: bool) -> None:
        """Remember the stream.

        Args:
            stream: where to write.
            ticks: a clock that only runs forward.
            is_dumb: whether it cannot go back to the start of a line.
        """
        self._stream = stream
        self._ticks = ticks
        self._is_live = not is_dumb and stream.isatty()
        self._shown = 0
        self._last = ticks()

    def line(self, text: str) -> None:
        """Something changed: a line that stays; folded on a terminal, whole in a log."""
        # Folding may break a long word where a command of a CI begins.
        first, *others = map(printable, self._folded(printable(text)))
        start = "\r" if self._shown else ""
        rest = "".join(f"{line}\n" for line in others)
        self._write(f"{start}{first.ljust(self._shown)}\n{rest}")
        self._shown = 0

    def command(self, text: str) -> None:
        """A line of ours that a CI acts on, as it is; what it quotes must be printable."""
        self._write(f"{text}\n")

    def begin(self, text: str) -> None:
        """Something began: live on a terminal, a line elsewhere."""
        if self._is_live:
            self.live(text)
        else:
            self.line(text)

    def live(self, text: str) -> None:
        """A detail of what goes on: gone with the next; elsewhere only after a long silence."""
        if not self._is_live:
            if self._ticks() - self._last >= SILENCE:
                self.line(text)
            return
        width = self._width() - 1
        text = printable(text)
        cut = text if len(text) <= width else f"{text[: width - 1]}…"
        self._write(f"\r{cut.ljust(min(self._shown, width))}")
        self._shown = len(cut)

    def _folded(self, text: str) -> list[str]:
        if not self._is_live:
            return [text]
        wrapper = TextWrapper(self._width(), subsequent_indent="  ", break_on_hyphens=False)
        return wrapper.wrap(text) or [""]

    def _width(self) -> int:
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns
        except OSError:
            columns = 0
        return min(max(columns or USUAL, NARROWEST), WIDEST)

    def _write(self, text: str) -> None:
        self._last = self._ticks()
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._is_live = False  # The reader has gone; what is done matters more.
