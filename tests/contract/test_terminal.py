"""Progress for people: a live line on a terminal, a line per change of state elsewhere."""

import io
import os
from typing import TextIO

import pytest
from support.terminals import ESCAPE, a_terminal, live_texts, shown_at_the_end

from openmed.adapters.host.terminal import SILENCE, Terminal

LONG = "benchmark:pii::tiny::onnx:golden: " + "x" * 300


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        """Start at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        """What it says."""
        return self.now


def _terminal(stream: TextIO, *, clock: Clock | None = None, is_dumb: bool = False) -> Terminal:
    return Terminal(stream, ticks=clock or Clock(), is_dumb=is_dumb)


@pytest.mark.parametrize(
    ("columns", "widest"), [(40, 39), (200, 199), (300, 199), (20, 39), (0, 79)]
)
def test_a_live_line_never_wraps(columns: int, widest: int) -> None:
    """It is cut one column short of the terminal, which counts as 40 to 200 wide."""
    with a_terminal(columns) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        _terminal(stream).live(LONG)
        stream.close()
        assert [widest] == [len(text) for text in live_texts(screen.text())]


def test_a_live_line_is_gone_with_what_comes_next() -> None:
    """A person sees changes of state only, and nothing left of a longer line."""
    with a_terminal(80) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        terminal = _terminal(stream)
        terminal.begin("stage …")
        terminal.live("a longer line about what goes on inside")
        terminal.line("stage: done")
        terminal.line("flip: done")
        stream.close()
        assert ["stage: done", "flip: done"] == shown_at_the_end(screen.text())


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_line_that_stays_is_folded(columns: int) -> None:
    """On a terminal nothing is lost and nothing runs over its edge."""
    with a_terminal(columns) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        terminal = _terminal(stream)
        terminal.live("something longer than what follows in this line")
        terminal.line(LONG)
        stream.close()
        lines = shown_at_the_end(screen.text())
    assert max(map(len, lines)) <= columns
    assert "".join(LONG.split()) == "".join("".join(lines).split())


def test_what_others_write_cannot_act_on_the_terminal() -> None:
    """A message of a model's program may hold escape sequences."""
    stream = io.StringIO()
    _terminal(stream).line("stage: \x1b[2Jgone")
    assert "stage: \\x1b[2Jgone\n" == stream.getvalue()


def test_no_escape_sequence_is_written() -> None:
    """Not even on a terminal."""
    with a_terminal(80) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        terminal = _terminal(stream)
        terminal.live("one")
        terminal.line("two")
        stream.close()
        assert ESCAPE not in screen.text()


def test_off_a_terminal_each_change_is_a_line() -> None:
    """What starts, what ends; details are left out."""
    stream = io.StringIO()
    terminal = _terminal(stream)
    terminal.begin("stage …")
    terminal.live("10 of 100")
    terminal.line("stage: done")
    assert "stage …\nstage: done\n" == stream.getvalue()


def test_off_a_terminal_a_long_silence_is_broken() -> None:
    """A log shows that something goes on."""
    stream, clock = io.StringIO(), Clock()
    terminal = _terminal(stream, clock=clock)
    clock.now = SILENCE
    terminal.live("10 of 100")
    terminal.live("20 of 100")
    assert "10 of 100\n" == stream.getvalue()


def test_a_dumb_terminal_gets_lines() -> None:
    """It cannot go back to the start of a line."""
    with a_terminal(80) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        terminal = _terminal(stream, is_dumb=True)
        terminal.begin("stage …")
        terminal.live("10 of 100")
        stream.close()
        assert "stage …\n" == screen.text()


def test_a_reader_that_has_gone_ends_nothing() -> None:
    """The work goes on, untold."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as stream:
        terminal = _terminal(stream)
        terminal.line("stage: done")
        terminal.line("flip: done")
        with pytest.raises(BrokenPipeError):
            stream.close()
