"""What the ledger added up to when it was last read whole: a cache beside the products.

It says: this pointer and these files of the ledger were checked, and add up to this index. It
counts only while the pointer has the same bytes, the folder the same names, sizes, inodes and
times, and the engine the same rules; the last entry, and files that are no older than the check,
are hashed again. Whoever writes the state never asks it. Missing, torn or foreign, it is none.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.file_stats import is_settled
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger import fold_index
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fold_index import EntryReader, IndexedState
from openmed.version import __version__

LEAST: Final = 200
"""A ledger of fewer entries is read whole: that takes no longer than the checks."""
NAME: Final = "ledger-checkpoint"
_MARGIN: Final = 2_000_000_000
"""Nanoseconds: a file system may note times no finer than that."""
_MOST_HASHED: Final = 64
"""With more files that are no older than the check, the check is noted again."""
_MOST: Final = 256 * 1024 * 1024


class FileFacts(NamedTuple):
    """What the file system says of one file of the ledger."""

    name: str
    size: int
    changed: int
    modified: int
    inode: int


class LedgerListing(NamedTuple):
    """The files of the ledger, and when they were listed, in nanoseconds.

    Attributes:
        files: all of them, by name.
        time: from before the first was looked at.
    """

    files: tuple[FileFacts, ...]
    time: int

    @property
    def digest(self) -> str:
        """Over every name and fact."""
        return sha256_hex(repr(self.files).encode())

    def since(self, when: int) -> Iterator[str]:
        """Names of files that may have changed unseen after `when`."""
        for file in self.files:
            if not is_settled(file.modified, file.changed, since=when, margin=_MARGIN):
                yield file.name


class FoldCheckpoint:
    """The checkpoint of one release repository."""

    def __init__(self, root: Path, *, least: int = LEAST, disk: Disk = REAL) -> None:
        """Remember the places; nothing is read yet.

        Args:
            root: release repository.
            least: entries from which a checkpoint is made.
            disk: makes the file.
        """
        self.file = root / "artifacts" / NAME
        self._ledger = root / "gates" / "ledger"
        self._least = least
        self._disk = disk

    def listing(self) -> LedgerListing:
        """The files of the ledger as they are now."""
        now = time.time_ns()
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._ledger) as rows:
            for row in rows:
                facts = row.stat(follow_symlinks=False)
                found.append(
                    FileFacts(
                        row.name,
                        facts.st_size,
                        facts.st_ctime_ns,
                        facts.st_mtime_ns,
                        facts.st_ino,
                    )
                )
        return LedgerListing(tuple(sorted(found)), now)

    def load(self, pointer: bytes, read: EntryReader) -> FleetState | None:
        """The state of a pointer; None where it has to be added up.

        Args:
            pointer: bytes of the pointer file.
            read: gives an entry, checked against its name.
        """
        content = self._content()
        if content is None:
            return None
        header, body = content
        listing = self.listing()
        wanted = _header(pointer, listing)
        if {**header, "time": 0} != {**wanted, "time": 0}:
            return None
        index = fold_index.read_index(body)
        if index is None or not index.marks:
            return None
        checked = header["time"] if isinstance(header["time"], int) else listing.time
        doubtful = {f"{index.marks[-1].digest}.json", *listing.since(min(checked, listing.time))}
        if not all(map(self._is_whole, doubtful)):
            return None
        if len(doubtful) > _MOST_HASHED:
            self._write(wanted, body)
        return IndexedState.of(index, read)

    def save(self, state: FleetState, pointer: bytes, listing: LedgerListing) -> None:
        """Note what a pointer was found to add up to; a failure to do so is no fault.

        Args:
            state: what `fold` made of every entry.
            pointer: bytes of the pointer file.
            listing: the files as they were before the first entry was read.
        """
        if len(state.entries) < self._least:
            return
        index = fold_index.index_of(state)
        if index is not None:
            self._write(_header(pointer, listing), fold_index.index_bytes(index))

    def _content(self) -> tuple[dict[str, object], bytes] | None:
        try:
            data = limited_read.read_bytes(self.file, most=_MOST)
            digest, _, rest = data.partition(b"\n")
            if digest.decode("ascii") != sha256_hex(rest):
                return None
            head, _, body = rest.partition(b"\n")
            header = json.loads(head)
        except (OSError, ValueError, RecursionError):
            return None
        return (header, body) if isinstance(header, dict) and "time" in header else None

    def _write(self, header: dict[str, object], body: bytes) -> None:
        rest = json.dumps(header).encode() + b"\n" + body
        with contextlib.suppress(OSError):
            atomic.write(self.file, sha256_hex(rest).encode() + b"\n" + rest, disk=self._disk)

    def _is_whole(self, name: str) -> bool:
        """Whether a file is what its name says; strangers are not the checkpoint's business."""
        try:
            data = limited_read.read_bytes(self._ledger / name, most=limited_read.PRODUCT)
        except OSError:
            return False
        return f"{sha256_hex(data)}.json" == name


def _header(pointer: bytes, listing: LedgerListing) -> dict[str, object]:
    return {
        "pointer": sha256_hex(pointer),
        "files": listing.digest,
        "engine": _engine(),
        "time": listing.time,
    }


@cache
def _engine() -> str:
    """Digest of the rules by which entries are added up: another engine adds up again."""
    rules = hashlib.sha256(__version__.encode())
    for file in sorted(Path(fold_index.__file__).parent.glob("*.py")):
        rules.update(file.read_bytes())
    return rules.hexdigest()
