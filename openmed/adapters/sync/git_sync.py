"""Release state in git: what git knows of a folder, and state that is shared through a remote.

Only files that the engine writes are committed. Nothing is ever forced: a push that is rejected
because another machine was first is a lost race, and what was done here is undone, so that it can
be compared and done again on the state that won.
"""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from openmed.adapters.sync.sync_config_file import read_sharing
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.release.sync_config import FILE, SyncConfig
from openmed.domain.wire import parse
from openmed.errors import (
    ExternalError,
    FlipConflictError,
    IntegrityError,
    OpenMedError,
    UsageError,
)

OWNED = (
    "gates/pointer.json",
    "gates/baseline.json",
    "gates/ledger",
    "gates/evidence",
    "gates/quarantine",
    "gates/waivers",
)
SECONDS = 120
_TRAILER = "Ledger-Head: "
_POINTER = "gates/pointer.json"


class _Done(NamedTuple):
    code: int
    out: str
    error: str


def last_commit(folder: Path) -> str | None:
    """The last commit that touched a folder; None if it is dirty, untracked or not in git."""
    dirty = _run(folder, "status", "--porcelain", "--", ".")
    if dirty.code or dirty.out:
        return None
    done = _run(folder, "log", "-1", "--format=%H", "--", ".")
    return (done.out or None) if done.code == 0 else None


def open_git_sync(root: Path) -> "GitSync | None":
    """State that is shared as `gates/shared.toml` says; None when it is not.

    Raises:
        UsageError: the file cannot be used.
    """
    sharing = read_sharing(root)
    return GitSync(root, sharing) if sharing else None


def shared_ref(root: Path) -> str:
    """Where git keeps the last fetched shared branch; empty when state is not shared."""
    try:
        sharing = read_sharing(root)
    except UsageError:
        return ""  # Whoever shares says so; what is remembered must not depend on it.
    return f"refs/remotes/{sharing.remote}/{sharing.branch}" if sharing else ""


class GitSync:
    """The state files of one release repository, shared through a branch of a remote."""

    def __init__(self, root: Path, sharing: SyncConfig) -> None:
        """Remember the place; nothing is read yet."""
        self._root = root
        self._sharing = sharing
        self._remote = f"refs/remotes/{sharing.remote}/{sharing.branch}"

    @property
    def attempts(self) -> int:
        """How often a lost race is tried again."""
        return self._sharing.attempts

    def bring_up_to_date(self, *, strays: tuple[str, ...]) -> bool:
        """Fetch, and finish publishing what an earlier call that was killed had committed.

        Args:
            strays: files of the ledger that took no effect.

        Returns:
            Whether all that had happened here holds; if not, another machine was first and what
            had happened here was undone.

        Raises:
            IntegrityError: the ledger is forked, or half merged.
            ExternalError: the remote cannot be reached.
        """
        self._refuse_unmerged(strays)
        self._fetch()
        if not self._is_published(strays):
            return self.publish(strays=strays)
        self._follow()
        return True

    def publish(self, *, strays: tuple[str, ...]) -> bool:
        """Commit the state and push it.

        Returns:
            Whether it holds; if not, it was undone here.

        Raises:
            ExternalError: the remote cannot be reached; what is committed here is pushed by the
                next call.
        """
        self._commit(strays)
        target = f"HEAD:refs/heads/{self._sharing.branch}"
        pushed = self._git("push", "--porcelain", self._sharing.remote, target)
        # Whatever push said: what the remote has now decides, as an answer may be lost.
        self._fetch()
        if self._is_ancestor("HEAD", self._remote):
            self._follow()
            return True
        if self._is_ancestor(self._remote, "HEAD"):
            msg = f"cannot push the state to {self._sharing.remote}: {_last(pushed)}"
            raise ExternalError(msg, next_step="run it again", retryable=True)
        self._undo()
        return False

    def _fetch(self) -> None:
        branch = self._sharing.branch
        wanted = f"+refs/heads/{branch}:{self._remote}"
        done = self._git("fetch", "--quiet", "--no-tags", self._sharing.remote, wanted)
        if done.code and "couldn't find remote ref" not in done.error:
            msg = f"cannot fetch the state from {self._sharing.remote}: {_last(done)}"
            raise ExternalError(msg, next_step=f"git fetch; see {FILE}", retryable=True)

    def _is_published(self, strays: tuple[str, ...]) -> bool:
        return not self._changed(strays) and (
            not self._exists(self._remote) or self._is_ancestor("HEAD", self._remote)
        )

    def _follow(self) -> None:
        """Take what others pushed."""
        if not self._exists(self._remote) or self._is_ancestor(self._remote, "HEAD"):
            return
        done = self._git("merge", "--ff-only", "--quiet", self._remote)
        if done.code:
            msg = f"cannot apply what others released: {_last(done)}"
            raise FlipConflictError(msg, next_step="git status; commit or stash what is in the way")

    def _changed(self, strays: tuple[str, ...]) -> bool:
        return bool(self._must("status", "--porcelain", "--", *self._paths(strays)))

    def _commit(self, strays: tuple[str, ...]) -> None:
        paths = self._paths(strays)
        if not self._changed(strays):
            return
        self._must("add", "--all", "--", *paths)
        pointer = self._pointer(None)
        title = f"Release state {pointer.tag}" if pointer else "Release state"
        head = pointer.ledger_head if pointer else "none"
        message = f"{title}\n\n{_TRAILER}{head}\n"
        self._must("commit", "--quiet", "--message", message, "--", *paths)

    def _paths(self, strays: tuple[str, ...]) -> tuple[str, ...]:
        here = [path for path in OWNED if (self._root / path).exists() or self._is_known(path)]
        return (*(here or ["gates"]), *(f":(exclude)gates/ledger/{name}.json" for name in strays))

    def _is_known(self, path: str) -> bool:
        return bool(self._must("ls-files", "--", path))

    def _undo(self) -> None:
        """Take back our own commits that lost, and go where the winner is."""
        while not self._is_ancestor("HEAD", self._remote) and self._is_ours("HEAD"):
            self._must("reset", "--soft", "--quiet", "HEAD~1")
        if not self._is_ancestor("HEAD", self._remote):
            self._refuse_fork()
        paths = [path for path in OWNED if self._is_known(path)]
        self._must("restore", "--source=HEAD", "--staged", "--worktree", "--", *paths)
        self._follow()

    def _is_ours(self, commit: str) -> bool:
        body = self._must("log", "-1", "--format=%B", commit)
        return any(line.startswith(_TRAILER) for line in body.splitlines())

    def _refuse_fork(self) -> None:
        ours, theirs = self._pointer("HEAD"), self._pointer(self._remote)
        where = f"{self._sharing.remote}/{self._sharing.branch}"
        if ours == theirs:
            msg = f"this clone and {where} diverged, with the same ledger"
            raise FlipConflictError(msg, next_step=f"git rebase {where}")
        msg = (
            f"the ledger is forked: this clone has the head {_named(ours)}, {where} has "
            f"{_named(theirs)}"
        )
        way = f"git reset --hard {where} gives up this clone's; then release again"
        raise IntegrityError(msg, next_step=way)

    def _refuse_unmerged(self, strays: tuple[str, ...]) -> None:
        if self._must("ls-files", "--unmerged", "--", "gates"):
            ours, theirs = self._pointer("HEAD"), self._pointer("MERGE_HEAD")
            msg = f"gates/ is half merged: heads {_named(ours)} and {_named(theirs)}"
            raise IntegrityError(msg, next_step="git merge --abort, then run it again")
        tracked = [name for name in strays if self._is_known(f"gates/ledger/{name}.json")]
        if tracked:
            msg = (
                f"the ledger has two heads: {_named(self._pointer('HEAD'))}, and "
                f"{tracked[0][:16]}, which was committed and which the pointer does not reach"
            )
            raise IntegrityError(msg, next_step=f"openmed release recover --drop {tracked[0][:16]}")

    def _pointer(self, commit: str | None) -> PointerTable | None:
        """The pointer in a commit, or in the folder; None when there is none to read."""
        try:
            if commit is None:
                data = (self._root / _POINTER).read_bytes()
            else:
                data = self._must("show", f"{commit}:{_POINTER}").encode()
            return parse(PointerTable, data, what=_POINTER)
        except (OSError, OpenMedError):
            return None

    def _exists(self, ref: str) -> bool:
        return self._git("rev-parse", "--verify", "--quiet", ref).code == 0

    def _is_ancestor(self, older: str, newer: str) -> bool:
        return self._git("merge-base", "--is-ancestor", older, newer).code == 0

    def _must(self, *arguments: str) -> str:
        done = self._git(*arguments)
        if done.code:
            msg = f"git {arguments[0]} failed: {_last(done)}"
            raise ExternalError(msg, next_step="git status")
        return done.out

    def _git(self, *arguments: str) -> _Done:
        identity = (f"user.name={self._sharing.name}", f"user.email={self._sharing.email}")
        # Every object and reference is synced before git says that it is there.
        settings = (*identity, "core.fsync=all", "core.fsyncMethod=fsync", "commit.gpgSign=false")
        given = [part for setting in settings for part in ("-c", setting)]
        return _run(self._root, *given, *arguments)


def _run(folder: Path, *arguments: str) -> _Done:
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            ["git", *arguments],  # noqa: S607 - git is found on PATH like everywhere else
            cwd=folder,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return _Done(-1, "", type(error).__name__)
    return _Done(done.returncode, done.stdout.strip(), done.stderr.strip())


def _last(done: _Done) -> str:
    lines = [line for line in (done.error or done.out).splitlines() if line.strip()]
    return lines[-1][:200] if lines else f"exit {done.code}"


def _named(pointer: PointerTable | None) -> str:
    return f"{pointer.ledger_head[:16]} ({pointer.tag})" if pointer else "none"
