"""Which commit made a folder what it is; never a guess.

In a shallow clone the oldest commit here seems to have made every file, and git refuses a
checkout of another user. In both cases another machine would name another commit for the same
bytes, so there is no answer but the way to one.
"""

from pathlib import Path
from typing import Final

from openmed.adapters.sync.git import run_git, shallow_boundary
from openmed.errors import EvidenceError

_FOREIGN: Final = "dubious ownership"


def last_commit(folder: Path, *, what: str) -> str | None:
    """The last commit that touched a folder; None if it is dirty, untracked or not in git.

    Args:
        folder: where.
        what: whose folder it is, for a person.

    Raises:
        EvidenceError: git cannot say: the clone is shallow, or belongs to another user.
    """
    dirty = run_git(folder, "status", "--porcelain", "--untracked-files=all", "--", ".")
    if _FOREIGN in dirty.error:
        msg = f"{what}: git does not read this checkout, because it belongs to another user"
        raise EvidenceError(msg, next_step=_trust(folder))
    if dirty.code or dirty.out:
        return None
    done = run_git(folder, "log", "-1", "--format=%H", "--", ".")
    commit = done.out if done.code == 0 else ""
    if commit and commit in shallow_boundary(folder):
        msg = (
            f"{what}: the last commit that touched its recipe is not here, because this clone is "
            f"shallow and begins with {commit[:12]}"
        )
        raise EvidenceError(msg, next_step="git fetch --unshallow, or fetch-depth: 0 in CI")
    return commit or None


def _trust(folder: Path) -> str:
    """The command that makes git read the checkout; git names its top."""
    top = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    return f"git config --global --add safe.directory {top}"
