"""Registry `zip-folder`: one immutable zip file per released tree, read back before it counts.

Settings: `folder`, relative to the release repository. `FOLDER/<tree digest>.zip` appears in one
rename, after every byte in it was hashed; it is never opened for writing again.
"""

import fcntl
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from openmed.adapters.registries.installed_registries import RegistryPlace
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import Json
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.errors import IntegrityError, UsageError

_UNFINISHED: Final = "unfinished-"
_BLOCK: Final = 1024 * 1024
_DIGEST: Final = 64


class ZipFolder:
    """Zip files in a folder."""

    def __init__(self, settings: Mapping[str, Json], place: RegistryPlace) -> None:
        """Take the folder of the settings.

        Raises:
            UsageError: it is missing or not a path inside the repository, or another key is there.
        """
        folder = settings.get("folder")
        if set(settings) != {"folder"} or not isinstance(folder, str):
            raise UsageError("the registry zip-folder needs the one setting `folder`")
        self._folder = place.root / folder
        if not self._folder.resolve().is_relative_to(place.root.resolve()):
            raise UsageError("the folder of the registry zip-folder leads out of the repository")
        self._name = folder
        self._store = place.store

    @property
    def where(self) -> str:
        """The folder."""
        return self._name

    def is_writable(self) -> bool:
        """Whether files can be made in the folder, or the folder be made."""
        places = (self._folder, *self._folder.parents)
        nearest = next(place for place in places if place.exists())
        return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Zip a staged tree, hash what was written, then give it its name."""
        try:
            self.verify(artifact, files)
        except IntegrityError:
            self._write(artifact, files)

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte in the zip file."""
        _verify(self._file(artifact), files, what=f"registry zip {artifact[:16]}…")

    def fetch(self, artifact: str, folder: str) -> None:
        """Unpack a tree; only plain names are in a zip file that was put here."""
        try:
            with zipfile.ZipFile(self._file(artifact)) as archive:
                archive.extractall(folder)
        except (OSError, zipfile.BadZipFile, zlib.error):
            msg = f"the released bytes of {artifact[:16]}… are gone from {self._name}"
            raise IntegrityError(msg) from None

    def things(self) -> tuple[StoredBlob, ...]:
        """Every tree, with its size and age."""
        found = sorted(self._folder.glob("*.zip")) if self._folder.is_dir() else []
        return tuple(_stored(file) for file in found if len(file.stem) == _DIGEST)

    def remove(self, name: str) -> None:
        """Remove one tree if it is there."""
        self._file(name).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what a killed run left unfinished; what somebody is writing has a lock."""
        found = list(self._folder.glob(f"{_UNFINISHED}*")) if self._folder.is_dir() else []
        return sum(map(_swept, found))

    def _write(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        source = Path(self._store.path(artifact))
        descriptor, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=self._folder)
        made = Path(name)
        with os.fdopen(descriptor, "wb") as writer:
            fcntl.flock(writer, fcntl.LOCK_EX)
            with zipfile.ZipFile(writer, "w", zipfile.ZIP_STORED) as archive:
                for file in files:
                    archive.write(source / file.path, file.path)
            writer.flush()
            os.fsync(writer.fileno())
            _verify(made, files, what=f"registry zip {artifact[:16]}…")
            made.chmod(0o444)
            made.replace(self._file(artifact))
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _file(self, artifact: str) -> Path:
        return self._folder / f"{artifact}.zip"


def _verify(path: Path, files: tuple[StagedFile, ...], *, what: str) -> None:
    wanted = {file.path: (file.size, file.sha256) for file in files}
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            got = {name: _measured(archive, name) for name in names}
    except FileNotFoundError:
        raise IntegrityError(f"{what} is gone") from None
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError):
        raise IntegrityError(f"{what} cannot be read") from None
    if got != wanted or len(names) != len(wanted):
        raise IntegrityError(f"{what} does not hold what was released")


def _measured(archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as reader:
        while block := reader.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _swept(file: Path) -> bool:
    """Whether an unfinished file was nobody's and is gone now."""
    try:
        with file.open("rb") as reader:
            fcntl.flock(reader, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.unlink()
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def _stored(file: Path) -> StoredBlob:
    found = file.stat()
    since = datetime.fromtimestamp(found.st_ctime, tz=UTC)
    return StoredBlob(
        name=file.stem, size=found.st_size, since=since.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
