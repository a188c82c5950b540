"""The local registry: released trees by content; `gates/pointer.json` says which is live.

A tree is whole before anything points at it and is never changed afterwards, so a reader
that takes the pointer first and the tree second sees one release, never a mix.
"""

from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.stores.artifact_store import FileArtifactStore, verify_tree
from openmed.domain.candidates.candidate import StagedFile
from openmed.errors import IntegrityError


class LocalRegistry:
    """Trees under `ROOT/trees/<tree digest>/`.

    Attributes:
        folder: the ROOT.
    """

    def __init__(self, folder: Path, *, store: FileArtifactStore, disk: Disk = REAL) -> None:
        """Remember the folder, where staged trees come from, and what makes the files."""
        self._disk = disk
        self.folder = folder
        self._store = store

    @property
    def is_local(self) -> bool:
        """It is a folder of this machine."""
        return True

    def path(self, artifact: str) -> str:
        """Folder of a released tree."""
        return str(self._place(artifact))

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte that is served."""
        place = self._place(artifact)
        what = f"registry tree {artifact[:16]}…"
        if not place.is_dir():
            msg = f"{what} is gone"
            raise IntegrityError(msg)
        verify_tree(place, files, what=what)

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Copy a staged tree, read it back and compare; nothing points at it yet."""
        place = self._place(artifact)
        what = f"registry tree {artifact[:16]}…"
        try:
            self.verify(artifact, files)
        except IntegrityError:
            atomic.remove_tree(place)
        else:
            return
        atomic.make_folders(place.parent, disk=self._disk)
        with atomic.scratch_folder(place.parent) as scratch:
            copy = scratch / "tree"
            source = Path(self._store.path(artifact))
            atomic.copy_tree(source, copy, (file.path for file in files), disk=self._disk)
            verify_tree(copy, files, what=what)
            for path in copy.rglob("*"):
                path.chmod(0o555 if path.is_dir() else 0o444)
            self._disk.rename(copy, place)
            place.chmod(0o555)
            self._disk.fsync_folder(place.parent)

    def _place(self, artifact: str) -> Path:
        return self.folder / "trees" / artifact
