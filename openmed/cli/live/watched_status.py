"""`openmed release status --watch`: the page of status, drawn again where something moved.

Reads only. The run that is at work is looked at each time, the page only when stat data changed,
and never so often that reading it takes more than a quarter of the time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from openmed.cli.live.progress_text import progress_lines
from openmed.domain.release.results.run_progress import RunProgress

LONGEST: Final = 30.0
"""Seconds after which a page is read again though nothing moved: git is not looked at."""
SHARE: Final = 4
"""Of the time, what reading pages may take at most: one part."""
NO_RUN: Final = "no run is at work"


class Painted(Protocol):
    """What draws lines in place of those of before."""

    def paint(self, lines: list[str]) -> None:
        """Draw them."""

    def leave(self) -> None:
        """Leave the last ones."""


class WatchedStatus(NamedTuple):
    """What is watched, and with what.

    Attributes:
        page: reads the page of status, for a width.
        run: how far the run is that is at work; None = none is.
        stamp: another value when the page may be another.
        width: columns there are now.
        ticks: a clock that only runs forward.
        sleep: waits for so many seconds.
    """

    page: Callable[[int], str]
    run: Callable[[], RunProgress | None]
    stamp: Callable[[], object]
    width: Callable[[], int]
    ticks: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass
class _Page:
    """The page as it was read last."""

    lines: list[str]
    stamp: object
    width: int
    at: float
    took: float


def watch_status(watched: WatchedStatus, painter: Painted, *, every: float) -> None:
    """Draw it again and again until the person ends it.

    Args:
        watched: what is watched.
        painter: draws it.
        every: seconds between two looks.

    Raises:
        KeyboardInterrupt: the person ended it; the last frame stays.
    """
    page: _Page | None = None
    try:
        while True:
            page = _read_again(watched, page)
            run = watched.run()
            now = [NO_RUN] if run is None else progress_lines(run, width=page.width)
            painter.paint([*now, "", *page.lines])
            watched.sleep(every)
    finally:
        painter.leave()


def _read_again(watched: WatchedStatus, page: _Page | None) -> _Page:
    """The page of before while it stands, or was read just now."""
    start, stamp, width = watched.ticks(), watched.stamp(), watched.width()
    if page is not None and page.width == width:
        age = start - page.at
        if age < page.took * (SHARE - 1) or (stamp == page.stamp and age < LONGEST):
            return page
    lines = watched.page(width).removesuffix("\n").split("\n")
    end = watched.ticks()
    return _Page(lines, stamp, width, at=end, took=end - start)
