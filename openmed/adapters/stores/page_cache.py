"""What earlier renderings left to go faster: rows of the fleet's pages, facts of written files.

A cache: a file that is missing, cut, edited or of another engine counts as empty. Each begins
with the digest of the rest. Nothing here is evidence; `verify` makes every page without it.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.file_stats import is_settled
from openmed.adapters.disk.hashing import file_digest
from openmed.domain.digest import sha256_hex

ROWS: Final = "rows"
_SETTLED: Final = 100_000_000
"""Nanoseconds: a file that changed less than this before it was hashed may change again unseen."""


class _FileFacts(NamedTuple):
    """A file's digest, and what `stat` said when it was taken."""

    sha256: str
    size: int
    mtime: int
    ctime: int
    inode: int
    noted: int

    def is_of(self, facts: os.stat_result) -> bool:
        """Whether the file is still the one that was hashed."""
        seen = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
        is_same = seen == (self.size, self.mtime, self.ctime, self.inode)
        return is_same and is_settled(self.mtime, self.ctime, since=self.noted, margin=_SETTLED)


_TYPES: Final = [str, *[int] * 5]
"""Of the facts of a file."""


class PageCache:
    """Files under `artifacts/page-cache/`."""

    def __init__(self, folder: Path, *, disk: Disk = REAL, is_written: bool = True) -> None:
        """Remember the folder; it is made when first needed.

        Args:
            folder: where the files are.
            disk: makes them.
            is_written: whether what is seen is kept for the next time.
        """
        self._folder = folder
        self._disk = disk
        self._is_written = is_written

    def to_look(self) -> "PageCache":
        """The same for who only looks."""
        return PageCache(self._folder, disk=self._disk, is_written=False)

    def rows(self) -> dict[str, tuple[str, str]]:
        """What each slot's row was made from, and the row."""
        table = self._read(ROWS)
        return {
            slot: (row[0], row[1])
            for slot, row in table.items()
            if isinstance(row, list) and [type(part) for part in row] == [str, str]
        }

    def keep_rows(self, rows: Mapping[str, tuple[str, str]]) -> None:
        """Keep these rows, and no other."""
        self._write(ROWS, rows)

    def digests(self, root: Path, paths: tuple[str, ...], *, of: str) -> tuple[str | None, ...]:
        """Digest of each file's bytes, None where it is missing; hashed where it may have changed.

        Args:
            root: folder the paths begin in.
            paths: all files of one kind; notes of others are dropped.
            of: name of the kind.
        """
        notes = {
            path: _FileFacts(*note)
            for path, note in self._read(f"files-{of}").items()
            if isinstance(note, list) and [type(part) for part in note] == _TYPES
        }
        found = {path: _noted(f"{root}/{path}", notes.get(path)) for path in paths}
        kept = {path: note for path, note in found.items() if note is not None}
        if kept != notes:
            self._write(f"files-{of}", kept)
        return tuple(note.sha256 if note else None for note in found.values())

    def forget(self) -> None:
        """Drop everything."""
        atomic.remove_tree(self._folder)

    def _read(self, name: str) -> Mapping[str, object]:
        try:
            data = limited_read.read_bytes(self._folder / f"{name}.json", most=_MOST)
        except OSError:
            return {}
        digest, _, body = data.partition(b"\n")
        if digest.decode(errors="replace") != sha256_hex(body):
            return {}
        try:
            table: object = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return table if isinstance(table, dict) else {}

    def _write(self, name: str, table: Mapping[str, object]) -> None:
        if not self._is_written:
            return
        body = json.dumps(table, separators=(",", ":")).encode()
        content = f"{sha256_hex(body)}\n".encode() + body
        atomic.write(self._folder / f"{name}.json", content, disk=self._disk)


_MOST: Final = 256 * 1024 * 1024
"""Rows of 20,000 slots have less."""


def _noted(path: str, note: _FileFacts | None) -> _FileFacts | None:
    try:
        facts = os.stat(path)  # noqa: PTH116 - a tenth of the time of Path.stat, thousands of times
        if note is not None and note.is_of(facts):
            return note
        noted = time.time_ns()
        digest = file_digest(Path(path))
    except OSError:
        return None
    return _FileFacts(
        digest, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, noted
    )
