"""Progress of a run: lines for a person, events for a program."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from openmed.context import Context
from openmed.domain.digest import Json
from openmed.domain.release.results.step_result import StepResult, StepState

STARTED, INTERRUPTED = "started", "interrupted"


@contextmanager
def followed(world: Context, task: str) -> Iterator[None]:
    """Tell that a step starts; and that it was interrupted, if it was."""
    world.progress.begun(f"{task} …", _event(task, STARTED))
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        world.progress.changed(f"{task}: {INTERRUPTED}", _event(task, INTERRUPTED))
        raise


@contextmanager
def performed(world: Context, task: str) -> Iterator[None]:
    """Tell of work that leaves no product: that it starts, and what it came to."""
    start = world.timer()
    with followed(world, task):
        try:
            yield
        except Exception:
            tell(world, StepResult(task=task, how=StepState.FAILED, seconds=_since(world, start)))
            raise
    tell(world, StepResult(task=task, how=StepState.COMPUTED, seconds=_since(world, start)))


def tell(world: Context, done: StepResult) -> None:
    """Tell what a step came to."""
    fault = done.fault
    event = {
        **_event(done.task, done.how.value),
        "seconds": done.seconds,
        "message": fault.message if fault else None,
        "hint": fault.next_step if fault else None,
    }
    world.progress.changed(_line(done), event)


def tell_reused(world: Context, task: str) -> None:
    """Tell a program of a step that had nothing to do; people are told of work only."""
    if world.tell is not None:
        world.tell(_event(task, StepState.REUSED.value))


def _event(task: str, state: str) -> Mapping[str, Json]:
    return {"type": "step", "task": task, "state": state}


def _line(done: StepResult) -> str:
    match done.how:
        case StepState.COMPUTED:
            return f"{done.task}: done in {done.seconds:.1f} s"
        case StepState.REUSED:
            return f"{done.task}: up to date"
        case StepState.FAILED:
            return f"{done.task}: FAILED{f': {done.fault.message}' if done.fault else ''}"


def _since(world: Context, start: float) -> float:
    return round(world.timer() - start, 3)
