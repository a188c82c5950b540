"""A run drawn on a terminal: what a person sees of it at each moment, and what is left behind."""

import io
import os
import threading
from collections.abc import Mapping

import pytest
from support.hostile_words import LEAK, WORDS
from support.terminals import a_terminal, seen

from openmed.cli.live.painter import Painter
from openmed.cli.live.run_view import RunView, is_drawable, open_run_view
from openmed.domain.digest import Json
from openmed.pipeline.events import line_of
from openmed.printable import printable

STEPS: Mapping[str, Json] = {"type": "run", "steps": {"stage": 2, "flip": 1}}


class Place:
    """A terminal of a size that changes, a clock that is told, and what was written."""

    def __init__(self, columns: int = 80, rows: int = 24, *, is_coloured: bool = False) -> None:
        """Nothing is written."""
        self.stream = io.StringIO()
        self.size = os.terminal_size((columns, rows))
        self.now = 0.0
        self.painter = Painter(self.stream, size=lambda: self.size, is_coloured=is_coloured)
        self.is_loaded = False
        self.view = RunView(self._loaded, ticks=lambda: self.now, size=lambda: self.size)

    def take(self, *events: Mapping[str, Json], after: float = 1.0) -> None:
        """Take events, each so much later."""
        for event in events:
            self.now += after
            self.view.take(event)

    def _loaded(self) -> Painter:
        self.is_loaded = True
        return self.painter

    @property
    def lines(self) -> list[str]:
        """What a person sees."""
        return seen(self.stream.getvalue(), columns=self.size.columns)


def step(task: str, state: str, **more: Json) -> Mapping[str, Json]:
    """As the pipeline tells it."""
    return {"type": "step", "task": task, "state": state, **more}


def test_what_goes_on_is_drawn_below_what_stays() -> None:
    """One line a step that ended; the rest is drawn in place of what was there."""
    place = Place()
    place.take(STEPS, step("stage:a", "started"))
    assert ["0 of 3 steps, 1 running, 2 waiting", "0:01 so far", "  stage:a  0:00"] == place.lines
    place.take(step("stage:a", "computed", seconds=1.0), step("stage:b", "started"))
    assert [
        "stage:a: done in 1.0 s",
        "1 of 3 steps, 1 running, 1 waiting, 1 done",
        "20.0 steps/min, 0:03 so far, more than 0:01 left",
        "  stage:b  0:00",
    ] == place.lines
    place.now += 9.0
    place.view.draw()
    assert "  stage:b  0:09" == place.lines[-1]
    place.view.close()
    assert ["stage:a: done in 1.0 s", ""] == place.lines


def test_nothing_is_drawn_of_a_run_that_does_nothing() -> None:
    """Nor is anything loaded that draws."""
    place = Place()
    place.take(STEPS, step("stage:a", "reused"), step("flip", "reused"))
    place.view.close()
    assert ("", False) == (place.stream.getvalue(), place.is_loaded)


def test_what_stood_before_the_first_step_counts() -> None:
    """However many there were."""
    place = Place()
    place.take(STEPS, step("stage:a", "reused"), step("stage:b", "started"))
    assert "1 of 3 steps, 1 running, 1 waiting, 1 up to date" == place.lines[0]


def test_text_of_others_is_not_drawn() -> None:
    """A recipe writes what it likes; only steps, counts and our own sentences are shown."""
    place = Place(columns=200)
    place.take(
        step("stage:a", "started"),
        {"type": "progress", "text": LEAK},
        {"type": "result", "text": LEAK},
        {"type": "trouble", "text": "doit.sqlite3 was damaged"},
    )
    assert LEAK not in place.stream.getvalue()
    assert "doit.sqlite3 was damaged" == place.lines[0]


@pytest.mark.parametrize("is_coloured", [False, True])
@pytest.mark.parametrize("columns", [40, 80])
def test_hostile_names_cannot_act(columns: int, *, is_coloured: bool) -> None:
    """`seen` knows every sequence we may write, and no other; no line runs over the edge."""
    place = Place(columns, is_coloured=is_coloured)
    place.take(step(WORDS, "started"), step(f"stage:{WORDS}", "started"))
    place.take(step(WORDS, "failed", message=WORDS), {"type": "trouble", "text": WORDS})
    assert [] == [line for line in place.lines if printable(line) != line]
    assert any("HOSTILE" in line for line in place.lines)


@pytest.mark.parametrize("columns", [10, 20, 39, 40, 80, 200])
def test_a_frame_never_wraps(columns: int) -> None:
    """It is drawn over: a line that wraps would be two."""
    place = Place(columns)
    place.take(STEPS, *(step(f"stage:{'long' * 30}::{n}", "started") for n in range(9)))
    for _ in range(5):
        place.now += 1
        place.view.draw()
    assert max(map(len, place.lines)) < columns
    last = place.stream.getvalue().rpartition("\x1b[J")[2]
    assert seen(last, columns=columns) == place.lines


@pytest.mark.parametrize("rows", [3, 5, 24])
def test_a_frame_is_no_higher_than_the_terminal(rows: int) -> None:
    """What has scrolled away cannot be drawn over."""
    place = Place(rows=rows)
    place.take(STEPS, *(step(f"stage:{n}", "started") for n in range(40)))
    place.view.draw()
    assert len(place.lines) < rows


def test_a_resize_wipes_nothing_else() -> None:
    """Narrower, nobody knows where the lines of before are: they stay."""
    place = Place(80)
    place.take({"type": "trouble", "text": "stays"}, step("stage:a", "started"))
    for columns in (60, 100, 30, 80):
        place.size = os.terminal_size((columns, 24))
        place.now += 1
        place.view.draw()
    place.view.close()
    lines = seen(place.stream.getvalue(), columns=200)
    assert "stays" == lines[0]
    assert 2 == sum("so far" in line for line in lines)
    assert "" == lines[-1]


def test_the_terminal_is_left_as_it_was() -> None:
    """No mode is changed, the cursor is never hidden: nothing has to be undone."""
    place = Place(is_coloured=True)
    place.take(STEPS, step("stage:a", "started"), step("stage:a", "failed", message="x"))
    place.take(step("stage:b", "started"))
    place.view.close()
    text = place.stream.getvalue()
    assert "?" not in text
    assert text.endswith("\x1b[J")
    place.take(step("stage:b", "computed", seconds=1.0))
    place.view.draw()
    place.view.close()
    assert text == place.stream.getvalue()


def test_a_reader_that_has_gone_ends_nothing() -> None:
    """The work goes on, undrawn."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as stream:
        painter = Painter(stream, size=lambda: os.terminal_size((80, 24)), is_coloured=False)
        painter.paint(["one"])
        painter.paint(["two"], above=["three"])
        painter.erase()
        with pytest.raises(BrokenPipeError):
            stream.close()


def test_a_frame_that_was_interrupted_wipes_nothing_above() -> None:
    """Ctrl-C may come in the middle of a write."""

    class Interrupts(io.StringIO):
        def flush(self) -> None:
            if self.getvalue().count("two"):
                raise KeyboardInterrupt

    stream = Interrupts()
    painter = Painter(stream, size=lambda: os.terminal_size((80, 24)), is_coloured=False)
    painter.paint(["one", "one"], above=["stays"])
    with pytest.raises(KeyboardInterrupt):
        painter.paint(["two", "two"])
    painter.erase()
    assert ["stays", "two", "two"] == seen(stream.getvalue(), columns=80)


def test_threads_draw_whole_frames() -> None:
    """Steps end in several threads."""
    place = Place()

    def work(name: int) -> None:
        for n in range(20):
            place.view.take(step(f"stage:{name}-{n}", "started"))
            place.view.take(step(f"stage:{name}-{n}", "computed", seconds=0.0))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.view.close()
    lines = place.lines
    assert sorted(f"stage:{a}-{n}: done in 0.0 s" for a in range(4) for n in range(20)) == sorted(
        line for line in lines if line
    )


@pytest.mark.parametrize(("term", "expected"), [("xterm", True), ("dumb", False), (None, False)])
def test_only_a_terminal_that_can_go_back_is_drawn_on(
    monkeypatch: pytest.MonkeyPatch, term: str | None, *, expected: bool
) -> None:
    """Elsewhere nothing changes."""
    monkeypatch.delenv("TERM", raising=False)
    if term is not None:
        monkeypatch.setenv("TERM", term)
    with a_terminal(80) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        assert expected is is_drawable(stream)
        view = open_run_view(stream)
        assert expected is (view is not None)
    assert not is_drawable(io.StringIO())
    assert open_run_view(io.StringIO()) is None


def test_a_real_terminal_says_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours where the person wants them; its own thread draws."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with a_terminal(44) as screen, os.fdopen(os.dup(screen.slave), "w") as stream:
        view = open_run_view(stream)
        assert view is not None
        view.take(step("stage:" + "a" * 100, "started"))
        view.take(step("stage:" + "a" * 100, "failed", message="why"))
        view.close()
        stream.close()
        text = screen.text()
    lines = seen(text, columns=44)
    assert "\x1b[1;31mFAILED" in text
    assert max(map(len, lines)) <= 44
    assert "".join(f"stage:{'a' * 100}: FAILED: why".split()) == "".join("".join(lines).split())


def test_a_line_says_what_a_step_came_to() -> None:
    """The same words as off a terminal."""
    assert "flip: done in 0.3 s" == line_of(step("flip", "computed", seconds=0.31))
    assert "flip: up to date" == line_of(step("flip", "reused"))
    assert "flip: FAILED: why" == line_of(step("flip", "failed", message="why"))
    assert "flip: FAILED" == line_of(step("flip", "failed", message=None))
    assert "flip: interrupted" == line_of(step("flip", "interrupted"))
