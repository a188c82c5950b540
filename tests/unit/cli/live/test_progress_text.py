"""How far a run is, as lines."""

import pytest
from support.hostile_words import WORDS

from openmed.cli.live.progress_text import MOST_STEPS, duration, progress_lines
from openmed.domain.release.results.run_progress import RunProgress, StepAtWork
from openmed.printable import printable

AT_WORK = (
    StepAtWork(task="benchmark:pii::tiny::onnx:golden", seconds=12.4, documents=320, of=1400),
    StepAtWork(task="stage:rampart::tiny::onnx-q4", seconds=3.0),
)


def progress(
    *, at_work: tuple[StepAtWork, ...] = AT_WORK, left: float | None = 130.0, more: bool = False
) -> RunProgress:
    """A run in the middle."""
    return RunProgress(
        seconds=80.0,
        computed=8,
        reused=3,
        failed=1,
        waiting=1146,
        at_work=at_work,
        documents_per_second=31.04,
        seconds_left=left,
        is_more_left=more,
    )


def test_states_rate_and_time_come_first() -> None:
    """Then what is at work."""
    assert [
        "12 of 1,160 steps, 2 running, 1,146 waiting, 8 done, 3 up to date, 1 FAILED",
        "31.0 documents/s, 1:20 so far, about 2:10 left",
        "  benchmark:pii::tiny::onnx:golden  320 of 1,400 documents  0:12",
        "  stage:rampart::tiny::onnx-q4  0:03",
    ] == progress_lines(progress(), width=100)


@pytest.mark.parametrize(
    ("left", "more", "end"),
    [
        (130.0, True, "more than 2:10 left"),
        (130.0, False, "about 2:10 left"),
        (None, True, "1:20 so far"),
    ],
)
def test_what_is_not_known_is_not_said(left: float | None, more: bool, end: str) -> None:  # noqa: FBT001 - a case
    """A time that is only a part of it says so."""
    assert progress_lines(progress(left=left, more=more), width=100)[1].endswith(end)


def test_without_documents_steps_are_the_rate() -> None:
    """And without steps there is none."""
    found = RunProgress(seconds=10.0, computed=4, reused=9, failed=1, waiting=0, at_work=AT_WORK)
    assert "30.0 steps/min, 0:10 so far" == progress_lines(found, width=100)[1]
    fast = RunProgress(seconds=2.0, computed=4, reused=9, failed=1, waiting=0, at_work=AT_WORK)
    assert "2.5 steps/s, 0:02 so far" == progress_lines(fast, width=100)[1]
    none = RunProgress(seconds=10.0, computed=0, reused=9, failed=0, waiting=0, at_work=AT_WORK)
    assert "0:10 so far" == progress_lines(none, width=100)[1]


@pytest.mark.parametrize(
    ("width", "end"),
    [
        (40, "::x::y:golden  32 of 890  2:00:00"),
        (57, "::x::y:golden  32 of 890 documents  2:00:00"),
        (80, "::x::y:golden  32 of 890 documents  2:00:00"),
        (200, "::x::y:golden  32 of 890 documents  2:00:00"),
    ],
)
def test_lines_fit(width: int, end: str) -> None:
    """A long name loses its beginning."""
    long = StepAtWork(
        task="benchmark:" + "a-long-family" * 9 + "::x::y:golden",
        seconds=7200.0,
        documents=32,
        of=890,
    )
    lines = progress_lines(progress(at_work=(long,)), width=width)
    assert max(map(len, lines)) <= width
    assert lines[-1].endswith(end)


def test_only_some_steps_are_named() -> None:
    """The rest is a count."""
    many = tuple(StepAtWork(task=f"stage:a::b::c{n}", seconds=0.0) for n in range(MOST_STEPS + 5))
    lines = progress_lines(progress(at_work=many), width=80)
    assert (MOST_STEPS + 3, "  and 5 more steps") == (len(lines), lines[-1])


def test_a_hostile_name_cannot_act() -> None:
    """Names come from files."""
    hostile = StepAtWork(task=f"{WORDS}:{WORDS}", seconds=0.0)
    lines = progress_lines(progress(at_work=(hostile,)), width=80)
    assert lines == [printable(line) for line in lines]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.4, "0:00"), (59.6, "1:00"), (754.0, "12:34"), (3600.0, "1:00:00"), (90061.0, "25:01:01")],
)
def test_a_time_is_shown_as_by_a_clock(seconds: float, shown: str) -> None:
    """Rounded to seconds."""
    assert shown == duration(seconds)
