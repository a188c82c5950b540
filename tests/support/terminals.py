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
        # The line discipline writes a newline as two characters.
        return b"".join(self._read).decode().replace("\r\n", "\n")

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
