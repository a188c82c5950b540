"""The local registry: released trees by content; `gates/pointer.json` says which is live.

A tree appears under its digest in one rename, after its bytes were read back, so a reader
of the pointer finds the whole tree or, before the flip, none. The pointer is the only
mutable file: at any moment every slot is served from exactly one tree, never a mix.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.host.environment_probe import EnvironmentProbe
from openmed.adapters.registries.installed_registries import RegistryPlace
from openmed.adapters.stores.artifact_store import verify_tree
from openmed.adapters.stores.blob_store import FileBlobStore
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import Json
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.errors import IntegrityError, UsageError

FOLDER = "folder"


class LocalRegistry:
    """Trees under `ROOT/trees/<tree digest>/`."""

    def __init__(self, settings: Mapping[str, Json], place: RegistryPlace) -> None:
        """Take the folder of the settings, or the one of this machine; nothing is made yet.

        Raises:
            UsageError: a setting is unknown, or the folder is not one line of text.
        """
        strange = sorted(set(settings) - {FOLDER})
        if strange:
            msg = f"the registry local has no setting {strange[0]!r}; wanted {FOLDER} or none"
            raise UsageError(msg)
        named = settings.get(FOLDER, str(place.folder))
        if not isinstance(named, str) or not named.isprintable() or not named:
            msg = "the setting folder of the registry local is not a path"
            raise UsageError(msg)
        self._root = place.root
        self._folder = place.root / named
        self._trees = FileBlobStore(self._folder / "trees")
        self._store = place.store
        self._disk = place.disk

    @property
    def where(self) -> str:
        """The folder, relative to the release repository when it is in there."""
        inside = self._folder.is_relative_to(self._root)
        return str(self._folder.relative_to(self._root) if inside else self._folder)

    def is_writable(self) -> bool:
        """Whether files can be made in the folder, or the folder be made."""
        return EnvironmentProbe().is_writable(self._folder)

    def is_there(self) -> bool:
        """Whether there is a folder of trees."""
        return (self._folder / "trees").is_dir()

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

    def fetch(self, artifact: str, folder: str) -> None:
        """Copy a released tree into an empty folder."""
        place = self._place(artifact)
        if not place.is_dir():
            msg = f"the released bytes of {artifact[:16]}… are gone from this machine"
            raise IntegrityError(msg)
        shutil.copytree(place, folder, symlinks=True, dirs_exist_ok=True)
        Path(folder).chmod(0o755)

    def things(self) -> tuple[StoredBlob, ...]:
        """Every tree."""
        return self._trees.things()

    def remove(self, name: str) -> None:
        """Remove one tree if it is there."""
        self._trees.remove(name)

    def sweep(self) -> int:
        """Remove what a killed run left unfinished; how many there were."""
        return atomic.sweep(self._folder)

    def _place(self, artifact: str) -> Path:
        return self._folder / "trees" / artifact
