"""Watching what an answer rests on while it is computed, so that it can be kept in the index."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from openmed.adapters.disk.open_trace import Trace, traced
from openmed.adapters.stores.standing_index import Standing, StandingIndex, Witness
from openmed.context.covered_files import covered_files, opened_files, source_files

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
        self._witness = Witness(places)

    def keep(
        self,
        question: str,
        answers: Mapping[str, bytes],
        *,
        since: str,
        until: str,
        sources: Iterable[str],
    ) -> bool:
        """Keep an answer, unless something it rests on moved or cannot be seen by `stat`.

        Args:
            question: what was asked.
            answers: bytes by name.
            since: when it was computed.
            until: first moment at which it may change by itself.
            sources: folders that candidates come from.

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
        standing = Standing(since=since, until=until, answers=answers)
        return self._index.write(question, standing, self._witness, opened)


@contextmanager
def watching(
    index: StandingIndex, *, root: Path, artifacts: Path, witness: Path
) -> Iterator[Watch]:
    """Watch until the end of the block.

    Args:
        index: keeps the answer.
        root: the release repository.
        artifacts: its products.
        witness: what this checkout has seen.
    """
    with traced() as trace:
        watch = Watch(index, trace, root=root, artifacts=artifacts)
        watch.look(witness)
        yield watch
