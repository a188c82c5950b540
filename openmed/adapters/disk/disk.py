"""The verbs by which files that must last are made: one interface, so that each can be watched.

`RealDisk` is the operating system. Tests put another one in its place that records the verbs
(to try every state a power cut may leave), fails at the n-th one, or ends the process there.
"""

import os
from pathlib import Path
from typing import Final, Protocol

_MODE: Final = 0o666
"""Of a new file, less the process's mask."""


class Disk(Protocol):
    """What can be done to files. Every verb is done whole, or raises `OSError`."""

    @property
    def writers(self) -> int:
        """How many files may be written at once; one that counts or orders verbs has 1.

        A writer waits for the disk most of the time, which makes files of several last together.
        """

    def create(self, path: Path, *, mode: int | None) -> int:
        """Make a new empty file and give its open descriptor; no mode = the usual one."""

    def write(self, descriptor: int, path: Path, data: bytes) -> None:
        """Add all of this to a file."""

    def fsync(self, descriptor: int, path: Path) -> None:
        """Make a file's content last. Its failure is final: it is never tried again."""

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""

    def rename(self, source: Path, target: Path) -> None:
        """Put a file or folder in another's place, in one step."""

    def unlink(self, path: Path) -> None:
        """Remove a file."""

    def make_folder(self, path: Path) -> None:
        """Make one folder whose parent exists."""

    def fsync_folder(self, path: Path) -> None:
        """Make the names in a folder last."""


class RealDisk:
    """The operating system's files."""

    writers: int = 16

    def create(self, path: Path, *, mode: int | None) -> int:
        """Make a new empty file and give its open descriptor."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(path, flags, _MODE)
        if mode is not None:
            os.fchmod(descriptor, mode)
        return descriptor

    def write(self, descriptor: int, path: Path, data: bytes) -> None:
        """Add all of this to a file; a short write goes on where it stopped."""
        del path  # for those who watch
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int, path: Path) -> None:
        """Make a file's content last."""
        del path  # for those who watch
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Put a file or folder in another's place, in one step."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def make_folder(self, path: Path) -> None:
        """Make one folder whose parent exists."""
        path.mkdir()

    def fsync_folder(self, path: Path) -> None:
        """Make the names in a folder last."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


REAL: Final = RealDisk()
"""The disk of everybody but tests."""
