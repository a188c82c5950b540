"""Whether what decides is what people reviewed: files of the work tree against a branch.

Compared through an index of its own, so that neither what is staged here nor what git ignores
hides a difference, and line ends count as git stores them.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from openmed.adapters.sync.git import run_git
from openmed.errors import ExternalError

DECIDING: Final = (
    "gates/candidates.toml",
    "gates/policy",
    "gates/suites.toml",
    "gates/registries.toml",
    "gates/head.toml",
    "gates/keys",
    "models.jsonl",
)


def unreviewed_files(root: Path, ref: str, *, git_folder: Path) -> tuple[str, ...]:
    """Files that decide and differ from those of a commit, by path.

    Args:
        root: release repository.
        ref: the commit.
        git_folder: git's folder of this work tree.

    Raises:
        ExternalError: git cannot compare them.
    """
    with TemporaryDirectory(prefix="openmed-index-", dir=git_folder) as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        changed = ("diff-files", "-z", "--relative", "--name-only", "--", *DECIDING)
        added = ("ls-files", "-z", "--others", "--", *DECIDING)
        found: set[str] = set()
        for asked in (("read-tree", ref), ("update-index", "-q", "--refresh"), changed, added):
            done = run_git(root, "-c", "core.fileMode=false", *asked, extra=index)
            # A refresh says 1 when a file differs.
            if done.code and asked[0] != "update-index":
                msg = f"queue and policies cannot be compared with {ref}: {done.reason}"
                raise ExternalError(msg, next_step="git fsck")
            if asked in (changed, added):
                found.update(name for name in done.out.split("\0") if name)
    return tuple(sorted(name for name in found if not Path(name).name.startswith(".tmp-")))
