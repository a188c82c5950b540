"""A log that another program writes through a pipe: printable, limited, and closed to texts.

What a program says reaches the file line by line, each made printable; more than `MOST` bytes are
left out, so that no program fills the disk with words. Once it is sealed only lines of Python's
own crash report pass, without what the program chose in them: names of functions and threads.
"""

import os
import re
import select
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from openmed.printable import printable

MOST: Final = 4 * 1024 * 1024
"""Bytes of one log."""
LONGEST: Final = 4096
"""Bytes of one line; a longer one is broken."""
CUT: Final = "the log was cut here\n"
_SEAL, _END = b"s", b"e"
_CRASH: Final = re.compile(
    r"Fatal Python error: (?:Aborted|Bus error|Floating-point exception|Illegal instruction|"
    r"Segmentation fault|Stack overflow)|"
    r"(?:Current thread|Thread) 0x[0-9a-f]{1,16}(?= )"
)
_FRAME: Final = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d{1,7}) in ')


class PrintableLog:
    """One log while a program writes it: what is given to it as a stream is a pipe."""

    def __init__(self, place: Path) -> None:
        """Empty the file."""
        self._file = place.open("wb", buffering=0)
        self._reading, self._writing = os.pipe()
        self._heard, self._orders = os.pipe()
        os.set_blocking(self._reading, False)
        self._is_sealed = False
        self._sealed = threading.Event()
        self._theirs, self._ours = _Lines(), _Lines()
        self._written, self._withheld = 0, 0
        self._fault: OSError | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Nothing more."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is still in the pipe.

        Raises:
            OSError: the file could not be written.
        """
        os.write(self._orders, _END)
        self._thread.join()
        self._lines(self._ours.end())
        for descriptor in (self._reading, self._writing, self._heard, self._orders):
            os.close(descriptor)
        self._file.close()
        if self._fault is not None and error is None:
            raise self._fault

    def fileno(self) -> int:
        """What a program is given as its stream."""
        return self._writing

    def write(self, data: bytes) -> int:
        """Write what the program said elsewhere.

        Not through the pipe: the program may have made that one that does not wait.
        """
        self._lines(self._ours.of(data))
        return len(data)

    def say(self, line: str) -> None:
        """Write a line of our own, sealed or not."""
        self._put(printable(line))

    def seal(self) -> None:
        """From now on no words of the program; what it said before is written first."""
        os.write(self._orders, _SEAL)
        self._sealed.wait()

    def _pump(self) -> None:
        while True:
            ready, _, _ = select.select([self._reading, self._heard], [], [])
            if self._reading in ready:
                self._take()
            if self._heard not in ready:
                continue
            order = os.read(self._heard, 1)
            while self._take():
                pass
            self._lines(self._theirs.end())
            if order == _END:
                break
            self._is_sealed = True
            self._sealed.set()
        if self._withheld:
            self._put(f"{self._withheld} lines were withheld: they might quote a document")

    def _take(self) -> bool:
        """Take what there is; False when there is nothing now."""
        try:
            data = os.read(self._reading, 1 << 16)
        except BlockingIOError:
            return False
        self._lines(self._theirs.of(data))
        return bool(data)

    def _lines(self, lines: Iterator[bytes]) -> None:
        for line in lines:
            text = printable(line.decode("utf-8", "replace"))
            if not self._is_sealed:
                self._put(text)
            elif (known := _crash_line(text)) is not None:
                self._put(known)
            elif text:
                self._withheld += 1

    def _put(self, line: str) -> None:
        data = f"{line}\n".encode()
        with self._lock:
            if self._written > MOST:
                return
            self._written += len(data)
            try:
                self._file.write(data if self._written <= MOST else CUT.encode())
            except OSError as error:
                self._fault = error
                self._written = MOST + 1


class _Lines:
    """Cuts what comes in pieces into lines, and lines that are too long."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._rest = b""

    def of(self, data: bytes) -> Iterator[bytes]:
        """Lines that are whole now."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            yield from _broken(line)
        *whole, self._rest = _broken(self._rest)
        yield from whole

    def end(self) -> Iterator[bytes]:
        """The last line, if it has no end."""
        rest, self._rest = self._rest, b""
        return _broken(rest) if rest else iter(())


def _broken(line: bytes) -> Iterator[bytes]:
    """A line in pieces that are short enough; at least one."""
    for place in range(0, max(len(line), 1), LONGEST):
        yield line[place : place + LONGEST]


@contextmanager
def printable_log(place: Path) -> Iterator[PrintableLog]:
    """A log for the time of the block, in place of an earlier one.

    Raises:
        OSError: it could not be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with PrintableLog(place) as log:
        yield log


def _crash_line(text: str) -> str | None:
    """A line of Python's crash report without what the program chose; None = it is none."""
    found = _CRASH.match(text)
    if found is not None:
        return found[0]
    frame = _FRAME.match(text)
    if frame is None:
        return None
    file = Path(frame["file"])
    is_installed = any(file.is_relative_to(Path(at)) for at in (sys.prefix, sys.base_prefix))
    shown = f'File "{file}"' if is_installed and file.is_file() else "a file of the artifact"
    return f"  {shown}, line {frame['line']}"
