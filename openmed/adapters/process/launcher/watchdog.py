"""Looks from outside at what is in the jail: its processes, their memory, its files.

Counts are the kernel's: a candidate does not report on itself. They are taken every few
milliseconds, so a limit may be passed by what fits between two looks.
"""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from openmed.adapters.process.jail import Jail, Layer
from openmed.adapters.process.launcher import kernel

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_BLOCK: Final = 512
_ENTRY: Final = 4096
"""What an entry costs at least, also an empty one."""
_SHARE: Final = 40
"""Counting files may take one part in so many of the time."""
_LEAST_FREE: Final = 40
"""One part in so many of the machine's memory is left."""
_HAS_CHILDREN: Final = os.path.exists("/proc/thread-self/children")


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
            if sum(len(tasks_of(process)) for process in processes) > self._jail.most_tasks:
                return "tasks"
            if _is_machine_full() or _is_above(processes, self._jail.most_memory):
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


def children_of(process: int) -> Sequence[int]:
    """Processes that one started, or that became its own."""
    if not _HAS_CHILDREN:
        return _children_by_parent(process)
    found: list[int] = []
    for task in tasks_of(process):
        with suppress(OSError):
            found += map(int, kernel.read(f"/proc/{process}/task/{task}/children").split())
    return found


def tasks_of(process: int) -> Sequence[str]:
    """Threads of a process."""
    try:
        return os.listdir(f"/proc/{process}/task")
    except OSError:
        return ()


def _children_by_parent(parent: int) -> Sequence[int]:
    """Where the kernel keeps no list: looks at every process of the machine."""
    found: list[int] = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError, ValueError, IndexError):
            # The name in parentheses may hold blanks and parentheses itself.
            if int(kernel.read(f"/proc/{name}/stat").rpartition(b")")[2].split()[1]) == parent:
                found.append(int(name))
    return found


def _is_machine_full() -> bool:
    """Whether the machine has next to no memory left, whoever took it.

    Some memory is nobody's: what was shared and is mapped no more. Then the run ends before the
    kernel picks a process of its own choice.
    """
    try:
        lines = kernel.read("/proc/meminfo").split(b"\n")
        sizes = {
            name: int(rest.split()[0]) for name, _, rest in (x.partition(b":") for x in lines[:3])
        }
        return sizes[b"MemAvailable"] * _LEAST_FREE < sizes[b"MemTotal"]
    except (OSError, LookupError, ValueError):
        return False


def _is_above(processes: Sequence[int], most: int) -> bool:
    """Whether all together have more; what they share counts once, asked when it matters."""
    return sum(map(_resident, processes)) > most and sum(map(_proportional, processes)) > most


def _resident(process: int) -> int:
    try:
        return int(kernel.read(f"/proc/{process}/statm").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(process: int) -> int:
    try:
        lines = kernel.read(f"/proc/{process}/smaps_rollup").split(b"\n")
    except OSError:
        return _resident(process)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


def _size(folders: Sequence[str]) -> int:
    return sum(map(_size_of, folders))


def _size_of(folder: str) -> int:
    total, waiting = 0, [folder]
    while waiting:
        for entry in _entries(waiting.pop()):
            with suppress(OSError):
                found = entry.stat(follow_symlinks=False)
                total += max(found.st_blocks * _BLOCK, _ENTRY)
                if stat.S_ISDIR(found.st_mode):
                    waiting.append(entry.path)
    return total


def _entries(folder: str) -> Sequence["os.DirEntry[str]"]:
    """What is in a folder, also in one that its maker closed to hide what is in it."""
    try:
        return _listed(folder)
    except PermissionError:
        with suppress(OSError):
            os.chmod(folder, 0o700)
            return _listed(folder)
    except OSError:
        pass
    return ()


def _listed(folder: str) -> Sequence["os.DirEntry[str]"]:
    with os.scandir(folder) as entries:
        return tuple(entries)


def _unlinked(processes: Sequence[int]) -> int:
    """Bytes of files that have no name any more and are kept by being open."""
    found: dict[tuple[int, int], int] = {}
    for process in processes:
        with suppress(OSError):
            for name in os.listdir(f"/proc/{process}/fd"):
                with suppress(OSError):
                    file = os.stat(f"/proc/{process}/fd/{name}")
                    if stat.S_ISREG(file.st_mode) and file.st_nlink == 0:
                        found[file.st_dev, file.st_ino] = file.st_blocks * _BLOCK
    return sum(found.values())
