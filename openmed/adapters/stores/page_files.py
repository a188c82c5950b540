"""The trust artifacts on disk, and the templates they are made from."""

import contextlib
import importlib.resources
import os
from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.hashing import file_digest
from openmed.adapters.stores.page_cache import PageCache
from openmed.domain.pages.inputs import RenderedFile, Template


class FilePages:
    """Files under `artifacts/trust/`."""

    def __init__(self, folder: Path, *, cache: PageCache, disk: Disk = REAL) -> None:
        """Remember the folder; it is made when first needed.

        Args:
            folder: where the files are.
            cache: keeps what `stat` says of them.
            disk: makes them.
        """
        self._disk = disk
        self._folder = folder
        self._cache = cache

    def to_look(self) -> "FilePages":
        """The same for who only looks: nothing that is seen is written down."""
        return FilePages(self._folder, cache=self._cache.to_look(), disk=self._disk)

    def templates(self) -> tuple[Template, ...]:
        """Every template, by name."""
        place = importlib.resources.files("openmed").joinpath("templates")
        return tuple(
            Template(name=file.name, source=file.read_text(encoding="utf-8"))
            for file in sorted(place.iterdir(), key=lambda entry: entry.name)
            if file.name.endswith(".j2")
        )

    def digests(self, paths: tuple[str, ...]) -> tuple[str | None, ...]:
        """Digest of each file's bytes, None where it is missing."""
        return tuple(self._digest(self._folder / path) for path in paths)

    def noted_digests(self, paths: tuple[str, ...], *, of: str) -> tuple[str | None, ...]:
        """The same, but a file is hashed only if it may have changed since it was hashed."""
        return self._cache.digests(self._folder, paths, of=of)

    def write(
        self, files: tuple[RenderedFile, ...], *, owns: str, kept: frozenset[str] = frozenset()
    ) -> int:
        """Write what differs, remove what is neither rendered nor kept under the folder `owns`."""
        changed = atomic.write_all_different(
            [(self._folder / file.path, file.content.encode()) for file in files], disk=self._disk
        )
        wanted = {f"{self._folder}/{path}" for path in kept | {file.path for file in files}}
        files_there: list[str] = []
        folders: list[str] = []
        _list(f"{self._folder / owns}", files=files_there, folders=folders)
        for path in sorted(set(files_there) - wanted):
            if not path.rpartition("/")[2].startswith(atomic.TEMPORARY):  # A sweep's, or at work.
                self._disk.unlink(Path(path))
                changed += 1
        used = {path.rpartition("/")[0] for path in wanted}
        for folder in reversed(folders):
            if folder not in used:  # One with a used folder in it stays.
                with contextlib.suppress(OSError):
                    Path(folder).rmdir()
        return changed

    def _digest(self, path: Path) -> str | None:
        try:
            return file_digest(path)
        except OSError:
            return None


def _list(place: str, *, files: list[str], folders: list[str]) -> None:
    """Add what is below a place, folders before what is in them; a link is a file."""
    try:
        with os.scandir(place) as found:
            entries = list(found)
    except OSError:
        return
    folders.append(place)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            _list(entry.path, files=files, folders=folders)
        else:
            files.append(entry.path)
