"""Downloading: what a source serves, whose word counts, what was seen, where files go.

Each Protocol says what it promises and how it fails. A source is never trusted.
"""

from typing import Protocol

from openmed.domain.attestation.head_statement import SignedHead
from openmed.domain.attestation.release_statement import SignedRelease
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.downloads.record import SeenHead


class ServedFiles(Protocol):
    """Files below one address: a folder, or a static tree over HTTP."""

    @property
    def name(self) -> str:
        """The address, for a person and to remember it by; without secrets."""

    def read(self, path: str, *, most: int) -> bytes | None:
        """A file's bytes; None when the source says that there is none.

        Raises:
            IntegrityError: it is larger than `most`.
            ExternalError: the source cannot be reached, or stalls.
        """

    def save(self, path: str, target: str, *, size: int) -> None:
        """Write a file of a known size to a new file on disk; whoever asks verifies it.

        Raises:
            IntegrityError: there is none, or it has another size.
            ExternalError: the source cannot be reached, or stalls.
        """


class TrustedKeys(Protocol):
    """The keys that whoever downloads was given; never from the source."""

    @property
    def keyids(self) -> tuple[str, ...]:
        """Their ids."""

    def head(self, envelope: bytes) -> SignedHead:
        """Check a signature and the head statement under it.

        Raises:
            IntegrityError: unsigned, an unknown key, edited, or something else.
        """

    def verdict(self, envelope: bytes) -> SignedVerdict:
        """Check a signature and the verdict under it.

        Raises:
            IntegrityError: as `head`.
        """

    def release(self, envelope: bytes) -> SignedRelease:
        """Check a signature and the release statement under it.

        Raises:
            IntegrityError: as `head`.
        """


class SeenHeads(Protocol):
    """The greatest head of each source that was accepted here."""

    def greatest(self, source: str) -> SeenHead | None:
        """What was seen; None when nothing was.

        Raises:
            UsageError: what was kept cannot be read.
        """

    def keep(self, seen: SeenHead) -> None:
        """Remember it, unless a greater one is kept.

        Raises:
            ExternalError: it cannot be written.
        """


class EntryCache(Protocol):
    """Ledger entries that were read before; its loss costs time only."""

    def get(self, digest: str) -> bytes | None:
        """An entry's bytes, checked against its name; None when it is not here."""

    def keep(self, digest: str, data: bytes) -> None:
        """Keep an entry that was checked."""


class DownloadFolder(Protocol):
    """The folder that downloaded files go to: all of them in one step, or none."""

    def require_free(self) -> None:
        """Refuse a folder in which something else lies.

        Raises:
            UsageError: it does.
        """

    def file(self, name: str) -> bytes | None:
        """A small file that lies in it; None when there is none."""

    def fault(self, files: tuple[StagedFile, ...], *, beside: frozenset[str]) -> str:
        """Hash every file that lies in it: what differs first; empty when nothing does.

        Args:
            files: what must lie in it, and nothing else.
            beside: names that may lie there besides, looked at by whoever asks.
        """

    def fill(
        self,
        files: tuple[StagedFile, ...],
        *,
        source: ServedFiles,
        prefix: str,
        beside: dict[str, bytes],
    ) -> int:
        """Download files beside the folder, hash each, and put them into place in one step.

        What an earlier call that was killed has whole is not downloaded again; what is not whole
        is removed.

        Args:
            files: the files.
            source: where from.
            prefix: what their paths begin with there.
            beside: other files, by name.

        Returns:
            Bytes that were downloaded.

        Raises:
            IntegrityError: a file is not what it must be; nothing is in the folder.
            ExternalError: the source cannot be reached; nothing is in the folder.
            FlipConflictError: another process is filling it.
        """
