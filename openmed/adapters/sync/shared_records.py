"""Records on the shared branch: of runs, nights, events and deliveries.

Not part of what the ledger proves: a record that cannot be shared now goes with the next state
commit made here. A record is never the first thing on a branch, so that a branch that a remote
has lost does not come back by one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from openmed.adapters.sync.shared_branch import NOTICES, POINTER, RUNS, GitBranch
from openmed.adapters.sync.shared_kinds import (
    SharedEvents,
    SharedKind,
    SharedLines,
    SharedNights,
)
from openmed.adapters.sync.state_commit import StateCommits

_MESSAGE: Final = "Records of runs\n"


class SharedRecords:
    """The records of one checkout, and those of the branch."""

    def __init__(self, root: Path, branch: GitBranch, commits: StateCommits) -> None:
        """Remember the places; nothing is asked yet."""
        self._root = root
        self._branch = branch
        self._commits = commits
        self._kinds: tuple[SharedKind, ...] = (
            SharedLines(root, branch, RUNS, moment="ended"),
            SharedLines(root, branch, NOTICES, moment="at"),
            SharedNights(root, branch),
            SharedEvents(root, branch),
        )

    def unite(self, there: Mapping[str, str]) -> tuple[str, ...]:
        """Have every record of the branch here; files that may be committed in place of its own.

        Args:
            there: state files of a commit of the branch.
        """
        return tuple(name for kind in self._kinds for name in kind.unite(there))

    def taken_in(self, commit: str) -> None:
        """Have every record of a commit of the branch here."""
        self.unite(self._branch.files(commit, *self._folders))

    @property
    def _folders(self) -> tuple[str, ...]:
        return tuple(kind.folder for kind in self._kinds)

    def share(self, *, attempts: int, seconds: float) -> str:
        """Push the records, and nothing else; why that is left to a later commit, else empty.

        Args:
            attempts: how often a lost race is tried again.
            seconds: longest wait for each answer of the remote.
        """
        for _ in range(attempts):
            away = self._branch.fetch(seconds=seconds)
            parent = self._branch.head()
            if away or self._branch.is_missing or not parent:
                return away or f"{self._branch.name} is not there yet"
            there = self._branch.files(parent, *self._folders, POINTER)
            commit = self._commits.make(parent, put=self.unite(there), removed=(), message=_MESSAGE)
            if commit == parent:
                return ""
            answer = self._branch.push(commit)
            if not answer.reason:
                # Another machine's entries are taken in by who reads the ledger, not here.
                if self._is_followed(there):
                    self._commits.hide_untracked()
                    self._commits.advance(commit)
                return ""
            if answer.is_refused:
                return answer.reason
        return f"another machine was first, {attempts} times"

    def _is_followed(self, there: Mapping[str, str]) -> bool:
        """Whether the pointer of the branch is the one here."""
        if POINTER not in there:
            return not (self._root / POINTER).exists()
        return self._branch.contents(there, (POINTER,))[POINTER] == self._bytes(POINTER)

    def _bytes(self, name: str) -> bytes:
        path = self._root / name
        return path.read_bytes() if path.is_file() else b""
