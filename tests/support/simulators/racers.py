"""Processes that act on one release repository at the same moment.

A racer prepares, waits until all have, and acts; it answers with what it was told.
"""

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

from support.places import Place
from support.reacting import event_of, react_in

from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.release.rollback_options import Request, Where
from openmed.errors import FlipConflictError
from openmed.exit_codes import EXIT_CODE_OF

SECONDS = 60.0

_barriers: dict[str, Barrier] = {}


class Act(NamedTuple):
    """What a racer does: release this content, roll this line back, or react to an event of it."""

    kind: str
    what: str


class Answer(NamedTuple):
    """What a racer was told.

    Attributes:
        exit_code: what the command would exit with.
        tag: the entry it made; empty when it made none.
        reason: in words.
    """

    exit_code: int
    tag: str
    reason: str


class Racers:
    """Two processes that live for many rounds."""

    def __init__(self) -> None:
        """Start them."""
        context = get_context("spawn")
        barrier = context.Barrier(2)
        self._pool = ProcessPoolExecutor(
            2, mp_context=context, initializer=_remember, initargs=(barrier,)
        )

    def race(self, root: Path, *acts: Act) -> tuple[Answer, ...]:
        """Let both act at once."""
        return tuple(job.result(timeout=SECONDS) for job in self.start(root, *acts))

    def start(self, root: Path, *acts: Act) -> list[Future[Answer]]:
        """Begin without waiting."""
        return [self._pool.submit(_act, root, number, act) for number, act in enumerate(acts)]

    def close(self) -> None:
        """End them."""
        self._pool.shutdown()


def _remember(barrier: Barrier) -> None:
    _barriers["all"] = barrier


def _act(root: Path, number: int, act: Act) -> Answer:
    place = Place(root)
    place.products = FileProducts(root / "artifacts" / f"runs-{number}")
    if act.kind == "release":
        content = act.what.encode()
        verdict = place.verdict(content)
        place.offer(verdict, place.signed(verdict), content=content)
    _barriers["all"].wait(SECONDS)
    try:
        if act.kind == "react":
            return _reacted(place, act.what)
        return _released(place) if act.kind == "release" else _rolled_back(place, act.what)
    except FlipConflictError as error:
        return Answer(EXIT_CODE_OF[error.kind], "", error.message)


def _released(place: Place) -> Answer:
    record = place.flip()
    (row,) = record.results
    return Answer(row.exit_code, record.tag or "", row.reason)


def _reacted(place: Place, content: str) -> Answer:
    done = react_in(place, event_of(content.encode()), is_recorded=False)
    (row,) = done.report.events
    return Answer(done.report.exit_code, row.tag, f"{row.outcome.value}: {row.reason}")


def _rolled_back(place: Place, line: str) -> Answer:
    request = Request(
        where=Where(family="pii", line=line),
        tag=None,
        generation=None,
        is_revoking=True,
        is_partial=False,
        is_withdrawing=False,
        reason="it leaks",
    )
    plan = place.roll_back(request)
    return Answer(plan.exit_code, plan.entry.tag if plan.entry else "", plan.slots[0].reason)
