"""What was found in files, and what `stat` said of each then: read again only where it changed."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.disk.file_stats import is_settled

_SETTLED: Final = 100_000_000
"""Nanoseconds: a file that changed less than this before it was read may change again unseen."""


class NotedFile(NamedTuple):
    """What was found in a file, and the facts of the file it was found in."""

    found: str
    size: int
    mtime: int
    ctime: int
    inode: int
    noted: int

    def is_of(self, facts: os.stat_result) -> bool:
        """Whether the file is still the one that was read."""
        seen = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
        is_same = seen == (self.size, self.mtime, self.ctime, self.inode)
        return is_same and is_settled(self.mtime, self.ctime, since=self.noted, margin=_SETTLED)


_TYPES: Final = [str, *[int] * 5]
"""Of one note."""


def notes_in(table: Mapping[str, object]) -> dict[str, NotedFile]:
    """Notes of a table, by path; a row that is none is left out."""
    return {
        path: NotedFile(*note)
        for path, note in table.items()
        if isinstance(note, list) and [type(part) for part in note] == _TYPES
    }


def noted(path: str, note: NotedFile | None, find: Callable[[Path], str]) -> NotedFile | None:
    """The note while the file is as it was, else a new one; None where it cannot be read.

    Args:
        path: the file.
        note: what was noted of it before.
        find: reads it.
    """
    try:
        facts = os.stat(path)  # noqa: PTH116 - a tenth of the time of Path.stat, thousands of times
        if note is not None and note.is_of(facts):
            return note
        when = time.time_ns()
        found = find(Path(path))
    except OSError:
        return None
    return NotedFile(found, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, when)
