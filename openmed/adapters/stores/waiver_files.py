"""Waivers as files: `gates/waivers/<sha256>.json`, one DSSE envelope each."""

from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.digest import sha256_hex


class FileWaivers:
    """Waivers of one release repository."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder

    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Every waiver file, by name; cut when it is far too long, so that no signature fits."""
        return tuple((path.name, _start_of(path)) for path in sorted(self._folder.glob("*.json")))

    def put(self, envelope: bytes) -> str:
        """Keep a waiver; the name of its file."""
        name = f"{sha256_hex(envelope)}.json"
        atomic.write_if_different(self._folder / name, envelope)
        return name


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(limited_read.KEY)
