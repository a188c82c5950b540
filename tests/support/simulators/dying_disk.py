"""A disk before one of whose verbs the process ends, as far as the process can tell."""

from pathlib import Path

from openmed.adapters.disk.disk import RealDisk


class DiedError(BaseException):
    """The process ended here; nobody may catch it but a test."""


class DyingDisk(RealDisk):
    """Ends the process before one verb, counted from 1."""

    writers = 1

    def __init__(self, at: int) -> None:
        """End it before the verb `at`."""
        self._at = at
        self._count = 0

    def _step(self) -> None:
        self._count += 1
        if self._count >= self._at:
            raise DiedError

    def create(self, path: Path, *, mode: int | None) -> int:
        """Make a new empty file, or die."""
        self._step()
        return super().create(path, mode=mode)

    def write(self, descriptor: int, path: Path, data: bytes) -> None:
        """Add to a file, or die."""
        self._step()
        super().write(descriptor, path, data)

    def fsync(self, descriptor: int, path: Path) -> None:
        """Make content last, or die."""
        self._step()
        super().fsync(descriptor, path)

    def rename(self, source: Path, target: Path) -> None:
        """Put a file in another's place, or die."""
        self._step()
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        """Remove a file, or die."""
        self._step()
        super().unlink(path)

    def make_folder(self, path: Path) -> None:
        """Make a folder, or die."""
        self._step()
        super().make_folder(path)

    def fsync_folder(self, path: Path) -> None:
        """Make names last, or die."""
        self._step()
        super().fsync_folder(path)
