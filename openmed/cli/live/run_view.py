"""A run on a terminal: how far it is, drawn below what it tells; elsewhere nothing changes.

Made of the events that `--format jsonl` writes: of steps and documents, never of text that a
candidate's code or another program wrote.
"""

import atexit
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Final, TextIO

from openmed.cli.live.progress_text import progress_lines
from openmed.cli.output import EventSink, asked, event_sink
from openmed.cli.output_format import Form
from openmed.cli.render.screen import is_coloured
from openmed.domain.digest import Json
from openmed.domain.release.results.run_progress import RunTracker
from openmed.domain.release.results.step_result import StepState
from openmed.pipeline.events import STARTED, line_of

if TYPE_CHECKING:
    from openmed.cli.live.painter import Painter

SECONDS: Final = 0.5
"""Between two frames, when nothing happens."""
_LEAST_SECONDS: Final = 0.1
"""Between two frames, whatever happens."""
_END_SECONDS: Final = 1.0
USUAL: Final = os.terminal_size((80, 24))


class RunView:
    """Draws one run."""

    def __init__(
        self,
        paint_on: "Callable[[], Painter]",
        *,
        ticks: Callable[[], float],
        size: Callable[[], os.terminal_size],
    ) -> None:
        """Draw nothing before a step starts.

        Args:
            paint_on: makes what draws.
            ticks: a clock that only runs forward.
            size: of the terminal.
        """
        self._paint_on = paint_on
        self._painter: Painter | None = None
        self._ticks = ticks
        self._size = size
        self._tracker = RunTracker()
        self._early: list[Mapping[str, Json]] = []
        self._lock = Lock()
        self._closed = Event()
        self._thread: Thread | None = None
        self._drawn = 0.0

    def take(self, event: Mapping[str, Json]) -> None:
        """Take an event."""
        if self._painter is None and event.get("state") == StepState.REUSED:
            self._early.append(event)  # A run may have thousands of these, and nothing else.
            return
        with self._lock:
            at = self._ticks()
            while self._early:
                self._tracker.take(self._early.pop(), at=at)
            self._tracker.take(event, at=at)
            above = _lines_above(event)
            is_begun = event.get("state") == STARTED
            if self._closed.is_set() or (self._painter is None and not (above or is_begun)):
                return
            if above or at - self._drawn >= _LEAST_SECONDS:
                self._draw(above)
            if is_begun and self._thread is None:
                self._thread = Thread(target=self._follow, daemon=True)
                self._thread.start()

    def draw(self) -> None:
        """Draw how far it is now."""
        with self._lock:
            if not self._closed.is_set():
                self._draw(())

    def close(self) -> None:
        """Leave only what stays; may be called again."""
        self._closed.set()
        # Whoever holds it may be held up by the terminal: then nothing more is written.
        if self._lock.acquire(timeout=_END_SECONDS):
            try:
                if self._painter is not None:
                    self._painter.erase()
                    self._painter = None
            finally:
                self._lock.release()

    def _draw(self, above: tuple[str, ...]) -> None:
        at = self._ticks()
        painter = self._painter = self._painter or self._paint_on()
        columns, rows = self._size()
        found = self._tracker.progress(at=at)
        most = max(min(rows // 3, len(found.at_work)), 1)
        lines = progress_lines(found, width=columns - 1, most=most) if found.at_work else []
        painter.paint(lines, above=above)
        self._drawn = at

    def _follow(self) -> None:
        while not self._closed.wait(SECONDS):
            self.draw()


@contextmanager
def followed_run() -> Iterator[EventSink | None]:
    """What takes the events of the command that runs; None = lines for a person, or nothing."""
    view = open_run_view() if asked() is Form.HUMAN else None
    if view is None:
        yield event_sink()
        return
    try:
        yield view.take
    finally:
        view.close()


def open_run_view(stream: TextIO | None = None) -> RunView | None:
    """What draws a run on stderr; None where that is no terminal that can go back."""
    terminal = sys.stderr if stream is None else stream
    if not is_drawable(terminal):
        return None

    def size() -> os.terminal_size:
        return size_of(terminal)

    def paint_on() -> "Painter":
        from openmed.cli.live.painter import Painter  # noqa: PLC0415 - heavy

        return Painter(terminal, size=size, is_coloured=is_coloured(terminal))

    view = RunView(paint_on, ticks=perf_counter, size=size)
    atexit.register(view.close)
    return view


def is_drawable(stream: TextIO) -> bool:
    """Whether it is a terminal on which lines can be drawn again."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def size_of(stream: TextIO) -> os.terminal_size:
    """Columns and rows of a terminal, as it says."""
    try:
        found = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return USUAL
    return found if all(found) else USUAL


def _lines_above(event: Mapping[str, Json]) -> tuple[str, ...]:
    """What stays of an event: a step that ended, and trouble."""
    match event:
        case {"type": "step", "state": StepState.REUSED | "started"}:
            return ()
        case {"type": "step", "task": str(), "state": str()}:
            return (line_of(event),)
        case {"type": "trouble", "text": str(text)}:
            return (text,)
        case _:
            return ()
