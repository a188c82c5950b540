"""Lines of one kind of record as files of a month, `FOLDER/YYYY-MM.jsonl`.

A line is appended by one `write` at the end of the file, so two processes never lose each other's,
and a file of many megabytes is not read to add one. A torn last line costs that line only. Whoever
rewrites a month (lines of other machines came) holds the lock that appending waits for, shortly:
a record must hold up nobody.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.records.record_lines import united

MOST: Final = 16 << 20
"""Bytes of one month: forty thousand runs. More is not appended."""
SUFFIX: Final = ".jsonl"
_WAIT: Final = 1.0
_POLL: Final = 0.005
_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MONTH: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]" + SUFFIX


class MonthLines:
    """Lines of one kind, by month."""

    def __init__(self, folder: Path, *, moment: str) -> None:
        """Remember the folder; it is made when first needed.

        Args:
            folder: where the months are.
            moment: key of a line that says when it was; lines are ordered by it.
        """
        self._folder = folder
        self._moment = moment

    def append(self, month: str, line: bytes) -> None:
        """Add one line to a month (`YYYY-MM`).

        Raises:
            OSError: the disk refused, or the month is full.
        """
        with self._locked(self._path(month)) as descriptor:
            _append(descriptor, line + b"\n")

    def unite(self, month: str, theirs: bytes) -> None:
        """Take in the lines that another machine has of a month.

        Raises:
            OSError: the disk refused, or what is here cannot be read; nothing was lost.
        """
        path = self._path(month)
        with self._locked(path):
            ours = self._bytes(path)
            atomic.write_if_different(path, united(ours, theirs, moment=self._moment))

    def lines(self, month: str) -> tuple[bytes, ...]:
        """Lines of a month in their order.

        Raises:
            OSError: it cannot be read.
        """
        return tuple(self._bytes(self._path(month)).splitlines())

    def months(self) -> tuple[str, ...]:
        """Months with lines, oldest first."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.stem for path in self._folder.glob(_MONTH)))

    def _path(self, month: str) -> Path:
        return self._folder / f"{month}{SUFFIX}"

    @contextlib.contextmanager
    def _locked(self, path: Path) -> Iterator[int]:
        """Hold the lock of a month's file, which ends with this process; without it after a second.

        The file, not its folder: that one is held by whoever replaces a file in it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + _WAIT
        while True:
            descriptor = os.open(path, _FLAGS, 0o644)
            try:
                is_late = time.monotonic() >= deadline
                if is_late or (_is_taken(descriptor) and _is_at(path, descriptor)):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)
            time.sleep(_POLL)

    @staticmethod
    def _bytes(path: Path) -> bytes:
        return limited_read.read_bytes(path, most=2 * MOST) if path.is_file() else b""


def _is_taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the file is still the one there: somebody may have replaced it meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False


def _append(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    if size + len(line) > MOST:
        msg = "the month is full"
        raise OSError(msg)
    # A torn last line is ended, so that it is the only one that cannot be read.
    is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    data = b"\n" + line if is_torn else line
    if os.write(descriptor, data) != len(data):
        msg = "the disk is full"
        raise OSError(msg)
