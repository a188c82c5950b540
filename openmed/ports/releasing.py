"""Releasing: the state, where bytes are served from, and whose signatures count.

Each Protocol says what it promises and how it fails.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from openmed.domain.attestation.head_statement import LedgerHead, SignedHead
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.attestation.verifier import ListedKey
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.ledger.ancestry import LostHead, Sighting
from openmed.domain.ledger.changes import Measured, Promoted
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.orphan_entries import OrphanEntry
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.release.policy_change import StatedFile
from openmed.domain.release.served import Unserved
from openmed.ports.storage import BlobStore

if TYPE_CHECKING:
    from openmed.domain.attestation.measurement_statement import SignedMeasurement
    from openmed.domain.attestation.policy_statement import SignedPolicyStatement
    from openmed.domain.attestation.rotation import Rotation
    from openmed.domain.attestation.waiver import SignedWaiver


class Signer(Protocol):
    """Signs with the key this process may use."""

    @property
    def keyid(self) -> str:
        """Id of the key."""

    @property
    def name(self) -> str:
        """Verifier the key is listed as.

        Raises:
            UsageError: there is no key, or it is listed nowhere.
        """

    def sign(self, payload: bytes) -> bytes:
        """DSSE envelope over a payload, as bytes.

        Raises:
            UsageError: there is no key.
        """


class Verifiers(Protocol):
    """The keys whose signatures count."""

    def listed(self) -> tuple[ListedKey, ...]:
        """Every key that is listed.

        Raises:
            IntegrityError: a file is no key, has no fitting name, or a key has two names.
        """

    def verify(self, envelope: bytes) -> SignedVerdict:
        """Check a signature and the statement under it.

        Raises:
            IntegrityError: unsigned, a key that is not listed or may not judge, edited payload,
                signed for another verifier, or not our statement.
        """

    def recorded(self, evidence: Callable[[str], bytes]) -> Callable[[bytes], SignedVerdict]:
        """Checks verdicts that were released; a developer's key may have travelled with them.

        Args:
            evidence: gives an evidence file's bytes, checked against its name.

        Returns:
            Like `verify`; a key that is listed nowhere here, but is in the evidence, counts as
            `local` and is marked as unlisted. Never to be used for a verdict that is not spent.
        """

    def recorded_form(self, keyid: str) -> bytes | None:
        """What travels with a release that a developer's own key signed; None for other keys."""

    def keyid_of(self, envelope: bytes) -> str:
        """Id of the key an envelope says it is signed by; nothing is verified.

        Raises:
            IntegrityError: it is not an envelope.
        """

    def verify_waiver(self, envelope: bytes) -> "SignedWaiver":
        """Check a signature and the waiver under it.

        Raises:
            IntegrityError: as `verify`, for a key that may not waive.
        """

    def verify_measurement(self, envelope: bytes) -> "SignedMeasurement":
        """Check a signature and the measurement under it.

        Raises:
            IntegrityError: as `verify`, for a key that may not measure.
        """

    def verify_policy_statement(self, envelope: bytes) -> "SignedPolicyStatement":
        """Check a signature and the policy statement under it.

        Raises:
            IntegrityError: as `verify`, for a key that may not waive.
        """

    def verify_head(self, envelope: bytes) -> SignedHead:
        """Check a signature and the head statement under it.

        Raises:
            IntegrityError: as `verify`.
        """

    def policy_statements(self, files: tuple[tuple[str, bytes], ...]) -> tuple[StatedFile, ...]:
        """The policy statements among signed files; one that does not verify says why."""

    def is_policy_statement(self, envelope: bytes) -> bool:
        """Whether an envelope says that it holds one; nothing is verified."""


class HeadStatements(Protocol):
    """The signed head statement beside the pointer."""

    def read(self) -> bytes | None:
        """Its envelope; None when there is none."""

    def pointer(self) -> str:
        """Sha256 of the pointer's file; empty when there is none."""

    def is_due(self, state: FleetState) -> bool:
        """Whether it is of another pointer than the one that is there, and could be signed now.

        Args:
            state: the ledger, which closes keys.
        """

    def sign(self, state: FleetState) -> LedgerHead:
        """Vouch for a state that was checked, and keep that.

        Raises:
            UsageError: there is no key that counts, or `gates/head.toml` cannot be used.
            FlipConflictError: the pointer is not the one of this state any more.
        """


class Waivers(Protocol):
    """Waivers and policy statements that people signed and put into the repository."""

    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Every file, by name."""

    def put(self, envelope: bytes) -> str:
        """Keep a waiver; the name of its file."""


class Measurements(Protocol):
    """Signed measurements that were put into the repository."""

    def names(self) -> tuple[str, ...]:
        """Names of all files."""

    def get(self, name: str) -> bytes | None:
        """A file's bytes; None when there is none."""

    def put(self, name: str, envelope: bytes) -> None:
        """Keep a statement; it replaces the one before."""


class KeyRing(Protocol):
    """The key pair of this process, while it is replaced."""

    def prepare(self, verifier: str, *, is_lost: bool, signed: tuple[str, ...]) -> "Rotation":
        """Make the next pair, or find the one a killed call left; keep the old public half.

        Args:
            verifier: whose key; empty = of the private key of this process.
            is_lost: the old private key is not needed. When the present one signed nothing and
                another of the same verifier did, that one was lost and the present one follows.
            signed: keys that signed what is recorded and are not closed, newest first.

        Raises:
            UsageError: there is no such key.
        """

    def finish(self, rotation: "Rotation") -> None:
        """Put the next pair in the place of the old one."""


class StateMemory(Protocol):
    """What this checkout has seen after a commit point; its absence proves nothing."""

    def sightings(self, state: FleetState) -> tuple[Sighting, ...]:
        """What names an entry that took effect; those `state` reaches may be left out."""

    def has_seen(self, digest: str) -> bool:
        """Whether an entry is remembered as one that a pointer named."""

    def keep(self, entries: tuple[Entry, ...]) -> None:
        """Remember a chain of entries that took effect; a failure to do so is no fault."""

    def keep_evidence(self, files: tuple[bytes, ...]) -> None:
        """Remember evidence files; a failure to do so is no fault."""

    def entry(self, digest: str) -> Entry | None:
        """An entry, from wherever its bytes are whole."""

    def evidence(self, digest: str) -> bytes | None:
        """An evidence file, from wherever its bytes are whole."""


class ReleaseStore(Protocol):
    """Pointer, ledger and evidence."""

    def state(self) -> FleetState:
        """What is live, checked against the ledger.

        Raises:
            IntegrityError: pointer and ledger disagree, a file is damaged, or the ledger has
                two heads.
        """

    def shown_state(self) -> FleetState:
        """What is live, to be shown; whoever decides or writes asks `state`.

        As `state`, but for a cache of the rows: its entries are read when they are asked for.

        Raises:
            IntegrityError: as `state`, now or when a damaged entry is asked for.
        """

    def reached(self) -> FleetState:
        """What the pointer reaches, whatever else lies in the ledger.

        Raises:
            IntegrityError: as `state`, but for a ledger with two heads.
        """

    def lost_heads(self, state: FleetState, *, is_local: bool = False) -> tuple[LostHead, ...]:
        """Entries that took effect in this checkout and that a state does not reach.

        Args:
            state: the state.
            is_local: leave out what only the last fetched shared branch names.
        """

    def evidence_for(self, entry: Entry) -> tuple[bytes, ...]:
        """Evidence of an entry that is not whole under `gates/`, from what is remembered.

        Raises:
            IntegrityError: it is nowhere to be found whole.
        """

    def last_whole(self) -> FleetState:
        """What the pointer reaches; nothing when pointer or ledger is damaged."""

    def advance(self, entries: tuple[Entry, ...]) -> None:
        """Put the pointer on the last of a whole chain of entries, with every file it needs.

        The caller holds the lock.

        Raises:
            IntegrityError: evidence of an entry is nowhere to be found whole.
        """

    def restore_evidence(self, digest: str, *, otherwise: bytes | None) -> None:
        """Put a file that travelled as evidence back, if it is not whole; nothing if it is nowhere.

        The caller holds the lock.

        Args:
            digest: its name.
            otherwise: its bytes, for where nothing remembers them.
        """

    def strays(self, state: FleetState) -> tuple[OrphanEntry, ...]:
        """Files of the ledger that are not entries of this state, by name."""

    def set_aside(self, name: str) -> str:
        """Move a stray out of the ledger, for good; where to. Nothing is thrown away."""

    def lock(self, *, is_rollback: bool = False) -> AbstractContextManager[None]:
        """One writer at a time; a rollback goes before all others that wait.

        Raises:
            FlipConflictError: another process holds it for too long.
        """

    def evidence(self, digest: str) -> bytes:
        """An evidence file's bytes.

        Raises:
            IntegrityError: missing or not what its name says.
        """

    def evidence_names(self) -> tuple[str, ...]:
        """Names of all evidence files that are here, whether anything names them or not."""

    def commit(self, entry: Entry, pointer: PointerTable, *, evidence: tuple[bytes, ...]) -> None:
        """Write evidence, then the entry, then replace the pointer: the commit point.

        The caller holds the lock and read the state under it.

        Raises:
            IntegrityError: evidence that the entry names is neither among these bytes nor whole
                here; nothing was written.
            FlipConflictError: the pointer is not the one the entry was made for.
        """


class ReleasedBytes(Protocol):
    """The bytes of releases: whether they are served, and where else they can be had."""

    def unserved(self, live: LiveRelease) -> Unserved | None:
        """Hash what is served of a live release; None when it is whole."""

    def code_fault(self, release: Promoted) -> str:
        """Say which of its code is outside its bytes; empty when none is, or they are gone."""

    def is_staged(self, release: Measured) -> bool:
        """Whether its bytes are staged here; a cheap look, not a proof."""

    def serve(self, release: Promoted, *, may_build: bool) -> None:
        """Publish a release again, from wherever its bytes are whole.

        Args:
            release: what was released.
            may_build: whether its source may be staged again, which may run a recipe.

        Raises:
            IntegrityError: its bytes are gone, or its source gives others today.
            ExternalError: the registry cannot be reached.
        """

    def bring(self, release: Measured, *, may_build: bool = True) -> None:
        """Have a release's bytes staged here: from the registry, or from its source again.

        Raises:
            IntegrityError: they are gone, or the source gives others today.
        """


@runtime_checkable
class PlacedRegistry(Protocol):
    """A registry in a place that may be away, as a disk that is not mounted."""

    def is_there(self) -> bool:
        """Whether the place is there; nothing is known of what it serves while it is not."""


class Registry(BlobStore, Protocol):
    """Where released bytes are served from: whole trees by digest, which never change.

    A flip puts every tree before its commit point and verifies what is served; a rollback
    verifies, and puts again what was lost. A tree that nothing points at is nobody's release.
    As a `BlobStore` it lists its trees and removes the ones `gc` names.
    """

    @property
    def where(self) -> str:
        """Where it is, for a person: a folder, an address without secrets."""

    def is_writable(self) -> bool:
        """Whether trees can be put here now, as far as a look can tell; changes nothing."""

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Copy a staged tree, read it back and compare; nothing points at it yet.

        Doing it again changes nothing. The tree appears whole or not at all.

        Raises:
            IntegrityError: the bytes read back are not the staged ones.
            ExternalError: it cannot be reached.
            FlipConflictError: another writer came first, with other bytes.
        """

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte that is served.

        Raises:
            IntegrityError: the tree or a file is missing, extra or changed.
            ExternalError: it cannot be reached.
        """

    def fetch(self, artifact: str, folder: str) -> None:
        """Copy a released tree into an empty folder; whoever asks verifies it.

        Raises:
            IntegrityError: it is gone.
            ExternalError: it cannot be reached.
        """

    def sweep(self) -> int:
        """Remove what a killed run left unfinished; how many there were."""
