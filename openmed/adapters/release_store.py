"""Pointer, ledger and evidence as files; `gates/pointer.json` is the commit point.

Write order of a commit: evidence, then the entry under its own hash, then the pointer.
Everything before the pointer is unreferenced if we die; nothing before it is ever changed.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from openmed.adapters import atomic, bounded
from openmed.domain.digest import sha256_hex
from openmed.domain.fleet import FleetState
from openmed.domain.ledger import Entry
from openmed.domain.pointer import PointerTable, open_state
from openmed.domain.wire import dump, parse, pretty
from openmed.errors import EvidenceError, FlipConflict, IntegrityError


class FileReleaseStore:
    """The release state of one repository."""

    def __init__(self, root: Path, *, lock_seconds: float) -> None:
        """Remember where things are; nothing is read yet.

        Args:
            root: release repository.
            lock_seconds: longest wait for another writer.
        """
        self._gates = root / "gates"
        self._lock_file = root / "artifacts" / "flip.lock"
        self._lock_seconds = lock_seconds
        self._seen: tuple[bytes | None, FleetState] | None = None

    def state(self) -> FleetState:
        """What is live, checked against the ledger; read again only when the pointer moved."""
        data = self._pointer_bytes()
        if self._seen is None or self._seen[0] != data:
            pointer = self._parse_pointer(data)
            self._seen = (data, open_state(pointer, self._entries(pointer)))
        return self._seen[1]

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """One writer at a time."""
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._lock_file, timeout=self._lock_seconds):
                yield
        except Timeout:
            msg = f"another flip holds the lock for more than {self._lock_seconds:.0f} s"
            raise FlipConflict(msg, next_step="run it again when the other one is done") from None

    def evidence(self, digest: str) -> bytes:
        """An evidence file's bytes, checked against its name."""
        try:
            path = self._gates / "evidence" / f"{digest}.json"
            data = bounded.read_bytes(path, most=bounded.PRODUCT)
        except OSError as error:
            msg = f"evidence {digest[:16]}… cannot be read: {error.strerror}"
            raise IntegrityError(msg, next_step="git checkout -- gates/evidence") from None
        if sha256_hex(data) != digest:
            msg = f"evidence {digest[:16]}… was changed"
            raise IntegrityError(msg, next_step="git checkout -- gates/evidence")
        return data

    def commit(self, entry: Entry, pointer: PointerTable, *, evidence: tuple[bytes, ...]) -> None:
        """Write evidence, then the entry, then replace the pointer: the commit point."""
        for data in evidence:
            atomic.write_if_different(self._gates / "evidence" / f"{sha256_hex(data)}.json", data)
        atomic.write_if_different(self._entry_path(entry.digest), dump(entry))
        # Last chance to say no: the pointer must be the one the plan was made for.
        now = self._parse_pointer(self._pointer_bytes())
        if (now.ledger_head if now else None) != entry.parent:
            msg = "the pointer moved since this was planned"
            raise FlipConflict(msg, next_step="openmed release run")
        atomic.write(self._gates / "pointer.json", pretty(pointer))

    def _entry_path(self, digest: str) -> Path:
        return self._gates / "ledger" / f"{digest}.json"

    def _pointer_bytes(self) -> bytes | None:
        try:
            return bounded.read_bytes(self._gates / "pointer.json", most=bounded.PRODUCT)
        except FileNotFoundError:
            return None
        except OSError as error:
            msg = f"gates/pointer.json cannot be read: {error.strerror}"
            raise IntegrityError(msg) from None

    def _parse_pointer(self, data: bytes | None) -> PointerTable | None:
        if data is None:
            return None
        try:
            return parse(PointerTable, data, what="gates/pointer.json")
        except EvidenceError as error:
            raise IntegrityError(error.message, next_step=_RESTORE) from None

    def _entries(self, pointer: PointerTable | None) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        head = pointer.ledger_head if pointer else None
        while head is not None:
            entries.append(self._entry(head))
            head = entries[-1].parent
            if pointer and len(entries) > pointer.ledger_size:
                msg = f"the ledger is longer than the {pointer.ledger_size} entries of its pointer"
                raise IntegrityError(msg, next_step=_RESTORE)
        return tuple(reversed(entries))

    def _entry(self, digest: str) -> Entry:
        what = f"ledger entry {digest[:16]}…"
        try:
            data = bounded.read_bytes(self._entry_path(digest), most=bounded.PRODUCT)
            entry = parse(Entry, data, what=what)
        except (OSError, EvidenceError):
            msg = f"{what} is missing or damaged"
            raise IntegrityError(msg, next_step=_RESTORE) from None
        if sha256_hex(data) != digest:
            msg = f"{what} was changed"
            raise IntegrityError(msg, next_step=_RESTORE)
        return entry


_RESTORE = "git checkout -- gates/pointer.json gates/ledger"
