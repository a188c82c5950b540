"""`gates/head.json`: the signed head statement; how long it is good for is in `gates/head.toml`."""

import tomllib
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import Disk
from openmed.adapters.keys.dsse import FileSigner, FileVerifiers
from openmed.domain.attestation.head_statement import (
    CONFIG_FILE,
    DEFAULT_HOURS,
    HEAD_FILE,
    HeadConfig,
    LedgerHead,
    expiry,
    payload_of_head,
)
from openmed.domain.attestation.verifier import Role
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.wire import from_plain, parse
from openmed.errors import EvidenceError, FlipConflictError, OpenMedError, UsageError


class SignedHeads:
    """The head statement of one release repository."""

    def __init__(
        self, root: Path, *, signer: FileSigner, verifiers: FileVerifiers, now: str, disk: Disk
    ) -> None:
        """Remember the place; nothing is read yet.

        Args:
            root: release repository.
            signer: signs with the key of this process.
            verifiers: whose signatures count.
            now: when it is issued.
            disk: makes the file.
        """
        self._root = root
        self._signer = signer
        self._verifiers = verifiers
        self._now = now
        self._disk = disk

    def read(self) -> bytes | None:
        """Its envelope; None when there is none."""
        return self._bytes(HEAD_FILE, most=limited_read.KEY)

    def pointer(self) -> str:
        """Sha256 of the pointer's file; empty when there is none."""
        data = self._pointer_bytes()
        return "" if data is None else sha256_hex(data)

    def is_due(self, state: FleetState) -> bool:
        """Whether it is of another pointer than the one that is there, and could be signed now."""
        pointer = self.pointer()
        return bool(pointer) and self._vouched() != pointer and self._can_sign(state)

    def sign(self, state: FleetState) -> LedgerHead:
        """Vouch for a state that was checked, and keep that."""
        data = self._pointer_bytes()
        table = parse(PointerTable, data or b"", what="gates/pointer.json")
        if state.last is None or table.ledger_head != state.last.digest:
            msg = "the pointer moved while its head statement was signed"
            raise FlipConflictError(msg, next_step="run it again")
        head = LedgerHead(
            size=table.ledger_size,
            head=table.ledger_head,
            tag=table.tag,
            pointer=sha256_hex(data or b""),
            issued=self._now,
            expires=expiry(self._now, hours=self.hours()),
        )
        envelope = self._signer.sign(payload_of_head(head, verifier=self._signer.name))
        self._verifiers.verify_head(envelope)  # A key that may not judge vouches for nothing.
        atomic.write_if_different(self._root / HEAD_FILE, envelope, disk=self._disk)
        return head

    def _vouched(self) -> str:
        """The pointer that is vouched for; empty where nothing that counts is there."""
        try:
            return self._verifiers.verify_head(self.read() or b"").head.pointer
        except OpenMedError:
            return ""

    def _can_sign(self, state: FleetState) -> bool:
        try:
            keyid = self._signer.keyid
            self.hours()
        except UsageError:
            return False
        listed = (one for one in self._verifiers.listed() if one.keyid == keyid)
        may_judge = any(Role.JUDGE in one.roles for one in listed)
        return may_judge and state.closure_of(keyid) is None

    def hours(self) -> int:
        """How long a statement is good for.

        Raises:
            UsageError: `gates/head.toml` cannot be used.
        """
        data = self._bytes(CONFIG_FILE, most=limited_read.CONFIGURATION)
        if data is None:
            return DEFAULT_HOURS
        try:
            return from_plain(HeadConfig, tomllib.loads(data.decode()), what=CONFIG_FILE).hours
        except (ValueError, EvidenceError) as error:
            said = error.message if isinstance(error, EvidenceError) else "it is no TOML"
            msg = f"{CONFIG_FILE}: {said}"
            raise UsageError(msg) from None

    def _pointer_bytes(self) -> bytes | None:
        return self._bytes("gates/pointer.json", most=limited_read.PRODUCT)

    def _bytes(self, name: str, *, most: int) -> bytes | None:
        try:
            return limited_read.read_bytes(self._root / name, most=most)
        except OSError:
            return None
