"""Digests of files and folders on disk."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from openmed.domain.candidates.candidate import PATH_RULE, StagedFile
from openmed.domain.digest import tree_digest
from openmed.errors import EvidenceError

_BLOCK = 1024 * 1024


def file_digest(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git_blob_digest(path: Path) -> str:
    """Git's name of a file's content: sha1 of `blob SIZE`, a zero byte, and the bytes."""
    with path.open("rb") as file:
        state = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
        while block := file.read(_BLOCK):
            state.update(block)
    return state.hexdigest()


def listing(folder: Path, *, without: frozenset[str] = frozenset()) -> tuple[StagedFile, ...]:
    """Every file under a folder, by path; names in `without` are left out at any depth.

    Raises:
        EvidenceError: a file has a name that may not be staged.
    """
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not without.intersection(path.relative_to(folder).parts)
    )
    return tuple(_listed(path, path.relative_to(folder).as_posix()) for path in paths)


def folder_digest(folder: Path, *, without: frozenset[str] = frozenset()) -> str:
    """Tree digest of a folder."""
    return tree_digest(listing(folder, without=without))


def _listed(path: Path, name: str) -> StagedFile:
    size, digest = path.stat().st_size, file_digest(path)
    try:
        return StagedFile(path=name, size=size, sha256=digest)
    except ValidationError:
        msg = f"the file name {name[:80]!r} is refused; wanted {PATH_RULE}"
        raise EvidenceError(msg) from None
