"""Pointer, ledger and evidence as files; `gates/pointer.json` is the commit point.

Write order of a commit: evidence, then the entry under its own hash, then the pointer.
Everything before the pointer is unreferenced if we die; nothing before it is ever changed.
"""

from contextlib import AbstractContextManager
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.stores.flip_lock import FlipLock
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.orphan_entries import WAY_OUT, OrphanEntry, branches, fork_fault
from openmed.domain.ledger.pointer import PointerTable, open_state
from openmed.domain.wire import dump, parse, pretty
from openmed.errors import EvidenceError, FlipConflictError, IntegrityError


class FileReleaseStore:
    """The release state of one repository.

    Attributes:
        lock_file: whoever holds the lock on it may write.
    """

    def __init__(self, root: Path, *, lock_seconds: float, disk: Disk = REAL) -> None:
        """Remember where things are; nothing is read yet.

        Args:
            root: release repository.
            lock_seconds: longest wait for another writer.
            disk: makes the files.
        """
        self._disk = disk
        self._gates = root / "gates"
        self._aside = root / "artifacts" / "aside"
        self._lock = FlipLock(root / "artifacts", seconds=lock_seconds)
        self.lock_file = self._lock.file
        self._seen: tuple[bytes | None, FleetState] | None = None

    def state(self) -> FleetState:
        """What is live, checked against the ledger; read again only when the pointer moved."""
        data = self._pointer_bytes()
        if self._seen is None or self._seen[0] != data:
            pointer = self._parse_pointer(data)
            state = open_state(pointer, self._entries(pointer))
            fault = fork_fault(state, self.strays(state))
            if fault and self._pointer_bytes() != data:
                return self.state()  # Somebody committed while we read: nothing is wrong.
            if fault:
                raise IntegrityError(fault, next_step=WAY_OUT)
            self._seen = (data, state)
        return self._seen[1]

    def reached(self) -> FleetState:
        """What the pointer reaches, whatever else lies in the ledger."""
        pointer = self._parse_pointer(self._pointer_bytes())
        return open_state(pointer, self._entries(pointer))

    def strays(self, state: FleetState) -> tuple[OrphanEntry, ...]:
        """Files of the ledger that the pointer does not reach, by name."""
        reached = {entry.digest for entry in state.entries}
        names = sorted(path.stem for path in self._entry_path("*").parent.glob("*.json"))
        return tuple(OrphanEntry(name, self._whole(name)) for name in names if name not in reached)

    def set_aside(self, name: str) -> str:
        """Move a file of the ledger out of it; where to."""
        place = self._aside / f"{name}.json"
        source = self._entry_path(name)
        atomic.keep(
            place, limited_read.read_bytes(source, most=limited_read.PRODUCT), disk=self._disk
        )
        self._disk.unlink(source)
        self._disk.fsync_folder(source.parent)
        return place.relative_to(self._gates.parent).as_posix()

    def lock(self, *, is_rollback: bool = False) -> AbstractContextManager[None]:
        """One writer at a time; a rollback goes before a release that waits."""
        return self._lock.held(is_rollback=is_rollback)

    def evidence(self, digest: str) -> bytes:
        """An evidence file's bytes, checked against its name."""
        try:
            path = self._gates / "evidence" / f"{digest}.json"
            data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
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
            path = self._gates / "evidence" / f"{sha256_hex(data)}.json"
            atomic.keep(path, data, disk=self._disk)
        self._write_entry(entry)
        # Last chance to refuse: the pointer must be the one the plan was made for.
        now = self._parse_pointer(self._pointer_bytes())
        if (now.ledger_head if now else None) != entry.parent:
            msg = "the live release changed since this was planned"
            raise FlipConflictError(msg, next_step="openmed release run")
        self._replace_pointer(pretty(pointer))

    def _write_entry(self, entry: Entry) -> None:
        atomic.keep(self._entry_path(entry.digest), dump(entry), disk=self._disk)

    def _replace_pointer(self, content: bytes) -> None:
        atomic.write(self._gates / "pointer.json", content, disk=self._disk)

    def _entry_path(self, digest: str) -> Path:
        return self._gates / "ledger" / f"{digest}.json"

    def _pointer_bytes(self) -> bytes | None:
        try:
            return limited_read.read_bytes(self._gates / "pointer.json", most=limited_read.PRODUCT)
        except FileNotFoundError:
            return None
        except OSError as error:
            msg = f"gates/pointer.json cannot be read: {error.strerror}"
            raise IntegrityError(msg) from None

    def _parse_pointer(self, data: bytes | None) -> PointerTable | None:
        if data is None:
            return None
        if _CONFLICT in data:
            raise IntegrityError(self._half_merged(), next_step=_CHOOSE)
        try:
            return parse(PointerTable, data, what="gates/pointer.json")
        except EvidenceError as error:
            raise IntegrityError(error.message, next_step=_RESTORE) from None

    def _half_merged(self) -> str:
        heads = [branch.head for branch in branches(self.strays(fold(())))]
        named = " and ".join(f"{head.digest[:16]} ({head.tag})" for head in heads) or "none"
        return f"gates/pointer.json is half merged; the ledger has the heads {named}"

    def _entries(self, pointer: PointerTable | None) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        head = pointer.ledger_head if pointer else None
        while head is not None:
            child = entries[-1].tag if entries else "gates/pointer.json"
            entries.append(self._entry(head, named_by=child))
            head = entries[-1].parent
            if pointer and len(entries) > pointer.ledger_size:
                msg = f"the ledger is longer than the {pointer.ledger_size} entries of its pointer"
                raise IntegrityError(msg, next_step=_RESTORE)
        return tuple(reversed(entries))

    def _whole(self, name: str) -> Entry | None:
        try:
            return self._entry(name, named_by="nothing")
        except IntegrityError:
            return None

    def _entry(self, digest: str, *, named_by: str) -> Entry:
        what = f"ledger entry {digest[:16]}…, named by {named_by},"
        try:
            data = limited_read.read_bytes(self._entry_path(digest), most=limited_read.PRODUCT)
            entry = parse(Entry, data, what=what)
        except (OSError, EvidenceError):
            msg = f"{what} is missing or damaged"
            raise IntegrityError(msg, next_step=_RESTORE) from None
        if sha256_hex(data) != digest:
            msg = f"{what} was changed"
            raise IntegrityError(msg, next_step=_RESTORE)
        return entry


_CONFLICT = b"<<<<<<< "
_CHOOSE = "git checkout --ours gates/pointer.json (or --theirs), then openmed release recover"
_RESTORE = "git checkout -- gates/pointer.json gates/ledger"
