"""A folder of things named by their content, which may be removed one by one."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import REAL
from openmed.domain.ledger.stored_blob import StoredBlob

_DIGEST = 64


class FileBlobStore:
    """Trees or files under one folder, by digest."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it may be missing."""
        self._folder = folder

    def things(self) -> tuple[StoredBlob, ...]:
        """Everything that has a digest for a name, with its size and age."""
        if not self._folder.is_dir():
            return ()
        found = [path for path in sorted(self._folder.iterdir()) if len(path.stem) == _DIGEST]
        return tuple(_stored(path) for path in found)

    def remove(self, name: str) -> None:
        """Remove one thing, in one step as far as readers can tell."""
        for path in self._folder.glob(f"{name}*"):
            doomed = path.with_name(f"{atomic.TEMPORARY}{path.name}")
            with contextlib.suppress(FileNotFoundError), atomic.at_work_in(self._folder):
                REAL.rename(path, doomed)
                REAL.fsync_folder(self._folder)
                atomic.remove_tree(doomed)


def _stored(path: Path) -> StoredBlob:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    # When the folder got its present name: what was put in it, and its mode, are older.
    changed = datetime.fromtimestamp(path.stat().st_ctime, tz=UTC)
    return StoredBlob(
        name=path.stem,
        size=sum(file.stat().st_size for file in files),
        since=changed.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
