"""The trust artifacts on disk, and the templates they are made from."""

import contextlib
import importlib.resources
from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.hashing import file_digest
from openmed.domain.pages.inputs import RenderedFile, Template


class FilePages:
    """Files under `artifacts/trust/`."""

    def __init__(self, folder: Path, *, disk: Disk = REAL) -> None:
        """Remember the folder; it is made when first needed."""
        self._disk = disk
        self._folder = folder

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

    def write(self, files: tuple[RenderedFile, ...], *, owns: str) -> int:
        """Write what differs, remove what is no longer rendered under the folder `owns`."""
        changed = 0
        for file in files:
            changed += atomic.write_if_different(
                self._folder / file.path, file.content.encode(), disk=self._disk
            )
        kept = {self._folder / file.path for file in files}
        for path in sorted((self._folder / owns).rglob("*"), reverse=True):
            if path.is_file() and path not in kept:
                self._disk.unlink(path)
                changed += 1
            elif path.is_dir():
                with contextlib.suppress(OSError):
                    path.rmdir()
        return changed

    def _digest(self, path: Path) -> str | None:
        try:
            return file_digest(path)
        except OSError:
            return None
