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
        self._staged = folder.parent / "staged"
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

    def mark_staged(self, repo_id: str) -> None:
        """Note that bytes lie in the private repository of a public one, until they are cleared."""
        path = self._staged / self._path(repo_id).name
        atomic.make_folders(path.parent, disk=self._disk)
        atomic.write(path, repo_id.encode(), disk=self._disk)

    def staged(self) -> tuple[str, ...]:
        """Public repositories whose private one has bytes from here."""
        names = sorted(self._staged.iterdir()) if self._staged.is_dir() else []
        found = (path.read_text(encoding="utf-8") for path in names if path.suffix == ".json")
        return tuple(repo for repo in found if self._path(repo).name in {n.name for n in names})

    def drop_staged(self, repo_id: str) -> None:
        """They are cleared."""
        (self._staged / self._path(repo_id).name).unlink(missing_ok=True)

    def _path(self, repo_id: str) -> Path:
        return self._folder / f"{sha256_hex(f'{self._endpoint} {repo_id}'.encode())[:32]}.json"
