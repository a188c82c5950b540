"""Files of a public repository at one commit, and how they become those of a release."""

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from pydantic import Field, StringConstraints

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.frozen import Digest, Frozen

KEPT: Final = frozenset({".gitattributes"})
"""Files that belong to the repository, not to a release."""
BlobSha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]


class PublicFile(Frozen):
    """One file as the listing of a commit has it.

    Attributes:
        path: POSIX path.
        size: bytes of the content.
        blob: git's name of the content, or of the pointer to it.
        sha256: of the content, where it is stored as a large file; None where it is not.
    """

    path: str
    size: Annotated[int, Field(ge=0)]
    blob: BlobSha
    sha256: Digest | None = None


class WantedFile(NamedTuple):
    """One file that must be served.

    Attributes:
        path: POSIX path.
        size: bytes.
        sha256: of its content.
        blob: git's name of its content.
    """

    path: str
    size: int
    sha256: str
    blob: str


class TreeChange(NamedTuple):
    """What one commit must do.

    Attributes:
        added: paths whose bytes are sent.
        copied: paths that are copied on the server, each with the place it is copied from.
        deleted: paths that go.
    """

    added: tuple[str, ...]
    copied: tuple[tuple[str, "CopySource"], ...]
    deleted: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether the tree is already as wanted."""
        return not (self.added or self.copied or self.deleted)


NO_CHANGE: Final = TreeChange((), (), ())


class CopySource(NamedTuple):
    """A commit that large files can be copied from.

    Attributes:
        repo_id: its repository.
        commit: all 40 digits.
        files: its files, by path.
    """

    repo_id: str
    commit: str
    files: Mapping[str, PublicFile]

    def has(self, file: WantedFile) -> bool:
        """Whether it holds a file as a large one, at the same path."""
        found = self.files.get(file.path)
        return found is not None and (found.sha256, found.size) == (file.sha256, file.size)


def is_same(found: PublicFile | None, wanted: WantedFile) -> bool:
    """Whether a file is served already; by sha256, or by git's name for small ones."""
    if found is None or found.size != wanted.size:
        return False
    if found.sha256 is not None:
        return found.sha256 == wanted.sha256
    return found.blob == wanted.blob


def is_as_stated(
    tree: Mapping[str, PublicFile], files: tuple[StagedFile, ...], *, beside: frozenset[str]
) -> bool:
    """Whether a listing can be that of a release; small files are known by their size only.

    Args:
        tree: the listing.
        files: of the release.
        beside: paths that may be there besides them.
    """
    wanted = {file.path: file for file in files}
    if not wanted.keys() <= tree.keys() or tree.keys() - wanted.keys() - KEPT - beside:
        return False
    return all(
        tree[path].size == file.size and tree[path].sha256 in (None, file.sha256)
        for path, file in wanted.items()
    )


def tree_change(
    tree: Mapping[str, PublicFile],
    wanted: tuple[WantedFile, ...],
    *,
    sources: tuple[CopySource, ...],
) -> TreeChange:
    """What makes a tree the wanted one: copies where a commit has the large file, else bytes.

    Args:
        tree: what is served.
        wanted: everything that must be.
        sources: commits to copy from, the best first.
    """
    added: list[str] = []
    copied: list[tuple[str, CopySource]] = []
    for file in wanted:
        if is_same(tree.get(file.path), file):
            continue
        source = next((one for one in sources if one.has(file)), None)
        if source is None:
            added.append(file.path)
        else:
            copied.append((file.path, source))
    gone = tree.keys() - {file.path for file in wanted} - KEPT
    return TreeChange(tuple(added), tuple(copied), tuple(sorted(gone)))
