"""What tests put out: collected while a secret is about, and searched when a test has ended."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from support.leaks.search import find


@dataclass
class Hearing:
    """Listens while there is something to listen for.

    Attributes:
        secrets: what must not be heard.
        heard: what was put out: where, and what.
        folders: whose files are read in the end.
        open: how many Hubs listen; while one does, its secrets stay.
    """

    secrets: set[str] = field(default_factory=set)
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    folders: set[Path] = field(default_factory=set)
    open: int = 0

    def plant(self, secret: str) -> str:
        """Listen for a secret from now on; it is given back."""
        self.secrets.add(secret)
        return secret

    def hear(self, where: str, said: str | bytes) -> None:
        """Keep what was put out, if there is something to listen for."""
        if self.secrets and said:
            data = said.encode("utf-8", "surrogateescape") if isinstance(said, str) else said
            self.heard.append((where, data))

    def read(self, *folders: Path) -> None:
        """Read these folders in the end."""
        self.folders.update(folders)

    def leaks(self) -> list[str]:
        """Where a secret was put out."""
        if not self.secrets:
            return []
        everything = (*self.heard, *(row for folder in self.folders for row in _files(folder)))
        return sorted(
            {
                where
                for where, data in everything
                for secret in self.secrets
                if find(secret, where.encode("utf-8", "surrogateescape")) or find(secret, data)
            }
        )

    def forget(self) -> None:
        """Begin anew; secrets stay as long as a Hub knows them."""
        self.heard.clear()
        self.folders.clear()
        if not self.open:
            self.secrets.clear()


HEARING = Hearing()
"""Of this process."""


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_symlink():
                yield f"the target of {path}", os.fsencode(path.readlink())
            elif path.is_file() and os.access(path, os.R_OK):
                yield f"the file {path}", path.read_bytes()
