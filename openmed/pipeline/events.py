"""Progress of a run: lines for a person, events for a program."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from openmed.context import Context
from openmed.domain.digest import Json
from openmed.domain.release.results.run_progress import kind_of
from openmed.domain.release.results.step_result import StepResult, StepState

STARTED, INTERRUPTED = "started", "interrupted"


@contextmanager
def followed(world: Context, task: str) -> Iterator[None]:
    """Tell that a step starts; and that it was interrupted, if it was."""
    world.progress.begun(f"{task} …", _event(task, STARTED))
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        event = _event(task, INTERRUPTED)
        world.progress.changed(line_of(event), event)
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
    world.progress.changed(line_of(event), event)


def tell_reused(world: Context, *tasks: str) -> None:
    """Tell a program of steps that had nothing to do; people are told of work only."""
    for task in tasks:
        world.progress.noted(_event(task, StepState.REUSED.value))


def tell_planned(world: Context, tasks: Iterable[str]) -> None:
    """Tell a program how many steps of each kind a run has."""
    world.progress.noted({"type": "run", "steps": dict(Counter(map(kind_of, tasks)))})


def tell_standing(world: Context, tasks: Iterable[str]) -> None:
    """Tell a program how many of them are known to have nothing to do; each is told later, too."""
    world.progress.noted({"type": "run", "standing": dict(Counter(map(kind_of, tasks)))})


def line_of(event: Mapping[str, Json]) -> str:
    """What a person is told of a step that has ended."""
    task, message = event["task"], event.get("message")
    match event["state"]:
        case StepState.COMPUTED:
            return f"{task}: done in {event['seconds']:.1f} s"
        case StepState.REUSED:
            return f"{task}: up to date"
        case StepState.FAILED:
            return f"{task}: FAILED{f': {message}' if message else ''}"
        case state:
            return f"{task}: {state}"


def _event(task: str, state: str) -> Mapping[str, Json]:
    return {"type": "step", "task": task, "state": state}


def _since(world: Context, start: float) -> float:
    return round(world.timer() - start, 3)
