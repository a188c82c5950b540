"""Ledger entries that were read before, by digest: the next download asks for the newer ones only.

A cache: what is not there, or is not what its name says, is asked for again.
"""

import contextlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.digest import sha256_hex


def cache_folder(environment: Mapping[str, str]) -> Path:
    """`$XDG_CACHE_HOME/openmed`, else `~/.cache/openmed`."""
    home = Path(environment.get("HOME") or Path.home())
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "openmed"


class FileEntryCache:
    """One file an entry."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder / "ledger"

    def get(self, digest: str) -> bytes | None:
        """An entry's bytes, checked against its name; None when it is not here."""
        try:
            data = limited_read.read_bytes(self._path(digest), most=limited_read.PRODUCT)
        except OSError:
            return None
        return data if sha256_hex(data) == digest else None

    def keep(self, digest: str, data: bytes) -> None:
        """Keep an entry that was checked; a disk that is full loses time only."""
        path = self._path(digest)
        new = path.with_name(f"{atomic.TEMPORARY}{secrets.token_hex(8)}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(data)  # Not synced: what a power cut leaves of it is seen by its hash.
            new.replace(path)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.json"
