"""What large TOML files said when they were parsed last; JSON is read in a twentieth of the time.

A table is kept under the digest of the file's own bytes, so an edit makes it none. Only commands
that show use it; a run, a flip and a rollback parse the file.
"""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from openmed.adapters.disk.checked_table import read_table, write_table
from openmed.adapters.disk.disk import REAL, Disk
from openmed.domain.digest import Json, sha256_hex
from openmed.version import __version__

LEAST: Final = 32 * 1024
"""Bytes of a file for which it is worth it."""
_PARSER: Final = f"{__version__} {sys.version}".encode()


class KeptTables:
    """One file of the last tables, by path."""

    def __init__(self, file: Path, *, least: int = LEAST, disk: Disk = REAL) -> None:
        """Remember the file; it is made when first needed.

        Args:
            file: where tables are kept.
            least: bytes of a file from which its table is kept.
            disk: makes it.
        """
        self._least = least
        self._file = file
        self._disk = disk

    def of(self, what: str, data: bytes) -> Mapping[str, Json] | None:
        """What a file says; None where that is not kept.

        Args:
            what: its path.
            data: its bytes.
        """
        if len(data) < self._least:
            return None
        match read_table(self._file).get(what):
            case [made_of, dict() as content] if made_of == _name(data):
                return cast("Mapping[str, Json]", content)
            case _:
                return None

    def keep(self, what: str, data: bytes, content: Mapping[str, Json]) -> None:
        """Keep what a file says, and nothing else; best effort.

        What JSON has no form for, as a date, is not kept.
        """
        if len(data) < self._least:
            return
        with suppress(OSError, TypeError, ValueError):
            write_table(self._file, {what: [_name(data), content]}, disk=self._disk)


def _name(data: bytes) -> str:
    return sha256_hex(b"\0".join((_PARSER, data)))
