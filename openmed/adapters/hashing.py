"""Digests of files and folders on disk."""

import hashlib
from pathlib import Path

from openmed.domain.candidate import StagedFile
from openmed.domain.digest import tree_digest


def file_digest(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(folder: Path, *, without: frozenset[str] = frozenset()) -> tuple[StagedFile, ...]:
    """Every file under a folder, by path; names in `without` are left out at any depth."""
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not without.intersection(path.relative_to(folder).parts)
    )
    return tuple(
        StagedFile(
            path=path.relative_to(folder).as_posix(),
            size=path.stat().st_size,
            sha256=file_digest(path),
        )
        for path in paths
    )


def folder_digest(folder: Path, *, without: frozenset[str] = frozenset()) -> str:
    """Tree digest of a folder."""
    return tree_digest(listing(folder, without=without))
