"""Pointer, ledger and evidence as files; `gates/pointer.json` is the commit point.

Write order of a commit: evidence, then the entry under its own hash, then the pointer.
Everything before the pointer is unreferenced if we die; nothing before it is ever changed.
"""

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.settled import Settled
from openmed.adapters.stores.flip_lock import FlipLock
from openmed.adapters.stores.fold_checkpoint import LEAST, FoldCheckpoint
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.ancestry import LostHead, lost_fault, lost_heads, way_back
from openmed.domain.ledger.entry import Entry, parse_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.orphan_entries import OrphanEntry, branches, fork_fault, fork_heads
from openmed.domain.ledger.pointer import PointerTable, open_state, pointer_of
from openmed.domain.wire import dump, parse, pretty
from openmed.errors import EvidenceError, ExternalError, FlipConflictError, IntegrityError
from openmed.ports.releasing import StateMemory

_NOTED: Final = 20
"""Entries kept of a state that was only read; git has the bytes of older ones."""
_MOST_ENTRIES: Final = 20_000
"""Entries that are not parsed again while their files stand; a state has them all anyway."""


class FileReleaseStore:
    """The release state of one repository.

    Attributes:
        lock_file: whoever holds the lock on it may write.
    """

    def __init__(
        self,
        root: Path,
        *,
        lock_seconds: float,
        disk: Disk = REAL,
        memory: StateMemory | None = None,
        checkpoint_from: int = LEAST,
    ) -> None:
        """Remember where things are; nothing is read yet.

        Args:
            root: release repository.
            lock_seconds: longest wait for another writer.
            disk: makes the files.
            memory: what this checkout has seen after a commit point; None = it is not asked.
            checkpoint_from: entries from which a checkpoint of the ledger is kept.
        """
        self._memory = memory
        self._disk = disk
        self._gates = root / "gates"
        self._aside = root / "artifacts" / "aside"
        self._lock = FlipLock(root / "artifacts", seconds=lock_seconds)
        self.lock_file = self._lock.file
        self._pointer: Settled[bytes] = Settled(1)
        self._read_entries: Settled[Entry] = Settled(_MOST_ENTRIES)
        self._seen: tuple[bytes | None, FleetState] | None = None
        self._shown: tuple[bytes, FleetState] | None = None
        self._checkpoint = FoldCheckpoint(root, least=checkpoint_from, disk=disk)

    def state(self) -> FleetState:
        """What is live, checked against the ledger; read again only when the pointer moved."""
        data = self._pointer_bytes()
        if self._seen is None or self._seen[0] != data:
            listing = self._checkpoint.listing()
            pointer = self._parse_pointer(data)
            state = open_state(pointer, self._entries(pointer))
            lost = self.lost_heads(state)
            strays = self.strays(state)
            fault = lost_fault(state, lost) or fork_fault(state, strays)
            if fault and self._pointer_bytes() != data:
                return self.state()  # Somebody committed while we read: nothing is wrong.
            if fault:
                raise IntegrityError(fault, next_step=way_back(lost or fork_heads(state, strays)))
            self._note(state)
            self._seen = (data, state)
            if data is not None:
                self._checkpoint.save(state, data, listing)
        return self._seen[1]

    def shown_state(self) -> FleetState:
        """What is live, to be shown: from the checkpoint where that fits, else as `state`."""
        data = self._pointer_bytes()
        if self._seen is not None and self._seen[0] == data:
            return self._seen[1]
        if data is not None and (self._shown is None or self._shown[0] != data):
            found = self._checkpoint.load(data, partial(self._entry, named_by="its checkpoint"))
            # Whether the state went back is never taken from a cache.
            if found is None or self.lost_heads(found):
                return self.state()
            self._note(found)
            self._shown = (data, found)
        return self.state() if self._shown is None or data is None else self._shown[1]

    def reached(self) -> FleetState:
        """What the pointer reaches, whatever else lies in the ledger."""
        pointer = self._parse_pointer(self._pointer_bytes())
        return open_state(pointer, self._entries(pointer))

    def lost_heads(self, state: FleetState, *, is_local: bool = False) -> tuple[LostHead, ...]:
        """Entries that took effect here and that a state does not reach."""
        if self._memory is None:
            return ()
        sightings = self._memory.sightings(state)
        if is_local:
            sightings = tuple(one for one in sightings if not one.is_shared)
        if any(not sighting.head for sighting in sightings):
            here = {s.entry.tag: s.name for s in self.strays(state) if s.entry is not None}
            # A flip that was killed may have left an entry with the tag that the next one got.
            for tag in {mark.tag for mark in state.marks} | state.absorbed_tags:
                here.pop(tag, None)
            sightings = tuple(
                sighting._replace(head=sighting.head or here.get(sighting.tag, ""))
                for sighting in sightings
            )
        return lost_heads(state, sightings, self._memory.entry)

    def strays(self, state: FleetState) -> tuple[OrphanEntry, ...]:
        """Files of the ledger that the pointer does not reach nor took in, by name."""
        reached = state.reached | state.absorbed
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
        path = self._gates / "evidence" / f"{digest}.json"
        try:
            data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
        except PermissionError:
            raise _denied(path) from None
        except OSError as error:
            msg = f"evidence {digest[:16]}… cannot be read: {error.strerror}"
            raise IntegrityError(msg, next_step=_RESTORE) from None
        if sha256_hex(data) != digest:
            msg = f"evidence {digest[:16]}… was changed"
            raise IntegrityError(msg, next_step=_RESTORE)
        return data

    def evidence_names(self) -> tuple[str, ...]:
        """Names of the evidence files that are here."""
        return tuple(sorted(path.stem for path in (self._gates / "evidence").glob("*.json")))

    def commit(self, entry: Entry, pointer: PointerTable, *, evidence: tuple[bytes, ...]) -> None:
        """Write evidence, then the entry, then replace the pointer: the commit point."""
        written = {sha256_hex(data) for data in evidence}
        for digest in entry.evidence:
            if digest not in written:
                self.evidence(digest)  # An entry never names what is not whole on disk.
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
        seen = self._seen[1].entries if self._seen else ()
        follows = bool(seen) and seen[-1].digest == entry.parent
        self._remember((*seen, entry) if follows else self._entries(pointer), evidence)

    def advance(self, entries: tuple[Entry, ...]) -> None:
        """Put the pointer on the last of these entries, with every file it needs.

        The caller holds the lock; the chain begins with the first entry of the ledger.

        Raises:
            IntegrityError: evidence of an entry is nowhere to be found whole.
        """
        pointer = pointer_of(fold(entries))
        evidence = self._found_evidence(entries)
        for data in evidence:
            path = self._gates / "evidence" / f"{sha256_hex(data)}.json"
            atomic.keep(path, data, disk=self._disk)
        for entry in entries:
            self._write_entry(entry)
        self._replace_pointer(pretty(pointer))
        self._remember(self._entries(pointer), evidence)

    def restore_evidence(self, digest: str, *, otherwise: bytes | None) -> None:
        """Put a file that travelled as evidence back, if it is not whole; nothing if it is nowhere.

        The caller holds the lock.
        """
        try:
            self.evidence(digest)
        except IntegrityError:
            known = self._memory.evidence(digest) if self._memory else None
            data = otherwise if known is None else known
            if data is not None and sha256_hex(data) == digest:
                path = self._gates / "evidence" / f"{digest}.json"
                atomic.keep(path, data, disk=self._disk)

    def evidence_for(self, entry: Entry) -> tuple[bytes, ...]:
        """Evidence of an entry that is not whole under `gates/`, from what is remembered."""
        return self._found_evidence((entry,))

    def last_whole(self) -> FleetState:
        """What the pointer's head reaches, whatever else the pointer says; nothing when damaged."""
        try:
            pointer = self._parse_pointer(self._pointer_bytes())
            return fold(self._entries(pointer))
        except IntegrityError:
            return fold(())

    def _found_evidence(self, entries: tuple[Entry, ...]) -> tuple[bytes, ...]:
        """Evidence that is not whole on disk, from what this checkout remembers."""
        found: list[bytes] = []
        for digest in dict.fromkeys(name for entry in entries for name in entry.evidence):
            try:
                self.evidence(digest)
            except IntegrityError:
                data = self._memory.evidence(digest) if self._memory else None
                if data is None:
                    raise
                found.append(data)
        return tuple(found)

    def _remember(self, entries: tuple[Entry, ...], evidence: tuple[bytes, ...]) -> None:
        if self._memory is None:
            return
        self._memory.keep(entries)
        self._memory.keep_evidence(evidence)

    def _note(self, state: FleetState) -> None:
        """Remember what was read: git may have brought this checkout here, and back again."""
        if self._memory is None or state.last is None:
            return
        if not self._memory.has_seen(state.last.digest):
            self._memory.keep(state.entries[-_NOTED:])

    def _write_entry(self, entry: Entry) -> None:
        atomic.keep(self._entry_path(entry.digest), dump(entry), disk=self._disk)

    def _replace_pointer(self, content: bytes) -> None:
        atomic.write(self._gates / "pointer.json", content, disk=self._disk)

    def _entry_path(self, digest: str) -> Path:
        return self._gates / "ledger" / f"{digest}.json"

    def _pointer_bytes(self) -> bytes | None:
        path = self._gates / "pointer.json"
        try:
            read = partial(limited_read.read_bytes, path, most=limited_read.PRODUCT)
            return self._pointer.of(path, read)
        except FileNotFoundError:
            return None
        except PermissionError:
            raise _denied(path) from None
        except OSError as error:
            msg = f"gates/pointer.json cannot be read: {error.strerror}"
            raise IntegrityError(msg, next_step=_RESTORE) from None

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
        path = self._entry_path(digest)
        try:
            return self._read_entries.of(path, partial(_whole_entry, path, digest, what=what))
        except PermissionError:
            raise _denied(path) from None
        except (OSError, EvidenceError):
            msg = f"{what} is missing or damaged"
            raise IntegrityError(msg, next_step=_RESTORE) from None


def _whole_entry(path: Path, digest: str, *, what: str) -> Entry:
    data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
    entry = parse_entry(data, what=what)
    if sha256_hex(data) != digest:
        msg = f"{what} was changed"
        raise IntegrityError(msg, next_step=_RESTORE)
    return entry


def _denied(path: Path) -> ExternalError:
    msg = f"{path.parent.name}/{path.name} cannot be read: Permission denied"
    return ExternalError(msg, next_step=f"ls -l {path}; sudo chmod a+r {path}")


_CONFLICT = b"<<<<<<< "
_CHOOSE = "git checkout --ours gates/pointer.json, then openmed release reconcile"
_RESTORE = "openmed release recover --forward"
