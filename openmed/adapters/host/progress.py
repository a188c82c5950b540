"""What goes on during a run: lines for a person or events for a program, and the run's state."""

from collections.abc import Callable, Mapping
from threading import Lock

from openmed.adapters.host.run_state import RunState
from openmed.adapters.host.terminal import Terminal
from openmed.domain.digest import Json

EventSink = Callable[[Mapping[str, Json]], None]
"""Takes one event for a program."""


class Progress:
    """Passes on what goes on."""

    def __init__(
        self, terminal: Terminal, *, quiet: bool, sink: EventSink | None, state: RunState
    ) -> None:
        """Remember who is listening.

        Args:
            terminal: where a person reads.
            quiet: whether the person is told nothing.
            sink: takes what goes on as events instead; None = there is a person.
            state: what other processes see of the run.
        """
        self._terminal = terminal
        self._quiet = quiet
        self._sink = sink
        self._state = state
        self._lock = Lock()

    def detail(self, line: str) -> None:
        """Report what goes on inside a step."""
        self._say(line, {"type": "progress", "text": line}, self._terminal.live)

    def documents(self, task: str, done: int, of: int) -> None:
        """Report how many documents of a suite are answered."""
        text = f"{task}: {done} of {of} documents"
        event: Mapping[str, Json] = {
            "type": "progress",
            "text": text,
            "task": task,
            "documents": done,
            "of": of,
        }
        self._say(text, event, self._terminal.live)

    def noted(self, event: Mapping[str, Json]) -> None:
        """Report what only programs are told."""
        self._say("", event, _say_nothing)

    def ended(self) -> None:
        """Report that the run is over."""
        with self._lock:
            self._state.close()

    def begun(self, line: str, event: Mapping[str, Json]) -> None:
        """Report that something starts."""
        self._say(line, event, self._terminal.begin)

    def changed(self, line: str, event: Mapping[str, Json]) -> None:
        """Report that something ended, well or not."""
        self._say(line, event, self._terminal.line)

    def _say(self, line: str, event: Mapping[str, Json], say: Callable[[str], None]) -> None:
        with self._lock:  # steps may run at the same time; a line is whole
            self._state.take(event)
            if self._sink is not None:
                self._sink(event)
            elif not self._quiet:
                say(line)


def _say_nothing(line: str) -> None:
    del line
