"""What earlier renderings left to go faster: rows of the fleet's pages, facts of written files.

A cache: a file that is missing, cut, edited or of another engine counts as empty. Each begins
with the digest of the rest. Nothing here is evidence; `verify` makes every page without it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic
from openmed.adapters.disk.checked_table import read_body, read_table, write_body, write_table
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.hashing import file_digest
from openmed.adapters.disk.noted_files import noted, notes_in

_PARTS: Final = 3
"""Of a line of rows."""


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
        try:
            lines = read_body(self._rows).decode().split("\n")
        except UnicodeDecodeError:
            return {}
        rows = (line.split(" ", 2) for line in lines)
        return {row[0]: (row[1], row[2]) for row in rows if len(row) == _PARTS}

    def keep_rows(self, rows: Mapping[str, tuple[str, str]]) -> None:
        """Keep these rows, and no other: one a line, since rows hold no line end."""
        if self._is_written:
            lines = (f"{slot} {key} {text}" for slot, (key, text) in rows.items())
            write_body(self._rows, "\n".join(lines).encode(), disk=self._disk)

    @property
    def _rows(self) -> Path:
        return self._folder / "rows.txt"

    def digests(self, root: Path, paths: tuple[str, ...], *, of: str) -> tuple[str | None, ...]:
        """Digest of each file's bytes, None where it is missing; hashed where it may have changed.

        Args:
            root: folder the paths begin in.
            paths: all files of one kind; notes of others are dropped.
            of: name of the kind.
        """
        notes = notes_in(self._read(f"files-{of}"))
        found = {path: noted(f"{root}/{path}", notes.get(path), file_digest) for path in paths}
        kept = {path: note for path, note in found.items() if note is not None}
        if kept != notes:
            self._write(f"files-{of}", kept)
        return tuple(note.found if note else None for note in found.values())

    def forget(self) -> None:
        """Drop everything."""
        atomic.remove_tree(self._folder)

    def _read(self, name: str) -> Mapping[str, object]:
        return read_table(self._folder / f"{name}.json")

    def _write(self, name: str, table: Mapping[str, object]) -> None:
        if self._is_written:
            write_table(self._folder / f"{name}.json", table, disk=self._disk)
