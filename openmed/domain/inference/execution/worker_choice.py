"""Which model a free worker runs next, and whether its memory allows another one.

Whatever is chosen, every chunk gets the same answers: only the time differs.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

BASE_BYTES: Final = 300 << 20
"""Memory of a child besides its model, before one was seen: interpreter and libraries."""
COPIES: Final = 3
"""Times the bytes of a model that it may take in memory, before it was seen."""
SPARE: Final = 0.05
"""Share of the machine's memory that is never given away: below a fortieth jails are ended."""


class WaitingModel(NamedTuple):
    """A model with chunks that nobody answers yet.

    Attributes:
        model: its identity.
        chunks: how many wait.
        workers: how many workers have it loaded, or are loading it.
        chunk_seconds: what a chunk took on average; None = none is answered yet.
        load_seconds: what loading it took; None = it was not loaded yet.
    """

    model: str
    chunks: int
    workers: int = 0
    chunk_seconds: float | None = None
    load_seconds: float | None = None

    @property
    def is_worth_joining(self) -> bool:
        """Whether another worker would spare more time than loading takes."""
        if self.chunk_seconds is None or self.load_seconds is None:
            return False
        return self.chunks * self.chunk_seconds / (self.workers + 1) > self.load_seconds


class FreeMemory(NamedTuple):
    """Memory of the machine, in bytes.

    Attributes:
        available: what programs may still take.
        total: all of it.
    """

    available: int
    total: int


def choose_model(waiting: Sequence[WaitingModel], *, loaded: str | None) -> str | None:
    """The model a worker runs next: its own, then one nobody runs, then one worth joining.

    A worker that shares its model with another leaves it for one that nobody runs.

    Args:
        waiting: in the order in which they came.
        loaded: what the worker has loaded.
    """
    own = [one for one in waiting if one.model == loaded]
    unshared = [one for one in own if one.workers == 1]
    untouched = [one for one in waiting if not one.workers]
    joined = [one for one in waiting if one.is_worth_joining]
    return next((one.model for one in (*unshared, *untouched, *own, *joined)), None)


def needed_memory(model_bytes: int, *, peak: int | None) -> int:
    """Bytes to reserve for a worker: what it took before, else an estimate."""
    return BASE_BYTES + COPIES * model_bytes if peak is None else peak


def is_room(needed: int, *, free: FreeMemory | None, reserved: int, is_first: bool) -> bool:
    """Whether another worker may be started.

    Args:
        needed: bytes it will take.
        free: of the machine; None where that cannot be known.
        reserved: bytes that workers which are just loading will take.
        is_first: whether no other is running: then it is as if there were one process.
    """
    if is_first or free is None:
        return True
    return needed + reserved <= free.available - SPARE * free.total
