"""A publication: what the branch of a public repository must serve, by the ledger.

Its commit says in trailers which entry it follows, so that whoever reads the branch later knows
whether the commit is one of ours, and a command that died needs no notes of its own.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints

from openmed.domain.candidates.candidate import HF_REFERENCE, RepoId, SourceKind, StagedFile
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.ledger.changes import Measured, Promoted, Withdrawn
from openmed.domain.ledger.entry import Tag
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.slot import SlotKey

CommitSha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
"""A commit of a repository, all 40 digits."""
EMPTY: Final = "none"
"""What `Tree-Digest` says of a slot that serves nothing."""


class Operation(StrEnum):
    """Why a public repository changes."""

    FLIP = "flip"
    ROLLBACK = "rollback"
    WITHDRAWAL = "withdrawal"


class CommitMark(Frozen):
    """What the trailers of a commit state.

    Attributes:
        slot: release channel.
        generation: of the slot.
        artifact: tree digest that is served since; None = nothing.
        entry: digest of the ledger entry it follows.
    """

    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest | None
    entry: Digest

    @classmethod
    def read(cls, message: str) -> Self | None:
        """The trailers of a commit's message; None where they are not all there, each once."""
        found = {key: re.findall(rf"^{key}: (.{{1,300}})$", message, re.MULTILINE) for key in _KEYS}
        if any(len(values) != 1 for values in found.values()):
            return None
        operation, tree, entry = (found[key][0].strip() for key in _KEYS)
        words = operation.split(" ")
        if len(words) != len(("operation", "slot", "generation")):
            return None
        try:
            Operation(words[0])
            return cls(
                slot=words[1],
                generation=int(words[2]),
                artifact=None if tree == EMPTY else tree,
                entry=entry,
            )
        except ValueError:
            return None


class Publication(Frozen):
    """What a slot's repository must serve since one entry.

    Attributes:
        slot: release channel.
        repo_id: its public repository.
        generation: of the slot.
        operation: how it became so.
        tag: entry that made it so.
        entry: digest of that entry.
        artifact: tree digest that is served; None = nothing.
        files: its files.
        before: what the commit of the release before it states; None = there was none.
    """

    slot: SlotKey
    repo_id: RepoId
    generation: Annotated[int, Field(ge=1)]
    operation: Operation
    tag: Tag
    entry: Digest
    artifact: Digest | None
    files: tuple[StagedFile, ...]
    before: CommitMark | None = None

    @property
    def about(self) -> str:
        """How sentences about it begin."""
        return f"{self.slot} generation {self.generation}"

    @property
    def title(self) -> str:
        """First line of its commit."""
        return f"{self.operation.capitalize()}: {self.about} ({self.tag})"

    @property
    def trailers(self) -> str:
        """The rest of its commit's message."""
        lines = (
            f"Release-Op: {self.operation} {self.slot} {self.generation}",
            f"Tree-Digest: {self.artifact or EMPTY}",
            f"Ledger-Entry: {self.entry}",
        )
        return "\n".join(lines)

    @property
    def mark(self) -> CommitMark:
        """What the trailers say."""
        return CommitMark(
            slot=self.slot,
            generation=self.generation,
            artifact=self.artifact,
            entry=self.entry,
        )


_KEYS: Final = ("Release-Op", "Tree-Digest", "Ledger-Entry")


class RepositoryHistory(Frozen):
    """What the ledger knows of one slot's public repository.

    Attributes:
        slot: release channel.
        reached: entries of the ledger.
        absorbed: entries of other heads that it took in.
        trees: files of every artifact that the slot released, by artifact.
        accepted: commits by others that may be built upon.
    """

    slot: SlotKey
    reached: frozenset[Digest]
    absorbed: frozenset[Digest]
    trees: tuple[tuple[Digest, tuple[StagedFile, ...]], ...]
    accepted: frozenset[CommitSha]

    def files_of(self, artifact: str | None) -> tuple[StagedFile, ...] | None:
        """Files of a released artifact; None when the slot never released it."""
        return () if artifact is None else dict(self.trees).get(artifact)


def publication_of(state: FleetState, live: LiveRelease) -> Publication:
    """What follows for a slot's repository from what is live in it."""
    release = live.release
    before = state.compared(release.slot, artifact=release.artifact)
    return Publication(
        slot=release.slot,
        repo_id=release.candidate.repo_id,
        generation=live.generation,
        operation=Operation.ROLLBACK if live.kind == "rollback" else Operation.FLIP,
        tag=live.tag,
        entry=_digests(state)[live.tag],
        artifact=release.artifact,
        files=release.files,
        before=_mark_of(state, before) if isinstance(before, LiveRelease) else None,
    )


def _mark_of(state: FleetState, row: LiveRelease) -> CommitMark:
    return CommitMark(
        slot=row.release.slot,
        generation=row.generation,
        artifact=row.release.artifact,
        entry=_digests(state)[row.tag],
    )


def withdrawals(state: FleetState) -> tuple[tuple[Promoted, Publication], ...]:
    """Slots that serve nothing any more, each with what it served last."""
    counts = dict(state.counts)
    empty = [slot for slot in counts if state.live_in(slot) is None]
    if not empty:
        return ()
    made = {
        (change.slot, change.generation): entry
        for entry in state.entries
        for change in entry.changes
        if isinstance(change, Withdrawn)
    }
    found: list[tuple[Promoted, Publication]] = []
    for slot in empty:
        last, entry = state.last_served(slot), made.get((slot, counts[slot]))
        if last is None or entry is None:
            continue
        publication = Publication(
            slot=slot,
            repo_id=last.release.candidate.repo_id,
            generation=counts[slot],
            operation=Operation.WITHDRAWAL,
            tag=entry.tag,
            entry=entry.digest,
            artifact=None,
            files=(),
        )
        found.append((last.release, publication))
    return tuple(found)


def history_of(
    state: FleetState, release: Promoted, *, accepted: frozenset[str] = frozenset()
) -> RepositoryHistory:
    """What the ledger knows of a slot's public repository.

    Args:
        state: the fleet.
        release: what is or becomes live in the slot.
        accepted: commits by others that a person accepted.
    """
    slot, repo_id = release.slot, release.candidate.repo_id
    rows = [row.release for row in state.history if row.release.slot == slot]
    adopted = state.adopted_in(slot)
    taken = (*rows, release, *((adopted.release,) if adopted else ()))
    sources = {commit for row in taken if (commit := _source_commit(row, repo_id))}
    return RepositoryHistory(
        slot=slot,
        reached=state.reached,
        absorbed=state.absorbed,
        trees=tuple({row.artifact: row.files for row in (*rows, release)}.items()),
        accepted=frozenset(accepted | sources),
    )


def _source_commit(release: Measured, repo_id: str) -> str:
    """The commit of the repository itself that a candidate was taken from; empty for others."""
    if release.candidate.scheme != SourceKind.HF:
        return ""
    match = HF_REFERENCE.match(release.candidate.source_reference)
    return match["commit"] if match and match["repo"] == repo_id else ""


def _digests(state: FleetState) -> Mapping[str, str]:
    return {mark.tag: mark.digest for mark in state.marks}
