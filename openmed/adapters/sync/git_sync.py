"""Release state that is shared through a remote of git.

Files between this checkout and the shared branch, and nothing more: who may follow whom, and what
becomes of entries that lost a race, is decided where the ledger is understood
(`openmed/pipeline/sharing.py`).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic
from openmed.adapters.sync.git import read_blob, run_git
from openmed.adapters.sync.git_history import GitHistory
from openmed.adapters.sync.reviewed_files import unreviewed_files
from openmed.adapters.sync.shared_branch import (
    BASELINE,
    EVIDENCE,
    HEAD,
    LEDGER,
    POINTER,
    QUARANTINE,
    WAIVERS,
    GitBranch,
)
from openmed.adapters.sync.shared_records import SharedRecords
from openmed.adapters.sync.sharing_memory import SharingMemory
from openmed.adapters.sync.state_commit import StateCommits
from openmed.adapters.sync.sync_config_file import read_sharing
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.release.sync_config import FILE, SyncConfig
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, IntegrityError, UsageError
from openmed.ports.sharing import SharedState

TRAILER: Final = "Ledger-Head: "


def shared_ref(root: Path, memory: SharingMemory) -> str:
    """Where git keeps the last fetched shared branch; empty when state was never shared.

    What is remembered does not depend on a file that is lost, damaged, or says that sharing ended.
    """
    try:
        sharing = read_sharing(root) or memory.last_used()
    except UsageError:
        sharing = memory.last_used()  # Whoever shares says that it cannot be used.
    return f"refs/remotes/{sharing.remote}/{sharing.branch}" if sharing else ""


class GitSync:
    """The state files of one release repository, and the branch they are shared through.

    Attributes:
        attempts: how often a lost race is tried again.
        branch: the shared branch.
    """

    def __init__(self, root: Path, sharing: SyncConfig) -> None:
        """Find git's folder; nothing is asked of the remote yet.

        Raises:
            UsageError: this is no checkout of git, or git refuses it.
        """
        place = GitHistory(root)
        if place.git_folder is None or not place.is_readable:
            msg = f"{FILE} shares the state through git, and git knows no repository here"
            raise UsageError(msg, next_step="git init; git remote add origin URL")
        self._root = root
        self._git_folder = place.git_folder
        self._sharing = sharing
        self.attempts = sharing.attempts
        self.branch = GitBranch(root, sharing, prefix=place.prefix)
        self._commits = StateCommits(
            root, sharing, git_folder=place.git_folder, prefix=place.prefix
        )
        self._records = SharedRecords(root, self.branch, self._commits)

    def refuse_unmerged(self) -> None:
        """Refuse state files that git has not finished to merge.

        Raises:
            IntegrityError: there are some.
        """
        done = run_git(self._root, "ls-files", "--unmerged", "--", *_MERGED)
        if done.out:
            msg = f"gates/ is half merged: heads {self._head_of(':2')} and {self._head_of(':3')}"
            raise IntegrityError(msg, next_step="git merge --abort, then run it again")

    def unreviewed(self) -> tuple[str, ...]:
        """Files that decide and are not those of the branch on which people review them.

        Raises:
            UsageError: there is no such branch.
        """
        if not self.branch.reviewed:
            named = self._sharing.reviewed_branch or "main"
            msg = f"{self._sharing.remote} has no branch {named}, on which policies are reviewed"
            way = f"git push, or name it in {FILE} as reviewed_branch"
            raise UsageError(msg, next_step=way)
        return unreviewed_files(self._root, self.branch.reviewed, git_folder=self._git_folder)

    def commit(self, state: FleetState, theirs: SharedState | None) -> str:
        """Commit the state files on the head of the remote; that head when nothing differs.

        Args:
            state: what the pointer on disk reaches.
            theirs: the shared branch as it was last fetched; None = it has no commit.

        Raises:
            UsageError: the branch is that of the code, and the remote does not have it yet.
            IntegrityError: a file is not what its name says.
            ExternalError: git cannot commit.
        """
        if theirs is None:
            self._refuse_first_push_of_code()
        there = theirs.files if theirs else {}
        put = [
            *self._named(there, LEDGER, (entry.digest for entry in state.entries)),
            *self._named(there, EVIDENCE, (name for e in state.entries for name in e.evidence)),
            *(name for name in (POINTER, BASELINE, HEAD) if (self._root / name).is_file()),
            *self._derived(),
            *(name for name in self._spent_waivers(state) if name not in there),
            *self._records.unite(there),
        ]
        here = set(put)
        gone = [name for name in there if name.startswith(f"{QUARANTINE}/") and name not in here]
        last = state.entries[-1] if state.entries else None
        title = f"Release state {last.tag}" if last else "Release state"
        message = f"{title}\n\n{TRAILER}{last.digest if last else 'none'}\n"
        parent = theirs.commit if theirs else ""
        return self._commits.make(parent, put=put, removed=gone, message=message)

    def bring(self, theirs: SharedState) -> None:
        """Write the entries of the shared branch and its evidence, where they are not here.

        Raises:
            IntegrityError: a file of the branch is missing or damaged.
        """
        entries = theirs.state.entries
        names = [f"{LEDGER}/{entry.digest}.json" for entry in entries]
        names += [f"{EVIDENCE}/{name}.json" for entry in entries for name in entry.evidence]
        # A key that travels with what it signed is evidence that no entry names.
        names += [name for name in theirs.files if name.startswith(f"{EVIDENCE}/")]
        missing = [name for name in dict.fromkeys(names) if not (self._root / name).exists()]
        for name, data in self.branch.contents(theirs.files, missing).items():
            atomic.keep(self._root / name, data)

    def bring_derived(self, theirs: SharedState) -> None:
        """Write what the shared branch has derived, and its waivers; no other waiver is touched."""
        kinds = (BASELINE, HEAD, f"{QUARANTINE}/", f"{WAIVERS}/")
        names = [name for name in theirs.files if name.startswith(kinds)]
        for name, data in self.branch.contents(theirs.files, names).items():
            path = self._root / name
            if not (name.startswith(f"{WAIVERS}/") and path.exists()):
                atomic.write_if_different(path, data)
        for name in self._derived():
            if name not in theirs.files:
                (self._root / name).unlink(missing_ok=True)

    def settle(self, commit: str) -> None:
        """Let this checkout go on to a commit of the remote, over exactly the state files."""
        self._records.taken_in(commit)
        self._commits.hide_untracked()
        self._commits.advance(commit)

    def share_records(self, *, seconds: float) -> str:
        """Push the records, and nothing else; why that is left for later, else empty."""
        return self._records.share(attempts=self.attempts, seconds=seconds)

    def evidence_names(self) -> frozenset[str]:
        """Digests of the evidence files here."""
        return frozenset(path.stem for path in (self._root / EVIDENCE).glob("*.json"))

    def drop_evidence(self, names: Iterable[str]) -> None:
        """Remove evidence files that nothing names any more."""
        for name in names:
            (self._root / EVIDENCE / f"{name}.json").unlink(missing_ok=True)

    def _head_of(self, stage: str) -> str:
        """How a person names the head of the pointer that git has in one stage of its index."""
        data = read_blob(self._root, f"{stage}:./{POINTER}")
        try:
            pointer = parse(PointerTable, data or b"", what=POINTER)
        except EvidenceError:
            return "none"
        return f"{pointer.ledger_head[:16]} ({pointer.tag})"

    def _refuse_first_push_of_code(self) -> None:
        branch = self._sharing.branch
        if run_git(self._root, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}").out:
            msg = f"{self._sharing.remote} has no branch {branch} yet"
            raise UsageError(msg, next_step=f"git push {self._sharing.remote} {branch}")

    def _named(self, there: Iterable[str], folder: str, digests: Iterable[str]) -> Iterable[str]:
        """Content-addressed files that the remote does not have, each checked."""
        for digest in dict.fromkeys(digests):
            name = f"{folder}/{digest}.json"
            if name in there:
                continue
            try:
                data = (self._root / name).read_bytes()
            except OSError as error:
                msg = f"{name} cannot be read: {error.strerror}"
                raise IntegrityError(msg, next_step=_PUT_BACK) from None
            if sha256_hex(data) != digest:
                msg = f"{name} was changed"
                raise IntegrityError(msg, next_step=_PUT_BACK)
            yield name

    def _derived(self) -> tuple[str, ...]:
        paths = sorted((self._root / QUARANTINE).glob("*.json"))
        return tuple(f"{QUARANTINE}/{path.name}" for path in paths)

    def _spent_waivers(self, state: FleetState) -> Iterable[str]:
        """Waivers the ledger has recorded; any other file there is a person's own."""
        for path in sorted((self._root / WAIVERS).glob("*.json")):
            if path.is_file() and sha256_hex(path.read_bytes()) in state.spent:
                yield f"{WAIVERS}/{path.name}"


_MERGED: Final = (POINTER, BASELINE, HEAD, LEDGER, EVIDENCE, QUARANTINE)
_PUT_BACK: Final = "openmed release recover --forward"
