"""What issue 16 asks of a fleet of 2,266 slots, beside what was measured."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from large_fleet.changes import CHANGED, PAGES_OF_SLOT, ROLLED_BACK, SITE
from large_fleet.result import HELP, NINJA, PLAN, PYTHON, RUN, STATUS, VERSION, Size

SLOTS: Final = 2266
"""The bounds are for this many."""
_SECONDS: Final = {RUN: 1.0, PLAN: 1.2, STATUS: 1.0, ROLLED_BACK: 2.0, SITE: 12.0,
                   PAGES_OF_SLOT: 0.5}  # fmt: skip
_MEMORY: Final = 250e6
_OF_NINJA: Final = 20.0
_REST: Final = 1.5
_START: Final = {VERSION: 2.0, HELP: 7.0}
"""Most times the computing of an interpreter that does nothing: what it was before the index."""


class Line(NamedTuple):
    """One thing that is asked.

    Attributes:
        what: of what.
        asked: the bound.
        measured: what came out.
        is_held: whether it is within the bound.
    """

    what: str
    asked: str
    measured: str
    is_held: bool


def lines(size: Size) -> tuple[Line, ...]:
    """What is asked of what was measured; what was not measured is left out."""
    return (*_quick(size), *_changed(size))


def _quick(size: Size) -> Iterator[Line]:
    rows = size.all_rows
    for name, most in _SECONDS.items():
        if name in rows:
            yield _at_most(name, rows[name].seconds, most, " s")
    if RUN in rows and NINJA in rows:
        times = rows[RUN].seconds / rows[NINJA].seconds
        yield _at_most(f"{RUN}, to ninja", times, _OF_NINJA, " times")
    for name in (RUN, PLAN, STATUS):
        if name in rows:
            yield _at_most(f"{name}, memory", rows[name].memory / 1e6, _MEMORY / 1e6, " MB")
    for name, most in _START.items():
        if name in rows and PYTHON in rows:
            times = rows[name].computing / rows[PYTHON].computing
            yield _at_most(f"{name}, computing, to {PYTHON}", times, most, " times")


def _changed(size: Size) -> Iterator[Line]:
    changed = size.change(CHANGED)
    if changed is not None:
        yield _at_most(f"{CHANGED}, besides its own steps", changed.rest, _REST, " s")
    for change in size.changes:
        if change.row.name in (CHANGED, ROLLED_BACK):
            what = f"{change.row.name}, pages of slots that did not move"
            yield _at_most(what, change.strayed, 0, "")


def _at_most(what: str, value: float, most: float, unit: str) -> Line:
    shown = f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.3g}"  # noqa: PLR2004 - digits that are shown
    return Line(what, f"≤ {most:g}{unit}", f"{shown}{unit}", value <= most)
