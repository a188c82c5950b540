"""How far a run is, for whoever looks from another process; and a run never fails for it."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.processes import eventually

from openmed.adapters.host.run_state import NAME, SECONDS, RunState
from openmed.domain.digest import Json

PLAN: Mapping[str, Json] = {"type": "run", "steps": {"stage": 2}}
STARTED: Mapping[str, Json] = {"type": "step", "task": "stage:a", "state": "started"}


class Clock:
    """Says what it is told."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def opened(folder: Path, clock: Clock) -> RunState:
    """One process's."""
    return RunState(folder, ticks=clock, seconds=clock)


def test_another_process_sees_how_far_a_run_is(tmp_path: Path) -> None:
    """As of when it looks; nothing once the run is over."""
    clock = Clock()
    mine, other = opened(tmp_path, clock), opened(tmp_path, clock)
    assert other.read() is None
    mine.take(PLAN)
    assert other.read() is None
    mine.take(STARTED)
    clock.now = 4.0
    found = other.read()
    assert found is not None
    assert (4.0, 1, ("stage:a",)) == (
        found.seconds,
        found.waiting,
        tuple(step.task for step in found.at_work),
    )
    mine.close()
    assert other.read() is None
    assert not (tmp_path / NAME).exists()


def test_steps_are_seen_at_once_and_documents_soon(tmp_path: Path) -> None:
    """Nobody waits for the end of a step that takes long to see that it started."""
    clock = Clock()
    mine, other = opened(tmp_path, clock), opened(tmp_path, clock)

    def documents() -> int:
        found = other.read()
        return 0 if found is None else sum(step.documents for step in found.at_work)

    mine.take(PLAN)
    mine.take(STARTED)
    told: Mapping[str, Json] = {"type": "progress", "task": "stage:a", "of": 100}
    mine.take({**told, "documents": 10})
    assert 0 == documents()
    clock.now = SECONDS
    mine.take({**told, "documents": 20})
    assert 20 == documents()
    mine.close()


@pytest.mark.parametrize(
    "event", [STARTED, {"type": "step", "task": "stage:a", "state": "reused"}, {"type": "progress"}]
)
def test_what_is_no_run_is_not_written(tmp_path: Path, event: Mapping[str, Json]) -> None:
    """A command that performs one step; a run that has nothing to do."""
    state = opened(tmp_path, Clock())
    if event is not STARTED:
        state.take(PLAN)
    state.take(event)
    assert not (tmp_path / NAME).exists()


def test_a_second_run_leaves_it_to_the_first(tmp_path: Path) -> None:
    """And has it when the first has ended."""
    clock = Clock()
    first, second, other = (opened(tmp_path, clock) for _ in range(3))
    first.take(PLAN)
    first.take(STARTED)
    second.take({"type": "run", "steps": {"stage": 50}})
    second.take(STARTED)
    found = other.read()
    assert found is not None
    assert 2 == found.steps
    first.close()
    second.take({**STARTED, "task": "stage:b"})
    found = other.read()
    assert found is not None
    assert 50 == found.steps
    second.close()
    assert other.read() is None


_RUN = f"""
import sys, time
from pathlib import Path
from openmed.adapters.host.run_state import RunState
state = RunState(Path(sys.argv[1]), ticks=time.monotonic, seconds=time.time)
state.take({dict(PLAN)!r})
state.take({dict(STARTED)!r})
time.sleep(60)
"""


def test_a_run_that_was_killed_is_not_at_work(tmp_path: Path) -> None:
    """Its lock ends with it; the file that it left says nothing, and the next run writes it."""
    clock = Clock()
    running = subprocess.Popen([sys.executable, "-c", _RUN, str(tmp_path)])
    try:
        state = RunState(tmp_path, ticks=time.monotonic, seconds=time.time)
        assert eventually(lambda: state.read() is not None, within=30)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert state.read() is None
    assert (tmp_path / NAME).exists()
    mine = opened(tmp_path, clock)
    mine.take(PLAN)
    mine.take(STARTED)
    assert state.read() is not None
    mine.close()


@pytest.mark.parametrize("damage", ["torn", "empty", "foreign", "flipped"])
def test_a_damaged_file_is_none(tmp_path: Path, damage: str) -> None:
    """It is rewritten where it lies: a reader may see half of it."""
    clock = Clock()
    mine, other = opened(tmp_path, clock), opened(tmp_path, clock)
    mine.take(PLAN)
    mine.take(STARTED)
    path = tmp_path / NAME
    whole = path.read_bytes()
    damaged = {
        "torn": whole[: len(whole) // 2],
        "empty": b"",
        "foreign": b"{}" * 100,
        "flipped": whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:],
    }[damage]
    path.write_bytes(damaged)
    assert other.read() is None
    mine.close()


def test_a_place_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    """A link is not followed, a folder is not replaced, a file in the way of the folder neither."""
    target = tmp_path / "target"
    target.write_bytes(b"theirs")
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / NAME).symlink_to(target)
    (tmp_path / "folder" / NAME).mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"")
    for name in ("link", "folder", "file"):
        state = opened(tmp_path / name, Clock())
        state.take(PLAN)
        state.take(STARTED)
        assert state.read() is None
        state.close()
    assert b"theirs" == target.read_bytes()


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """A process may have many runs."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        state = opened(tmp_path, Clock())
        state.take(PLAN)
        state.take(STARTED)
        assert state.read() is not None
        state.close()
        state.read()
    assert before == len(list(Path("/proc/self/fd").iterdir()))
