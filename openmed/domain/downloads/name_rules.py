"""Names of a release's files, where they are to be written to somebody's disk.

What a path may look like at all is a rule of `StagedFile`: no leading slash or dot, no `..`, no
odd character. What follows depends on the other names, or on the file system that they meet.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.downloads.record import RECORD

_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))}
)
"""Names that one file system in use gives to something else."""


def name_fault(files: Iterable[StagedFile], *, beside: Iterable[str] = ()) -> str:
    """Why files of these names cannot all be written anywhere; empty when they can.

    Args:
        files: of the release.
        beside: what else is written.
    """
    known: dict[str, str] = {}
    for name in (RECORD, *beside, *(file.path for file in files)):
        for place in _places(name):
            other = known.get(_folded(place), place)
            if other != place or (place == name and _folded(place) in known):
                return f"the file names {other[:80]!r} and {name[:80]!r} are one on some disks"
            known[_folded(place)] = place
        if any(part.partition(".")[0].lower() in _DEVICES for part in name.split("/")):
            return f"the file name {name[:80]!r} is a device on some systems"
    return ""


def _places(name: str) -> Iterator[str]:
    """A file's path and the folders it lies in; a folder ends with a slash."""
    parts = name.split("/")
    yield from ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
    yield name


def _folded(place: str) -> str:
    """What a disk that ignores case and forms of letters makes of it; a folder is no file."""
    return unicodedata.normalize("NFKC", place.rstrip("/").casefold())
