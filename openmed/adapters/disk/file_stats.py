"""Stat data of files and folders: what can be seen without reading, and how far that is believed.

A file whose size, both times and inode are what they were has the bytes it had: nothing but a
clock that was set back lets an edit keep them all, and the inode's own time no copy can set. One
that was touched so shortly before it was looked at that a second edit may share its times (git
calls it racy) is read instead. A folder's times change when a name in it comes or goes.
"""

import os
import stat
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from openmed.adapters.disk import limited_read
from openmed.domain.digest import sha256_hex

WIDTH: Final = 4
"""Numbers of one path: size, both times, inode."""
SETTLED_NS: Final = 50_000_000
"""Two edits within this time may have equal times: more than a tick of any kernel's clock."""
SETTLED_COARSE_NS: Final = 2_000_000_000
"""The same, of a file system that keeps coarse times (FAT has two seconds)."""
_COARSE_NS: Final = 1_000_000
"""What the times of such a file system are multiples of."""
_ABSENT: Final = (-1, -1, -1, -1)


def look(paths: Iterable[str]) -> "array[int]":
    """Stat data of each path, in order; a path that is not there, or may not be seen, too."""
    found = array("q")
    see, add = os.stat, found.extend
    for path in paths:
        try:
            facts = see(path)
        except (OSError, ValueError):
            add(_ABSENT)
            continue
        # A folder's size says nothing that its times do not.
        size = 0 if stat.S_ISDIR(facts.st_mode) else facts.st_size
        add((size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino))
    return found


def below(place: Path, *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """A path and every file and folder under it; links are not followed into folders.

    Args:
        place: file or folder, there or not.
        without: names of files and folders that are left out, wherever they are.
    """
    yield str(place)
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if name not in without)
        for name in (*folders, *files):
            if name not in without:
                yield f"{folder}{os.sep}{name}"


def unsettled(paths: Sequence[str], stats: Sequence[int], *, since: int) -> tuple[str, ...]:
    """Paths that were touched so late that what was seen of them proves nothing.

    Args:
        paths: what was looked at.
        stats: what was seen.
        since: nanoseconds; when it was looked at.
    """
    return tuple(
        path
        for place, path in enumerate(paths)
        if not is_settled(stats[place * WIDTH + 1], stats[place * WIDTH + 2], since=since)
    )


def is_settled(modified: int, changed: int, *, since: int, margin: int = SETTLED_NS) -> bool:
    """Whether a file was last touched so long before a look that no second edit has its times.

    Args:
        modified: time of its content, in nanoseconds.
        changed: time of its inode.
        since: when it was looked at.
        margin: how long before; at least two seconds where the file system keeps coarse times.
    """
    is_coarse = changed % _COARSE_NS == 0
    needed = max(margin, SETTLED_COARSE_NS) if is_coarse else margin
    return max(modified, changed) < since - needed


def contents(paths: Iterable[str]) -> Mapping[str, str]:
    """Digest of each file's bytes, and of a folder's names; empty where it cannot be read."""
    return {path: _content(Path(path)) for path in paths}


def _content(path: Path) -> str:
    try:
        if path.is_dir():
            return sha256_hex("\0".join(sorted(one.name for one in path.iterdir())).encode())
        return sha256_hex(limited_read.read_bytes(path, most=limited_read.PREDICTIONS))
    except (OSError, ValueError):
        return ""
