"""Finds git's folder of a work tree without git, so that what lies in it is found then too.

Git may be missing from PATH, or refuse a folder that somebody else owns. Linked work trees and
submodules have a file `.git` that names the folder. Nothing of the repository is read here.
"""

from pathlib import Path
from typing import Final, NamedTuple

_MOST: Final = 4096
_LINK: Final = "gitdir: "


class GitPlace(NamedTuple):
    """Where a folder lies in a work tree.

    Attributes:
        folder: git's folder of this work tree.
        prefix: path of the folder below the top of the work tree; ends with `/`, or empty.
    """

    folder: Path
    prefix: str


def find_git_folder(root: Path) -> GitPlace | None:
    """The nearest git folder at or above `root` on its file system, where git would find it."""
    start = root.resolve()
    for top in (start, *start.parents):
        folder = _named(top / ".git")
        if folder is not None:
            below = start.relative_to(top).as_posix()
            return GitPlace(folder, "" if below == "." else f"{below}/")
        if top.is_mount():
            return None
    return None


def _named(place: Path) -> Path | None:
    try:
        if place.is_file():
            with place.open("rb") as file:
                link = file.read(_MOST).decode(errors="surrogateescape")
            if not link.startswith(_LINK):
                return None
            place = place.parent / link.removeprefix(_LINK).rstrip("\r\n")
        return place.resolve() if (place / "HEAD").is_file() else None
    except (OSError, ValueError):
        return None
