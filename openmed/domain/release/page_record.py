"""What `regenerate` leaves: which files of one kind stand on disk, and what each was made from."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen


class PageFile(Frozen):
    """One written file."""

    path: str
    sha256: Digest


class PageRecord(Frozen):
    """Product of `regenerate`: what stands on disk for one kind of trust artifact.

    Attributes:
        kind: which kind.
        files: every file, by path; in version 1.
        listing: a line for each file: its digest, what it was made from (`-` = the fleet), its
            path; in version 2.
        pages_code: digest of the code that rendered them; empty in records of earlier engines.
    """

    schema_: Literal["openmed.pages/1", "openmed.pages/2"] = Field(
        default="openmed.pages/2", alias="schema"
    )
    kind: Annotated[str, Field(min_length=1)]
    files: tuple[PageFile, ...] = Field(default=(), exclude_if=lambda files: not files)
    listing: str = ""
    pages_code: str = ""

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Digest of every file, by path."""
        listed = {path: digest for digest, _, path in self._lines}
        return listed or {file.path: file.sha256 for file in self.files}

    @cached_property
    def made_from(self) -> Mapping[str, tuple[str, ...]]:
        """Paths of the files that were made from the same, by its digest."""
        found: dict[str, tuple[str, ...]] = {}
        for _, key, path in self._lines:
            found[key] = (*found.get(key, ()), path)
        return found

    def standing(self, on_disk: Sequence[str | None]) -> frozenset[str]:
        """Files that are as they were written.

        Args:
            on_disk: digest of each file in the order of `digests`; None where there is none.
        """
        pairs = zip(self.digests.items(), on_disk, strict=True)
        return frozenset(path for (path, digest), found in pairs if digest == found)

    @property
    def _lines(self) -> list[list[str]]:
        return [line.split(" ", 2) for line in self.listing.splitlines()]
