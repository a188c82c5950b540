"""Sharing the release state: the branch that holds it, and the files between it and a checkout."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from openmed.domain.ledger.fleet import FleetState


class SharedState(NamedTuple):
    """What the shared branch says.

    Attributes:
        commit: its head.
        state: the fleet by its pointer and ledger.
        files: its state files: an object's name by path below the release repository.
    """

    commit: str
    state: FleetState
    files: Mapping[str, str]

    @property
    def head(self) -> str:
        """Digest of the last entry; empty when there is none."""
        return self.state.entries[-1].digest if self.state.entries else ""


class PushAnswer(NamedTuple):
    """What a push said; it decides nothing.

    Attributes:
        reason: the lines that say why it failed.
        is_refused: whether the remote itself gave a reason, so that trying again does not help.
    """

    reason: str
    is_refused: bool


class SharedBranch(Protocol):
    """The branch of the remote, as it was last fetched.

    Attributes:
        name: how a person names it.
        is_missing: whether the remote has no such branch, as far as was asked.
        reviewed: the branch on which people review what decides; empty when there is none.
    """

    name: str
    is_missing: bool
    reviewed: str

    def fetch(self, *, seconds: float | None = None) -> str:
        """Ask the remote; why it cannot be reached, empty when it was.

        Args:
            seconds: longest wait for each answer; None = as long as git may take.
        """

    def read(self, local: FleetState) -> SharedState | None:
        """What it says; None when there is no such branch.

        Raises:
            IntegrityError: its pointer or its ledger is damaged.
        """

    def shared_entries(self) -> frozenset[str] | None:
        """Digests of the ledger files it has; None without a branch."""

    def push(self, commit: str) -> PushAnswer:
        """Offer one commit as its head, never by force."""


class StateSync(Protocol):
    """The state files of one checkout, and the branch they are shared through.

    Attributes:
        attempts: how often a lost race is tried again.
    """

    attempts: int

    @property
    def branch(self) -> SharedBranch:
        """The shared branch."""

    def refuse_unmerged(self) -> None:
        """Refuse state files that are half merged.

        Raises:
            IntegrityError: there are some.
        """

    def unreviewed(self) -> tuple[str, ...]:
        """Files that decide and are not those that people reviewed.

        Raises:
            UsageError: there is nothing to compare them with.
        """

    def commit(self, state: FleetState, theirs: SharedState | None) -> str:
        """Commit exactly the state files on the head of the remote; that head if none differs.

        Raises:
            UsageError: the branch cannot be begun from here.
            IntegrityError: a file is not what its name says.
            ExternalError: it cannot be committed.
        """

    def bring(self, theirs: SharedState) -> None:
        """Write its entries and their evidence, where they are not here.

        Raises:
            IntegrityError: a file of the branch is missing or damaged.
        """

    def bring_derived(self, theirs: SharedState) -> None:
        """Write what it has derived, and its waivers; no other waiver is touched."""

    def share_records(self, *, seconds: float) -> str:
        """Push the run records, and nothing else; why that is left for later, else empty.

        Raises:
            ExternalError: git cannot read or commit here.
        """

    def settle(self, commit: str) -> None:
        """Let this checkout go on to a commit of the remote, over exactly the state files."""

    def evidence_names(self) -> frozenset[str]:
        """Digests of the evidence files here."""

    def drop_evidence(self, names: Iterable[str]) -> None:
        """Remove evidence files that nothing names any more."""
