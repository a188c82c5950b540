"""Looks from outside at what is in the jail: its processes, their memory, its files.

Counts are the kernel's: a candidate does not report on itself. They are taken every few
milliseconds, so a limit may be passed by what fits between two looks.
"""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from openmed.adapters.process.jail import Jail, Layer

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_BLOCK: Final = 512
_ENTRY: Final = 4096
"""What an entry costs at least, also an empty one."""
_SHARE: Final = 40
"""Counting files may take one part in so many of the time."""
_PROC: Final = Path("/proc")


class Watchdog:
    """Counts, and says which limit was passed."""

    def __init__(self, jail: Jail, *, folders: Sequence[str]) -> None:
        """Count what is there before anything runs.

        Args:
            jail: its limits.
            folders: those whose growth counts.
        """
        self._jail = jail
        self._folders = folders
        self._before = _size(folders) if jail.has(Layer.DISK) else 0
        self._next_look = 0.0

    def passed(self, root: int) -> str:
        """The limit that was passed; empty when none was.

        Args:
            root: process that everything in the jail descends from.
        """
        processes = tuple(descendants(root))
        if self._jail.has(Layer.MEMORY):
            if len(processes) > self._jail.most_processes:
                return "processes"
            if _memory(processes, most=self._jail.most_memory) > self._jail.most_memory:
                return "memory"
        if self._jail.has(Layer.DISK) and time.monotonic() >= self._next_look:
            start = time.monotonic()
            grown = _size(self._folders) - self._before + _unlinked(processes)
            now = time.monotonic()
            self._next_look = now + _SHARE * (now - start)
            if grown > self._jail.most_disk:
                return "disk"
        return ""


def descendants(root: int, *, deeper_than: int = 0) -> Iterator[int]:
    """Every process below one, nearest first.

    Args:
        root: the process.
        deeper_than: generations that are left out.
    """
    generation, depth = [root], 0
    while generation:
        generation = [child for parent in generation for child in children_of(parent)]
        depth += 1
        if depth > deeper_than:
            yield from generation


def children_of(process: int) -> Iterator[int]:
    """Processes that one started, or that became its own."""
    with suppress(OSError):
        for task in os.listdir(_PROC / str(process) / "task"):
            with suppress(OSError):
                place = _PROC / str(process) / "task" / task / "children"
                yield from map(int, place.read_bytes().split())


def _memory(processes: Sequence[int], *, most: int) -> int:
    """Memory of all; what they share counts once, which is asked only when it matters."""
    total = sum(map(_resident, processes))
    return total if total <= most else sum(map(_proportional, processes))


def _resident(process: int) -> int:
    try:
        return int((_PROC / str(process) / "statm").read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(process: int) -> int:
    try:
        lines = (_PROC / str(process) / "smaps_rollup").read_bytes().split(b"\n")
    except OSError:
        return _resident(process)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


def _size(folders: Sequence[str]) -> int:
    return sum(map(_size_of, folders))


def _size_of(folder: str) -> int:
    total, waiting = 0, [folder]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    found = entry.stat(follow_symlinks=False)
                    total += max(found.st_blocks * _BLOCK, _ENTRY)
                    if stat.S_ISDIR(found.st_mode):
                        waiting.append(entry.path)
    return total


def _unlinked(processes: Sequence[int]) -> int:
    """Bytes of files that have no name any more and are kept by being open."""
    found: dict[tuple[int, int], int] = {}
    for process in processes:
        with suppress(OSError):
            for name in os.listdir(_PROC / str(process) / "fd"):
                with suppress(OSError):
                    file = (_PROC / str(process) / "fd" / name).stat()
                    if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
                        found[file.st_dev, file.st_ino] = file.st_blocks * _BLOCK
    return sum(found.values())
