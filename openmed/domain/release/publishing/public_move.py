"""What to do with a public repository: decided from what was read, and again after each answer.

An answer that was lost is no answer: the repository is read again and this is decided anew. Since
a commit names its parent, a second try of one that did land is refused by the Hub.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from openmed.domain.release.publishing.public_tree import KEPT, PublicFile, is_as_stated
from openmed.domain.release.publishing.publication import (
    CommitMark,
    Publication,
    RepositoryHistory,
)

BESIDE: Final = frozenset({"README.md", "release.json"})
"""Files of a release's commit that are not part of its artifact: made from the ledger."""


class PublicCommit(NamedTuple):
    """One commit of a public repository.

    Attributes:
        sha: all 40 digits.
        title: first line of its message.
        mark: what its trailers state; None when they are not ours.
    """

    sha: str
    title: str
    mark: CommitMark | None


class PublicState(NamedTuple):
    """What a public repository serves.

    Attributes:
        commits: of `main`, newest first; at least one.
        tree: files of the newest.
    """

    commits: tuple[PublicCommit, ...]
    tree: Mapping[str, PublicFile]

    @property
    def head(self) -> PublicCommit:
        """What readers of `main` get."""
        return self.commits[0]

    @property
    def is_untouched(self) -> bool:
        """Whether nobody ever put anything there."""
        return len(self.commits) == 1 and not self.tree.keys() - KEPT

    def commit_of(self, artifact: str) -> str:
        """The newest commit that states it serves an artifact; empty when there is none."""
        marked = (row for row in self.commits if row.mark and row.mark.artifact == artifact)
        return next((row.sha for row in marked), "")

    def commit_with(self, mark: CommitMark | None) -> str:
        """The newest commit that states exactly this; empty when there is none."""
        if mark is None:
            return ""
        return next((row.sha for row in self.commits if row.mark == mark), "")


class MoveKind(StrEnum):
    """What to do next."""

    NOTHING = "nothing"
    CREATE = "create"
    COMMIT = "commit"
    LATE = "late"
    STOP = "stop"


class PublicMove(NamedTuple):
    """What to do, and for a stop why.

    Attributes:
        kind: what.
        reason: why nothing is written where something would be; empty otherwise.
    """

    kind: MoveKind
    reason: str = ""


def public_move(
    seen: PublicState | None, wanted: Publication, history: RepositoryHistory
) -> PublicMove:
    """Decide by what is served, what is wanted, and which commits are known.

    Args:
        seen: what the repository serves; None when there is no such repository.
        wanted: what it must serve.
        history: what the ledger knows of it.
    """
    if seen is None:
        kind = MoveKind.NOTHING if wanted.artifact is None else MoveKind.CREATE
        return PublicMove(kind)
    foreign = foreign_reason(seen, wanted.repo_id, history)
    if foreign:
        return PublicMove(MoveKind.STOP, foreign)
    mark = seen.head.mark
    if mark == wanted.mark:
        return PublicMove(MoveKind.NOTHING)
    if mark and mark.entry in history.reached and mark.generation > wanted.generation:
        reason = f"{wanted.repo_id} serves generation {mark.generation} already"
        return PublicMove(MoveKind.LATE, reason)
    is_never_served = seen.is_untouched and wanted.artifact is None
    return PublicMove(MoveKind.NOTHING if is_never_served else MoveKind.COMMIT)


def foreign_reason(seen: PublicState, repo_id: str, history: RepositoryHistory) -> str:
    """Why the commit that `main` stands at is not one to build upon; empty when it is.

    Args:
        seen: what the repository serves.
        repo_id: its name.
        history: what the ledger knows of it.
    """
    head = seen.head
    if seen.is_untouched or head.sha in history.accepted:
        return ""
    what = f"main of {repo_id} stands at commit {head.sha}"
    mark = head.mark
    if mark is None:
        return f"{what} ({head.title[:60]!r}), which is not of this engine"
    if mark.slot != history.slot:
        return f"{what}, which serves slot {mark.slot}"
    if mark.entry not in history.reached | history.absorbed:
        return f"{what}, which follows ledger entry {mark.entry[:16]}; this ledger does not have it"
    files = history.files_of(mark.artifact)
    if files is None or not is_as_stated(seen.tree, files, beside=BESIDE):
        return f"{what}, whose files are not those of the release it states"
    return ""
