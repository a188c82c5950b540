"""Telling whoever follows a run what its steps come to: a person by lines, a program by events."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from openmed.bootstrap import World
from openmed.domain.digest import Json
from openmed.entrypoints.perform import How, Performed

STARTED, INTERRUPTED = "started", "interrupted"


@contextmanager
def followed(world: World, task: str) -> Iterator[None]:
    """Tell that a step starts; and that it was interrupted, if it was."""
    world.begun(f"{task} …", _event(task, STARTED))
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        world.changed(f"{task}: {INTERRUPTED}", _event(task, INTERRUPTED))
        raise


@contextmanager
def performed(world: World, task: str) -> Iterator[None]:
    """Tell of work that leaves no product: that it starts, and what it came to."""
    start = world.timer()
    with followed(world, task):
        try:
            yield
        except Exception:
            tell(world, Performed(task=task, how=How.FAILED, seconds=_since(world, start)))
            raise
    tell(world, Performed(task=task, how=How.COMPUTED, seconds=_since(world, start)))


def tell(world: World, done: Performed) -> None:
    """Tell what a step came to."""
    fault = done.fault
    event = {
        **_event(done.task, done.how.value),
        "seconds": done.seconds,
        "message": fault.message if fault else None,
        "hint": fault.next_step if fault else None,
    }
    world.changed(_line(done), event)


def tell_reused(world: World, task: str) -> None:
    """Tell a program of a step that had nothing to do; people are told of work only."""
    if world.tell is not None:
        world.tell(_event(task, How.REUSED.value))


def _event(task: str, state: str) -> Mapping[str, Json]:
    return {"type": "step", "task": task, "state": state}


def _line(done: Performed) -> str:
    match done.how:
        case How.COMPUTED:
            return f"{done.task}: done in {done.seconds:.1f} s"
        case How.REUSED:
            return f"{done.task}: up to date"
        case How.FAILED:
            return f"{done.task}: FAILED{f': {done.fault.message}' if done.fault else ''}"


def _since(world: World, start: float) -> float:
    return round(world.timer() - start, 3)
