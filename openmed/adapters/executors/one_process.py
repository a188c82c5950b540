"""Port `Executor`: one candidate at a time, one child after the other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from openmed.errors import ExternalError
from openmed.ports.execution import (
    AnsweredChunk,
    ChunkToAnswer,
    ModelToRun,
    Runners,
    Session,
)

LoadModel = Callable[[ModelToRun], AbstractContextManager[Session]]
"""Loads a candidate until a block ends; its log is that of the model."""


class OneProcess:
    """Runs candidates one after the other, in the thread that asks."""

    processes = 1

    def __init__(self, load: LoadModel) -> None:
        """Remember what loads them."""
        self._load = load

    def answers(
        self, model: ModelToRun, chunks: Sequence[ChunkToAnswer]
    ) -> Iterator[AnsweredChunk]:
        """Answer chunks in order; one that ended its child is answered once more, in a fresh one.

        A child that died over its first chunk had nothing else in it: it is not asked again.

        Raises:
            EvidenceError: the candidate brings code, and nothing can isolate it.
            ExternalError: it could not be loaded, or did not answer.
        """
        with ExitStack() as stack:
            session: Session | None = None
            for key, documents in chunks:
                is_fresh = session is None
                session = session or stack.enter_context(self._load(model))
                try:
                    answers = session.predict(documents)
                except ExternalError as error:
                    if not error.retryable or is_fresh:
                        raise
                    stack.close()
                    session = stack.enter_context(self._load(model))
                    answers = session.predict(documents)
                yield AnsweredChunk(key, answers)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Nothing outlives a call."""
        yield


def load_here(runners: Runners, model: ModelToRun) -> AbstractContextManager[Session]:
    """Load a candidate in a child process of this machine."""
    return runners.open(
        model.folder,
        model.profile,
        log=model.log,
        timeout=model.timeout,
        isolation_waiver=model.isolation_waiver,
    )
