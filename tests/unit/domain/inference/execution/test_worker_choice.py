"""Which model a free worker runs next."""

import pytest

from openmed.domain.inference.execution.worker_choice import (
    BASE_BYTES,
    FreeMemory,
    WaitingModel,
    choose_model,
    is_room,
    needed_memory,
)

QUICK = WaitingModel("quick", chunks=4, workers=1, chunk_seconds=0.04, load_seconds=0.3)
LONG = WaitingModel("long", chunks=20, workers=1, chunk_seconds=1.5, load_seconds=0.5)
NEW = WaitingModel("new", chunks=1)


@pytest.mark.parametrize(
    ("waiting", "loaded", "chosen"),
    [
        ((), None, None),
        ((NEW,), None, "new"),
        ((LONG, NEW), "long", "long"),
        ((LONG, NEW), None, "new"),
        ((LONG,), None, "long"),
        ((QUICK,), None, None),
        ((QUICK, LONG), None, "long"),
        ((LONG._replace(chunk_seconds=None),), None, None),
        ((LONG._replace(workers=2), NEW), "long", "new"),
        ((LONG._replace(workers=2),), "long", "long"),
    ],
)
def test_a_worker_keeps_to_its_model_and_joins_where_it_spares_time(
    waiting: tuple[WaitingModel, ...], loaded: str | None, chosen: str | None
) -> None:
    """Its own first, then one that nobody runs, then a long one; a short one it leaves alone."""
    assert chosen == choose_model(waiting, loaded=loaded)


def test_joining_ends_when_loading_takes_longer_than_what_is_left() -> None:
    """The more workers there are, the less another one spares."""
    joined = [LONG._replace(workers=n).is_worth_joining for n in (1, 2, 58, 59, 60)]
    assert [True, True, True, False, False] == joined


FREE = FreeMemory(available=1000, total=2000)


@pytest.mark.parametrize(
    ("needed", "reserved", "is_first", "fits"),
    [
        (900, 0, False, True),
        (901, 0, False, False),
        (500, 401, False, False),
        (5000, 0, True, True),
    ],
)
def test_no_worker_is_started_without_its_memory(
    needed: int, reserved: int, *, is_first: bool, fits: bool
) -> None:
    """A twentieth of the machine is never given away; the first one is as if it were alone."""
    assert fits == is_room(needed, free=FREE, reserved=reserved, is_first=is_first)


def test_memory_that_cannot_be_read_holds_nobody() -> None:
    """The jail's own limit holds."""
    assert is_room(1 << 60, free=None, reserved=0, is_first=False)


def test_what_a_model_took_counts_more_than_what_its_size_says() -> None:
    """An estimate before it was seen."""
    assert (BASE_BYTES + 30, 7) == (needed_memory(10, peak=None), needed_memory(10, peak=7))
