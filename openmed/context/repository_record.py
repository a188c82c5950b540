"""The record of releases: pointer, ledger and evidence, whose keys count, and who shares it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from openmed.context.repository_code import RepositoryCode

if TYPE_CHECKING:
    from openmed.adapters.keys.dsse import FileSigner, FileVerifiers
    from openmed.adapters.keys.head_file import SignedHeads
    from openmed.adapters.keys.key_place import KeyPlace
    from openmed.adapters.keys.key_ring import FileKeyRing
    from openmed.adapters.stores.measurement_files import FileMeasurements
    from openmed.adapters.stores.release_store import FileReleaseStore
    from openmed.adapters.sync.checkout_memory import CheckoutMemory
    from openmed.adapters.sync.git_sync import GitSync
    from openmed.adapters.sync.sharing_memory import SharingMemory
    from openmed.domain.attestation.head_statement import StatedHead

LOCK_SECONDS = 60.0


@dataclass(frozen=True)
class RepositoryRecord(RepositoryCode):
    """What a release is written into; each adapter is loaded where it is first made."""

    @cached_property
    def keys(self) -> "KeyPlace":
        """Where keys are."""
        from openmed.adapters.keys.key_place import key_place

        return key_place(self.root, self.environ)

    def make_keys(self) -> tuple[str, bool]:
        """Make the developer's own key if there is none: its id, and whether it is new."""
        from openmed.adapters.keys.key_files import init_keys

        return init_keys(self.keys)

    @cached_property
    def signer(self) -> "FileSigner":
        """Signs verdicts."""
        from openmed.adapters.keys.dsse import FileSigner

        return FileSigner(self.keys)

    @cached_property
    def verifiers(self) -> "FileVerifiers":
        """Whose signatures count."""
        from openmed.adapters.keys.dsse import FileVerifiers

        return FileVerifiers(self.keys)

    def signer_of(self, file: Path) -> "FileSigner":
        """Signs with another private key than the one of this process."""
        from openmed.adapters.keys.dsse import FileSigner

        return FileSigner(self.keys, file=file)

    @cached_property
    def heads(self) -> "SignedHeads":
        """The signed head statement."""
        from openmed.adapters.keys.head_file import SignedHeads

        return SignedHeads(
            self.root, signer=self.signer, verifiers=self.verifiers, now=self.now, disk=self.disk
        )

    def stated_head(self) -> "StatedHead":
        """What the head statement says of itself now; nothing is verified."""
        from openmed.adapters.keys.stated_head import stated_head

        return stated_head(self.root)

    @cached_property
    def ring(self) -> "FileKeyRing":
        """Replaces keys."""
        from openmed.adapters.keys.key_ring import FileKeyRing

        return FileKeyRing(self.keys)

    @cached_property
    def measurements(self) -> "FileMeasurements":
        """Measurements that were signed where a suite's text is."""
        from openmed.adapters.stores.measurement_files import FileMeasurements

        return FileMeasurements(self.root / "gates" / "measurements")

    @cached_property
    def releases(self) -> "FileReleaseStore":
        """Pointer, ledger, evidence."""
        from openmed.adapters.stores.release_store import FileReleaseStore

        return FileReleaseStore(
            self.root, lock_seconds=LOCK_SECONDS, disk=self.disk, memory=self.memory
        )

    @cached_property
    def memory(self) -> "CheckoutMemory":
        """What this checkout has seen after a commit point."""
        from openmed.adapters.sync.checkout_memory import CheckoutMemory
        from openmed.adapters.sync.git_history import GitHistory
        from openmed.adapters.sync.git_sync import shared_ref

        history = GitHistory(self.root, shared_ref=shared_ref(self.root, self.sharing_memory))
        return CheckoutMemory(self.root, artifacts=self.artifacts, history=history, disk=self.disk)

    @cached_property
    def sharing_memory(self) -> "SharingMemory":
        """What remembers how the state is shared."""
        from openmed.adapters.sync.sharing_memory import SharingMemory

        return SharingMemory(self.root, artifacts=self.artifacts, disk=self.disk)

    @cached_property
    def git_state(self) -> "GitSync | None":
        """State that is shared as `gates/shared.toml` says; None when it is this machine's own.

        Raises:
            UsageError: the file cannot be used, or this is no checkout of git.
        """
        from openmed.adapters.sync.sync_config_file import read_sharing

        sharing = read_sharing(self.root)
        if sharing is None:
            return None
        from openmed.adapters.sync.git_sync import GitSync

        return GitSync(self.root, sharing)
