"""Watching what an answer rests on while it is computed, so that it can be kept in the index."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from openmed.adapters.disk.atomic import TEMPORARY
from openmed.adapters.disk.open_trace import Trace, traced
from openmed.adapters.stores.standing_index import Seen, Standing, StandingIndex, Witness
from openmed.context.covered_files import (
    covered_files,
    is_walked,
    new_files,
    opened_files,
    source_files,
)

__all__ = ["Seen", "Standing", "Watch", "is_unfinished", "new_paths", "watching"]

_ASKED: Final = frozenset({"git"})
"""Programs whose answers rest on files that are covered; any other one might look anywhere."""


class Watch:
    """One computation of an answer.

    Attributes:
        index: keeps it.
    """

    def __init__(self, index: StandingIndex, trace: Trace, *, root: Path, artifacts: Path) -> None:
        """Remember where things are; `watching` makes it."""
        self._index = index
        self._trace = trace
        self._root = root
        self._artifacts = artifacts
        self._witness: Witness | None = None

    def look(self, witness: Path) -> None:
        """See everything that is known to be covered, before any of it is read."""
        places = covered_files(
            self._root, artifacts=self._artifacts, witness=witness, home=Path.home()
        )
        self._began(Witness(places))

    def go_on(self, seen: Seen, new: Iterable[str]) -> None:
        """Go on from what was kept.

        Args:
            seen: what was kept, and what moved.
            new: what came into folders since.
        """
        self._began(seen.witness.and_more(new))

    def _began(self, witness: Witness) -> None:
        # What has not settled is read now, not when the answer is kept.
        self._witness = witness if witness.contents is not None else None

    def keep(
        self, question: str, standing: Standing, *, sources: Iterable[str], may_move: bool = False
    ) -> bool:
        """Keep an answer, unless something it rests on moved or cannot be seen by `stat`.

        Args:
            question: what was asked.
            standing: the answer, and for how long it is one.
            sources: folders that candidates come from.
            may_move: whether what the computation itself wrote may have moved.

        Returns:
            Whether it was kept.
        """
        trace = self._trace
        if self._witness is None or trace.has_network or trace.programs - _ASKED:
            return False
        opened = (
            *opened_files(tuple(trace.paths), root=self._root, artifacts=self._artifacts),
            *source_files(self._root, sources),
        )
        if may_move:
            opened = tuple(path for path in opened if not self._is_seen_in_its_folder(path))
        return self._index.write(question, standing, self._witness, opened, may_move=may_move)

    def _is_seen_in_its_folder(self, path: str) -> bool:
        """Whether it came while the answer was computed, to where a new name is noticed."""
        known = frozenset() if self._witness is None else self._known
        places = (folder for folder in Path(path).parents if str(folder) in known)
        return path not in known and any(
            is_walked(place, root=self._root, artifacts=self._artifacts) for place in places
        )

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._witness.paths) if self._witness else frozenset()


def new_paths(seen: Seen, *, root: Path, artifacts: Path, witness: Path) -> tuple[str, ...]:
    """What came into covered folders since an answer was kept.

    Args:
        seen: what was kept, and what moved.
        root: the release repository.
        artifacts: its products.
        witness: what this checkout has seen; of most of it names alone count.
    """
    known = frozenset(seen.witness.paths)
    folders = (Path(path) for path in seen.moved if Path(path).is_dir())
    return tuple(
        path
        for folder in folders
        if not folder.is_relative_to(witness)
        for path in new_files(folder, known, root=root, artifacts=artifacts)
    )


def is_unfinished(paths: Iterable[str]) -> bool:
    """Whether a run that was killed left any of these."""
    return any(f"{os.sep}{TEMPORARY}" in path for path in paths)


@contextmanager
def watching(index: StandingIndex, *, root: Path, artifacts: Path) -> Iterator[Watch]:
    """Watch until the end of the block; it begins with `look`, or with `go_on`.

    Args:
        index: keeps the answer.
        root: the release repository.
        artifacts: its products.
    """
    with traced() as trace:
        yield Watch(index, trace, root=root, artifacts=artifacts)
