"""Pseudo-terminals: what a program writes when somebody watches."""

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

ESCAPE = "\x1b"


class Screen:
    """A terminal of some width, and everything that was written on it.

    Attributes:
        slave: descriptor that a program writes to.
    """

    def __init__(self, master: int, slave: int) -> None:
        """Read until the other side is closed everywhere."""
        self.slave = slave
        self._master = master
        self._read: list[bytes] = []
        self._reader = Thread(target=self._follow)
        self._reader.start()

    def text(self) -> str:
        """All that was written, once every writer has gone."""
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1
        self._reader.join(30)
        return self.so_far()

    def so_far(self) -> str:
        """What was written until now."""
        # The line discipline writes a newline as two characters.
        return b"".join(self._read).decode(errors="ignore").replace("\r\n", "\n")

    def state(self) -> list[object]:
        """Modes of the terminal: what a program must leave as they were."""
        return [*termios.tcgetattr(self._master)]

    def _follow(self) -> None:
        while True:
            try:
                data = os.read(self._master, 4096)
            except OSError:
                return
            if not data:
                return
            self._read.append(data)


@contextmanager
def a_terminal(columns: int) -> Iterator[Screen]:
    """A terminal of so many columns."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    screen = Screen(master, slave)
    try:
        yield screen
    finally:
        screen.text()
        os.close(master)


def live_texts(text: str) -> list[str]:
    """Texts that were overwritten later, without the blanks that wipe what was longer."""
    return [part.rstrip(" ") for part in re.split(r"[\r\n]", text) if part.strip()]


def shown_at_the_end(text: str) -> list[str]:
    """Lines as a person sees them when it is over: of each, what was written last."""
    return [line.rpartition("\r")[2].rstrip(" ") for line in text.rstrip("\n").split("\n")]


def seen(text: str, *, columns: int) -> list[str]:
    """Lines that a person sees of what was written, with what has scrolled away.

    Knows what our own programs write: ends of lines, the way up, wiping what is below, colours.
    Whatever else would act on the terminal is an error, and so is a line that it would break.
    """
    page = _Page(columns)
    for part in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|.", text, re.DOTALL):
        if part.startswith(ESCAPE):
            page.obey(part)
        else:
            page.put(part)
    return ["".join(line).rstrip(" ") for line in page.lines]


class _Page:
    """Cells of an endless page that is `columns` wide."""

    def __init__(self, columns: int) -> None:
        self.lines: list[list[str]] = [[]]
        self._columns = columns
        self._row = self._column = 0

    def obey(self, sequence: str) -> None:
        """Do what an escape sequence says."""
        match sequence[-1]:
            case "A":
                self._row = max(self._row - int(sequence[2:-1] or "1"), 0)
            case "J":
                assert "\x1b[J" == sequence
                del self.lines[self._row + 1 :]
                del self.lines[self._row][self._column :]
            case "m":
                pass
            case _:
                raise AssertionError(sequence)

    def put(self, character: str) -> None:
        """Write one character where the cursor is."""
        if character == "\r":
            self._column = 0
            return
        if character == "\n":
            self._row, self._column = self._row + 1, 0
        self.lines.extend([] for _ in range(self._row + 1 - len(self.lines)))
        if character != "\n":
            assert character.isprintable(), character
            assert self._column < self._columns, "a line runs over the edge"
            line = self.lines[self._row]
            line.extend(" " * (self._column + 1 - len(line)))
            line[self._column] = character
            self._column += 1
