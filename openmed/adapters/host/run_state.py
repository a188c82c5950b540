"""How far the run is that is at work here: one small file, for whoever looks from another process.

Whoever writes it holds a lock on it, which ends with the process: a file that nobody holds says
nothing. A second run beside the first leaves it alone. It is rewritten where it lies, without a
sync, and begins with the digest of the rest; a torn one is none. A run never fails for it.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from openmed.domain.digest import Json, sha256_hex
from openmed.domain.release.results.run_progress import RunProgress, RunTracker
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

NAME: Final = "run-state"
SECONDS: Final = 0.5
"""Between two times it is written, when no step starts or ends."""
_MOST: Final = 1 << 20
_TRIES: Final = 3
_DIGEST: Final = 64
_TIME: Final = 20


class RunState:
    """The file of one release repository."""

    def __init__(
        self, artifacts: Path, *, ticks: Callable[[], float], seconds: Callable[[], float]
    ) -> None:
        """Remember the place.

        Args:
            artifacts: products of the repository.
            ticks: a clock that only runs forward.
            seconds: a clock that other processes have too.
        """
        self._path = artifacts / NAME
        self._ticks = ticks
        self._seconds = seconds
        self._tracker = RunTracker()
        self._file: int | None = None
        self._written = 0.0
        self._is_run = False

    def take(self, event: Mapping[str, Json]) -> None:
        """Take an event; nothing is written before a run's first step starts."""
        at = self._ticks()
        self._is_run = self._is_run or event.get("type") == "run"
        self._tracker.take(event, at=at)
        is_step = event.get("type") == "step" and event.get("state") != "reused"
        if not self._is_run:
            return
        if is_step or (self._file is not None and at - self._written >= SECONDS):
            with contextlib.suppress(OSError):
                self._write(at)

    def close(self) -> None:
        """The run is over."""
        self._is_run = False
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._file)
            self._file = None

    def read(self) -> RunProgress | None:
        """How far another process is, as of now; None when nobody is at work.

        Reads only. A run that has just taken the file may have written nothing yet.
        """
        for _ in range(_TRIES):
            try:
                data = self._read()
            except OSError:
                return None
            written, digest, body = (
                data[:_TIME],
                data[_TIME : _TIME + _DIGEST],
                data[_TIME + _DIGEST :],
            )
            if digest == sha256_hex(body).encode():
                with contextlib.suppress(EvidenceError, ValueError):
                    found = parse(RunProgress, body, what=NAME)
                    return found.after(self._seconds() - float(written))
        return None

    def _read(self) -> bytes:
        file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(file, _MOST, 0)
        else:
            return b""
        finally:
            os.close(file)

    def _write(self, at: float) -> None:
        self._written = at
        file = self._file = self._taken() if self._file is None else self._file
        if file is None:
            return
        body = dump(self._tracker.progress(at=at))
        head = f"{self._seconds():{_TIME}.3f}{sha256_hex(body)}".encode()
        os.pwrite(file, head + body, 0)
        os.ftruncate(file, len(head) + len(body))

    def _taken(self) -> int | None:
        """The file, locked; None while somebody else has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(self._path, flags, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(file).st_nlink:
                return file
        except OSError:
            os.close(file)
            return None
        os.close(file)  # Whoever had it has just removed it.
        return None
