"""Files that humans review as they are in another commit, in a folder of their own."""

from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.sync.git import read_blobs, run_git
from openmed.errors import UsageError

REVIEWED: Final = ("gates/candidates.toml", "gates/policy", "gates/suites.toml")
_FILE: Final = "100"
"""Modes of files begin so; links and submodules are not followed."""
_FETCH: Final = "git fetch --unshallow, or fetch-depth: 0 in CI"


class BaseCommit(NamedTuple):
    """A commit that something is compared with.

    Attributes:
        name: its 40 digits.
        files: paths of its reviewed files below the release repository.
    """

    name: str
    files: tuple[str, ...]


def write_inputs_at(root: Path, ref: str, *, into: Path) -> BaseCommit:
    """Write queue, policies and pins as they were where the branch of today began.

    Args:
        root: release repository.
        ref: branch or commit; what counts is the last commit that it and HEAD share.
        into: an empty folder.

    Raises:
        UsageError: git does not know the commit.
    """
    commit = _shared_commit(root, ref)
    listed = run_git(root, "ls-tree", "-r", "-z", commit, "--", *REVIEWED)
    if listed.code:
        raise UsageError(f"the files of {commit[:12]} cannot be listed: {listed.reason}")
    found: dict[str, str] = {}
    for line in filter(None, listed.out.split("\0")):
        facts, _, path = line.partition("\t")
        mode, _, blob = facts.split()
        if mode.startswith(_FILE):
            found[path] = blob
    contents = read_blobs(root, tuple(found.values()))
    for path, blob in found.items():
        if blob not in contents:
            raise UsageError(f"{path} of {commit[:12]} is not here", next_step=_FETCH)
        place = into / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents[blob])
    return BaseCommit(commit, tuple(sorted(found)))


def _shared_commit(root: Path, ref: str) -> str:
    asked = f"{ref}^{{commit}}"
    named = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", asked)
    if named.code or not named.out:
        msg = f"--base {ref[:80]}: git has no such commit here"
        raise UsageError(msg, next_step="name a branch or a commit that git log shows")
    shared = run_git(root, "merge-base", "HEAD", named.out)
    if shared.code or not shared.out:
        msg = f"--base {ref[:80]}: HEAD and this commit share none"
        raise UsageError(msg, next_step=_FETCH)
    return shared.out.split()[0]
