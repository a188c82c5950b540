"""What this machine published to public repositories and read back: notes that may be lost.

A note spares asking the Hub, and hashing again what was hashed at a commit that never changes.
Without it the Hub is asked; it decides nothing else.
"""

from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import Disk
from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.release.publishing.publication import CommitMark, CommitSha
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError


class HubNote(Frozen):
    """One repository as this machine left it.

    Attributes:
        mark: what it serves.
        commit: that `main` stood at, and whose bytes were hashed.
    """

    mark: CommitMark
    commit: CommitSha


class HubNotes:
    """One small file for each repository."""

    def __init__(self, folder: Path, *, endpoint: str, disk: Disk) -> None:
        """Remember the place; nothing is made yet.

        Args:
            folder: of all notes.
            endpoint: address of the Hub they are about.
            disk: makes the files.
        """
        self._folder = folder
        self._endpoint = endpoint
        self._disk = disk

    def read(self, repo_id: str) -> HubNote | None:
        """The note; None when there is none that can be read."""
        try:
            return parse(HubNote, self._path(repo_id).read_bytes(), what="a note")
        except (OSError, EvidenceError):
            return None

    def write(self, repo_id: str, note: HubNote) -> None:
        """Replace the note."""
        path = self._path(repo_id)
        atomic.make_folders(path.parent, disk=self._disk)
        atomic.write(path, dump(note), disk=self._disk)

    def drop(self, repo_id: str) -> None:
        """Forget it."""
        self._path(repo_id).unlink(missing_ok=True)

    def _path(self, repo_id: str) -> Path:
        return self._folder / f"{sha256_hex(f'{self._endpoint} {repo_id}'.encode())[:32]}.json"
