"""One command at a time adds to the queue; the lock ends with its process."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from openmed.errors import FlipConflictError


@contextlib.contextmanager
def queue_lock(folder: Path, *, seconds: float) -> Iterator[None]:
    """Hold the lock of a release repository's queue.

    Raises:
        FlipConflictError: another process holds it for too long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "queue.lock", timeout=seconds)
    try:
        lock.acquire()
    except Timeout:
        msg = f"another process has been adding a candidate for more than {seconds:.0f} s"
        raise FlipConflictError(msg, next_step="run it again when the other one is done") from None
    try:
        yield
    finally:
        lock.release()
