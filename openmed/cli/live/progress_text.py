"""How far a run is, as lines that fit; a pure function of a value, a width and a height."""

from collections.abc import Iterator
from typing import Final

from openmed.cli.render.layout import cells, counted, folded
from openmed.domain.release.results.run_progress import RunProgress, StepAtWork
from openmed.printable import printable

MOST_STEPS: Final = 8
"""Steps at work that are named."""
_MINUTE: Final = 60
_INDENT: Final = 2
_LEAST_NAME: Final = 16
"""Columns of a name for which counts are left out."""


def progress_lines(found: RunProgress, *, width: int, most: int = MOST_STEPS) -> list[str]:
    """Lines for a person.

    Args:
        found: how far the run is.
        width: columns there are.
        most: steps at work that may be named.
    """
    lines = folded(", ".join(_states(found)), width=width)
    lines += folded(", ".join(_times(found)), width=width)
    shown = found.at_work[:most]
    lines += [_step(step, width=width) for step in shown]
    more = len(found.at_work) - len(shown)
    return lines + (folded(f"  and {counted(more, 'more step')}", width=width) if more else [])


def duration(seconds: float) -> str:
    """A time as a clock shows it: 0:07, 12:30, 1:02:03."""
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _states(found: RunProgress) -> Iterator[str]:
    yield f"{found.ended:,} of {counted(found.steps, 'step')}"
    states = {
        "running": len(found.at_work),
        "waiting": found.waiting,
        "done": found.computed,
        "up to date": found.reused,
        "FAILED": found.failed,
    }
    yield from (f"{count:,} {state}" for state, count in states.items() if count)


def _times(found: RunProgress) -> Iterator[str]:
    documents, performed = found.documents_per_second, found.computed + found.failed
    if documents is not None:
        yield f"{documents:,.1f} documents/s"
    elif performed and found.seconds:
        rate = performed / found.seconds
        yield f"{rate:,.1f} steps/s" if rate >= 1 else f"{rate * _MINUTE:,.1f} steps/min"
    yield f"{duration(found.seconds)} so far"
    if found.seconds_left is not None and found.steps > found.ended:
        word = "more than" if found.is_more_left else "about"
        yield f"{word} {duration(found.seconds_left)} left"


def _step(step: StepAtWork, *, width: int) -> str:
    """One line: a name that is too long loses its beginning, and what is least is left out."""
    took, counts = f"  {duration(step.seconds)}", f"  {step.documents:,} of {step.of:,}"
    ends = (f"{counts} documents{took}", f"{counts}{took}") if step.of else ()
    name = printable(step.task)
    room = max(min(cells(name), _LEAST_NAME) + _INDENT, 1)
    end = next((end for end in ends if room + len(end) <= width), took)
    return f"  {_cut(name, room=width - _INDENT - len(end))}{end}"


def _cut(name: str, *, room: int) -> str:
    if cells(name) <= room:
        return name
    while name and cells(name) > room - 1:
        name = name[1:]
    return f"…{name}"
