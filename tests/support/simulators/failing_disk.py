"""A disk on which one verb fails."""

import os
from pathlib import Path

from openmed.adapters.disk.disk import RealDisk


class FailingDisk(RealDisk):
    """Fails at one verb, counted from 1, and remembers whether it was asked to sync again.

    Attributes:
        count: verbs so far.
        synced_after: syncs of a file after one of its syncs failed.
    """

    writers = 1

    def __init__(self, at: int, number: int) -> None:
        """Fail at the verb `at` with this error number."""
        self._at, self._number = at, number
        self._failed: set[Path] = set()
        self.count = 0
        self.synced_after = 0

    def _step(self, path: Path) -> None:
        self.count += 1
        if self.count == self._at:
            raise OSError(self._number, os.strerror(self._number), str(path))

    def create(self, path: Path, *, mode: int | None) -> int:
        """Make a file, unless this verb fails."""
        self._step(path)
        return super().create(path, mode=mode)

    def write(self, descriptor: int, path: Path, data: bytes) -> None:
        """Write, unless this verb fails."""
        self._step(path)
        super().write(descriptor, path, data)

    def fsync(self, descriptor: int, path: Path) -> None:
        """Sync a file, unless this verb fails."""
        self.synced_after += path in self._failed
        self._failed.add(path)
        self._step(path)
        self._failed.discard(path)
        super().fsync(descriptor, path)

    def rename(self, source: Path, target: Path) -> None:
        """Rename, unless this verb fails."""
        self._step(target)
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        """Remove a file, unless this verb fails."""
        self._step(path)
        super().unlink(path)

    def make_folder(self, path: Path) -> None:
        """Make a folder, unless this verb fails."""
        self._step(path)
        super().make_folder(path)

    def fsync_folder(self, path: Path) -> None:
        """Sync a folder, unless this verb fails."""
        self._step(path)
        super().fsync_folder(path)
