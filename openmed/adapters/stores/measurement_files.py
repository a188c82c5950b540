"""Signed measurements as files: `gates/measurements/SLOT--SUITE.dsse.json`, one envelope each."""

from pathlib import Path

from openmed.adapters.disk import atomic, limited_read


class FileMeasurements:
    """Signed measurements of one release repository."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """Names of all files."""
        return tuple(sorted(path.name for path in self._folder.glob("*.json")))

    def get(self, name: str) -> bytes | None:
        """A file's bytes; None when there is none."""
        try:
            return limited_read.read_bytes(self._folder / name, most=limited_read.SUITE)
        except FileNotFoundError:
            return None

    def put(self, name: str, envelope: bytes) -> None:
        """Keep a statement; it replaces the one before."""
        atomic.write_if_different(self._folder / name, envelope)
