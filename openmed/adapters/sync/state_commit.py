"""State commits, made with git's plumbing: exactly the state files, whatever is checked out.

A commit has the head of the remote as its parent and that head's tree, with the state files
replaced. It is made in an index of its own: no hook runs, and nothing that a person staged,
changed or committed gets into it. A checkout of the shared branch then goes on over exactly the
state files; on any other branch nothing but files of the work tree changes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from openmed.adapters.sync.git import run_git
from openmed.adapters.sync.shared_branch import (
    BASELINE,
    EVENTS,
    EVIDENCE,
    HEAD,
    LEDGER,
    NIGHTLY,
    NOTICES,
    OWNED,
    POINTER,
    QUARANTINE,
    RUNS,
)
from openmed.domain.release.sync_config import SyncConfig
from openmed.errors import ExternalError

_BUSY: Final = (
    "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply",
)  # fmt: skip
_QUIET: Final = (
    POINTER,
    BASELINE,
    HEAD,
    f"{LEDGER}/",
    f"{EVIDENCE}/",
    f"{QUARANTINE}/",
    f"{RUNS}/",
    f"{NIGHTLY}/",
    f"{EVENTS}/",
    f"{NOTICES}/",
)
_MARK: Final = "# openmed: release state, which openmed commits itself"


class StateCommits:
    """Makes state commits in one checkout."""

    def __init__(self, root: Path, sharing: SyncConfig, *, git_folder: Path, prefix: str) -> None:
        """Remember the place.

        Args:
            root: release repository.
            sharing: who commits, and to which branch.
            git_folder: git's folder of this work tree.
            prefix: path of the release repository below the top of the work tree.
        """
        self._root = root
        self._sharing = sharing
        self._git_folder = git_folder
        self._prefix = prefix

    def make(self, parent: str, *, put: Iterable[str], removed: Iterable[str], message: str) -> str:
        """Commit state files on a parent.

        Args:
            parent: the head of the remote; empty for the first commit of a branch.
            put: paths of files whose bytes on disk are committed.
            removed: paths of files that are gone.
            message: of the commit.

        Returns:
            The commit; the parent when its tree is the same.

        Raises:
            ExternalError: git cannot make it.
        """
        rows = [f"100644 {blob}\t{self._prefix}{path}" for path, blob in self._blobs(put).items()]
        rows += [f"0 {_NO_OBJECT}\t{self._prefix}{path}" for path in removed]
        tree = self._tree(parent, rows)
        if parent and tree == self._must("rev-parse", f"{parent}^{{tree}}"):
            return parent
        return self._commit(tree, parent, message)

    def advance(self, commit: str) -> None:
        """Let a checkout of the shared branch go on to a commit that the remote has.

        The index gets its state files, then the branch its commit where only state files are
        between. Commits of a person that the remote does not have stay; one commit behind them
        has the same state files, so that the next `git pull` finds nothing in its way.
        """
        branch = f"refs/heads/{self._sharing.branch}"
        head = self._ask("rev-parse", "--verify", "--quiet", "HEAD")
        is_on_it = self._ask("symbolic-ref", "--quiet", "HEAD") == branch
        if not is_on_it or not head or any((self._git_folder / name).exists() for name in _BUSY):
            return
        # The index first: a branch that is ahead of its index would show our state as undone.
        if not self._stage(commit) or self._is_ancestor(commit, head):
            return
        if self._is_ancestor(head, commit):
            if self._is_state_only(head, commit):
                self._move(head, commit)
            return
        tree = self._tree(head, self._rows(self._entries(commit), self._entries(head)))
        if tree != self._ask("rev-parse", f"{head}^{{tree}}"):
            message = f"Release state of {self._sharing.remote}/{self._sharing.branch}\n"
            self._move(head, self._commit(tree, head, message))

    def hide_untracked(self) -> None:
        """Let git pass over state files that a branch does not track, so that none is in the way.

        A pull replaces ignored files; files that a branch does track are not affected.
        """
        path = Path(self._ask("rev-parse", "--path-format=absolute", "--git-path", "info/exclude"))
        lines = [f"/{self._prefix}{name}" for name in _QUIET]
        try:
            text = path.read_text("utf-8", errors="surrogateescape") if path.exists() else ""
            lines = [line for line in lines if line not in text.splitlines()]
            if not lines:
                return
            path.parent.mkdir(exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(
                    "\n".join(["" if text.endswith(("\n", "")) else "\n", _MARK, *lines, ""])
                )
        except OSError:
            return  # Only a convenience.

    def _tree(self, base: str, rows: Iterable[str]) -> str:
        with TemporaryDirectory(prefix="openmed-index-", dir=self._git_folder) as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._must("read-tree", base or "--empty", extra=index)
            given = "".join(f"{row}\0" for row in rows).encode()
            self._must("update-index", "-z", "--index-info", stdin=given, extra=index)
            return self._must("write-tree", extra=index)

    def _commit(self, tree: str, parent: str, message: str) -> str:
        is_signed = self._ask("config", "--bool", "commit.gpgSign") == "true"
        options = [*(("-p", parent) if parent else ()), *(("-S",) if is_signed else ())]
        return self._must("commit-tree", tree, *options, "-F", "-", stdin=message.encode())

    def _blobs(self, paths: Iterable[str]) -> dict[str, str]:
        """Files as git's objects: byte for byte, without filters or line ends of git."""
        names = list(paths)
        # Git reads these names from the top of the work tree.
        given = "".join(f"{self._prefix}{name}\n" for name in names).encode()
        how = ("hash-object", "-w", "--no-filters", "--stdin-paths")
        made = self._must(*how, stdin=given).split() if names else []
        return dict(zip(names, made, strict=True))

    def _stage(self, commit: str) -> bool:
        rows = self._rows(self._entries(commit), self._entries(None))
        if not rows:
            return True
        given = "".join(f"{row}\0" for row in rows).encode()
        done = run_git(self._root, "update-index", "-z", "--index-info", stdin=given)
        run_git(self._root, "update-index", "-q", "--refresh")
        return done.code == 0

    def _rows(self, wanted: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
        """Lines of `update-index --index-info` that make the state files those of `wanted`."""
        derived = f"{self._prefix}{QUARANTINE}/"
        rows = [f"100644 {blob}\t{path}" for path, blob in wanted.items() if here.get(path) != blob]
        # Only what is derived ever goes away; a waiver that a person staged stays staged.
        gone = [path for path in here if path.startswith(derived) and path not in wanted]
        return [*rows, *(f"0 {_NO_OBJECT}\t{path}" for path in gone)]

    def _entries(self, commit: str | None) -> dict[str, str]:
        """State files in a commit, or in the index: object by path from the top."""
        paths = [f"{self._prefix}{path}" for path in OWNED]
        if commit is None:
            asked: tuple[str, ...] = ("ls-files", "--stage", "-z", "--full-name", "--", *OWNED)
        else:
            asked = ("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
        rows = [row.partition("\t") for row in self._ask(*asked).split("\0") if row]
        # MODE OBJECT STAGE of the index; MODE TYPE OBJECT of a tree.
        place = 1 if commit is None else 2
        return {path: about.split()[place] for about, _, path in rows}

    def _is_state_only(self, older: str, newer: str) -> bool:
        asked = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", older, newer)
        places = tuple(f"{self._prefix}{path}" for path in OWNED)
        names = [name for name in self._ask(*asked).split("\0") if name]
        return all(
            any(name == place or name.startswith(f"{place}/") for place in places) for name in names
        )

    def _move(self, old: str, new: str) -> None:
        self._ask("update-ref", "-m", "openmed: release state", "HEAD", new, old)

    def _is_ancestor(self, older: str, newer: str) -> bool:
        return run_git(self._root, "merge-base", "--is-ancestor", older, newer).code == 0

    def _ask(self, *arguments: str) -> str:
        done = run_git(self._root, *arguments)
        return done.out if done.code == 0 else ""

    def _must(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> str:
        identity = (f"user.name={self._sharing.name}", f"user.email={self._sharing.email}")
        # Every object is synced before git says that it is there.
        settings = (*identity, "core.fsync=all", "core.fsyncMethod=fsync")
        given = [part for setting in settings for part in ("-c", setting)]
        done = run_git(self._root, *given, *arguments, stdin=stdin, extra=extra)
        if done.code:
            msg = f"git {arguments[0]} failed: {done.reason}"
            raise ExternalError(msg, next_step="git status")
        return done.out


_NO_OBJECT: Final = "0" * 40
