"""One writer at a time; a rollback goes before a release that waits.

Two locks, both of which end with their process. `flip.lock` is held by whoever writes. A rollback
holds `rollback.lock` too, shared, from before it waits: a release that gets the first one while
anybody holds the second gives it back and waits on.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from openmed.errors import FlipConflictError

_POLL = 0.01
_AGAIN = "run it again when the other one is done"


class FlipLock:
    """The lock of one release repository.

    Attributes:
        file: whoever holds the lock on it may write.
    """

    def __init__(self, folder: Path, *, seconds: float) -> None:
        """Remember the folder, and the longest wait for another writer."""
        self.file = folder / "flip.lock"
        self._folder = folder
        self._seconds = seconds

    @contextlib.contextmanager
    def held(self, *, is_rollback: bool) -> Iterator[None]:
        """Hold it.

        Raises:
            FlipConflictError: others hold it, or have priority, for too long.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._rollback_lock() as descriptor:
            if is_rollback:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                with self._taken(self._seconds):
                    yield
                return
            with self._yielding(descriptor):
                yield

    @contextlib.contextmanager
    def _yielding(self, rollbacks: int) -> Iterator[None]:
        """Hold it when no rollback waits."""
        deadline = time.monotonic() + self._seconds
        with contextlib.ExitStack() as stack:
            while True:
                stack.enter_context(self._taken(max(0.0, deadline - time.monotonic())))
                if not _is_held(rollbacks):
                    break
                stack.close()
                if time.monotonic() > deadline:
                    msg = f"a rollback has held priority for more than {self._seconds:.0f} s"
                    raise FlipConflictError(msg, next_step=_AGAIN)
                time.sleep(_POLL)
            yield

    @contextlib.contextmanager
    def _taken(self, seconds: float) -> Iterator[None]:
        lock = FileLock(self.file, timeout=seconds, poll_interval=_POLL)
        try:
            lock.acquire()
        except Timeout:
            msg = f"another process has held the lock for more than {self._seconds:.0f} s"
            raise FlipConflictError(msg, next_step=_AGAIN) from None
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _rollback_lock(self) -> Iterator[int]:
        path = self._folder / "rollback.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _is_held(descriptor: int) -> bool:
    """Whether anybody else holds a lock of this file; holds none afterwards."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
