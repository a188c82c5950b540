"""A bare remote beside a scratch copy, which the copy shares its state through."""

from pathlib import Path
from typing import Final

from openmed.adapters.sync.git import run_git
from openmed.domain.release.sync_config import FILE
from openmed.errors import ExternalError

_BRANCH: Final = "main"
_NAME: Final = "openmed-drill"
_SHARED: Final = f"""\
remote = "origin"
branch = "{_BRANCH}"
name = "{_NAME}"
email = "{_NAME}@localhost"
"""
_IGNORED: Final = "/artifacts/\n.tmp-*\n"
_IDENTITY: Final = (
    "-c", f"user.name={_NAME}", "-c", f"user.email={_NAME}@localhost", "-c", "commit.gpgSign=false",
    "-c", "core.hooksPath=/dev/null",
)  # fmt: skip


def share_with_scratch_remote(root: Path, remote: Path) -> None:
    """Make a copy a checkout that shares its state with a new bare repository.

    Args:
        root: the copy.
        remote: where the bare repository goes.

    Raises:
        ExternalError: git cannot do it.
    """
    (root / FILE).write_text(_SHARED, encoding="utf-8")
    (root / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    _must(root.parent, "init", "--quiet", "--bare", f"--initial-branch={_BRANCH}", str(remote))
    _must(root, "init", "--quiet", f"--initial-branch={_BRANCH}")
    _must(root, "remote", "add", "origin", str(remote))
    _must(root, "add", "--all")
    _must(root, "commit", "--quiet", "--no-verify", "--message", "Start of a drill")
    _must(root, "push", "--quiet", "--set-upstream", "origin", _BRANCH)


def _must(folder: Path, *arguments: str) -> None:
    done = run_git(folder, *_IDENTITY, *arguments)
    if done.code:
        msg = f"git {arguments[0]} failed: {done.reason}"
        raise ExternalError(msg, next_step="git --version")
