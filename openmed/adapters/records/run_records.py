"""Run records as lines of `gates/runs/YYYY-MM.jsonl`.

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
from openmed.domain.records.run_record import RunRecord
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

MOST: Final = 16 << 20
"""Bytes of one month: forty thousand runs. More is not appended."""
SUFFIX: Final = ".jsonl"
_WAIT: Final = 1.0
_POLL: Final = 0.005
_FLAGS: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MONTH: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]" + SUFFIX


class RunRecords:
    """Records of one release repository."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = gates / "runs"

    def append(self, record: RunRecord) -> None:
        """Add one line to the month in which the run ended.

        Raises:
            OSError: the disk refused, or the month is full.
        """
        with self._locked(self._path(record.ended[:7])) as descriptor:
            _append(descriptor, dump(record) + b"\n")

    def unite(self, month: str, theirs: bytes) -> None:
        """Take in the lines that another machine has of a month.

        Raises:
            OSError: the disk refused, or what is here cannot be read; nothing was lost.
        """
        path = self._path(month)
        with self._locked(path):
            atomic.write_if_different(path, united(self._bytes(path), theirs))

    def read(self, month: str) -> tuple[RunRecord, ...]:
        """Records of a month (`YYYY-MM`) in the order of their lines; what is no record is left."""
        found = []
        lines: list[bytes] = []
        with contextlib.suppress(OSError):  # A month that cannot be read has none.
            lines = self._bytes(self._path(month)).splitlines()
        for line in lines:
            with contextlib.suppress(EvidenceError):
                found.append(parse(RunRecord, line, what="run record"))
        return tuple(found)

    def all(self) -> tuple[RunRecord, ...]:
        """Every record once, oldest first; in whatever order lines were written."""
        found = {dump(one): one for month in self.months() for one in self.read(month)}
        return tuple(
            found[data] for data in sorted(found, key=lambda data: (found[data].ended, data))
        )

    def newest(self) -> RunRecord | None:
        """The record of the run that ended last; None where there is none."""
        rows = (row for month in reversed(self.months()) for row in self._last_of(month))
        return next(rows, None)

    def _last_of(self, month: str) -> tuple[RunRecord, ...]:
        rows = self.read(month)
        return (max(rows, key=lambda row: (row.ended, dump(row))),) if rows else ()

    def months(self) -> tuple[str, ...]:
        """Months with records, oldest first."""
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
