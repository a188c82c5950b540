"""What git remembers of the ledger: entries in the ancestry of HEAD and of the shared branch.

An entry in a commit took effect when some commit's pointer named it; a person may have committed
one that a killed flip had left, so that is asked, but only of entries that the pointer does not
reach. Names of entries are kept by the tips they were read at: only new commits are read again.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from openmed.adapters.sync.git import GitAnswer, read_blob, run_git, shallow_boundary
from openmed.domain.ledger.ancestry import Sighting
from openmed.errors import ExternalError

_LEDGER: Final = "gates/ledger"
_POINTER: Final = "gates/pointer.json"
_ENTRY = re.compile(r"(?:^|/)gates/ledger/([0-9a-f]{64})\.json$", re.MULTILINE)
_UNDER_WAY: Final = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")


class GitHistory:
    """The ledger in the commits of one checkout.

    Attributes:
        git_folder: git's folder of this work tree; None when there is no git, or git refuses.
        prefix: path of the release repository below the top of the work tree; ends with `/`.
    """

    def __init__(self, root: Path, *, shared_ref: str = "") -> None:
        """Ask git where it is.

        Args:
            root: release repository.
            shared_ref: the last fetched shared branch, as a full reference; empty = none.
        """
        self._root = root
        self._shared_ref = shared_ref
        self._shared_name = f"the last fetched {shared_ref.removeprefix('refs/remotes/')}"
        asked = run_git(root, "rev-parse", "--absolute-git-dir", "--show-prefix")
        lines = [*asked.out.splitlines(), "", ""]
        self.git_folder = Path(lines[0]) if asked.code == 0 and lines[0] else None
        self.prefix = lines[1] if self.git_folder else ""

    def tips(self) -> tuple[tuple[str, str], ...]:
        """Commits whose ancestry this checkout has seen, each with a name for a person."""
        if self.git_folder is None:
            return ()
        names = {"HEAD": "the history of HEAD"}
        if self._shared_ref:
            names[self._shared_ref] = self._shared_name
        for name in _UNDER_WAY:
            if (self.git_folder / name).exists():
                names[name] = f"{name} (unresolved)"
        asked = "".join(f"{name}^{{commit}}\n" for name in names)
        form = ("cat-file", "--batch-check=%(objectname) %(objecttype)")
        done = run_git(self._root, *form, stdin=asked.encode())
        rows = zip(done.out.splitlines(), names.values(), strict=False)
        return tuple((row.split()[0], where) for row, where in rows if row.endswith(" commit"))

    def boundary(self) -> frozenset[str]:
        """Commits before which this clone has no history; none when it has all of it."""
        return shallow_boundary(self._root)

    def entries(self, tips: tuple[str, ...], *, without: tuple[str, ...]) -> frozenset[str]:
        """Digests of the entries that commits behind `tips` added, but those behind `without`.

        Raises:
            ExternalError: git cannot read them; that is never the same as none.
        """
        hidden = [f"^{commit}" for commit in without]
        asked = ("log", "--full-history", "-m", "--format=", "--name-only", "--no-renames")
        done = run_git(self._root, *asked, "--diff-filter=A", *tips, *hidden, "--", _LEDGER)
        if done.code:
            raise _unreadable(done)
        return frozenset(_ENTRY.findall(done.out))

    def is_behind(self, older: str, tips: tuple[str, ...]) -> bool:
        """Whether a commit is in the ancestry of one of `tips`."""
        ask = ("merge-base", "--is-ancestor", older)
        return any(run_git(self._root, *ask, tip).code == 0 for tip in tips)

    def took_effect(self, entry: str, tips: tuple[str, ...]) -> bool:
        """Whether the pointer of some commit named an entry.

        Raises:
            ExternalError: git cannot tell.
        """
        asked = ("log", "--full-history", "-m", "--format=%H", "-1", f"-S{entry}")
        done = run_git(self._root, *asked, *tips, "--", _POINTER)
        if done.code:
            raise _unreadable(done)
        return bool(done.out)

    def sightings(self, known: frozenset[str], names: frozenset[str]) -> Iterator[Sighting]:
        """Entries of `names` that took effect, without those in `known`."""
        strange = sorted(names - known)
        tips = self.tips() if strange else ()
        for name in strange:
            for commit, where in tips:
                if self.took_effect(name, (commit,)):
                    is_shared = where == self._shared_name
                    yield Sighting(where=where, head=name, is_shared=is_shared)
                    break

    def state_file(self, path: str, tips: tuple[str, ...]) -> bytes | None:
        """Bytes of a state file that never changes, from the first commit that has it.

        Also from commits that only the reflog knows, as after a reset.
        """
        for commit in tips:
            data = read_blob(self._root, f"{commit}:{self.prefix}{path}")
            if data is not None:
                return data
        asked = ("log", "--full-history", "-m", "--format=%H", "-1", "--diff-filter=A")
        every = ("--all", "--reflog", *tips)
        done = run_git(self._root, *asked, *every, "--", path) if tips else None
        commit = done.out.split("\n")[0] if done else ""
        return read_blob(self._root, f"{commit}:{self.prefix}{path}") if commit else None


def _unreadable(done: GitAnswer) -> ExternalError:
    msg = f"git cannot read the history of {_LEDGER}: {done.reason}"
    return ExternalError(msg, next_step="git fsck", retryable=True)
