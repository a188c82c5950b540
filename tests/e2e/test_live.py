"""A run on one terminal, watched on another: both are left whole, whatever ends them."""

import subprocess
import sys

from support.processes import eventually
from support.repositories import Repository
from support.terminals import Screen, a_terminal, seen

COLUMNS = 60


def _start(repository: Repository, screen: Screen, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command of ours on a terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=repository.root,
        env={**repository.environment, "COLUMNS": "", "TERM": "xterm", "NO_COLOR": "1"},
        stdout=screen.slave,
        stderr=screen.slave,
    )


def test_a_run_is_drawn_and_watched_and_interrupted(repository: Repository) -> None:
    """Ctrl-C ends each with 130; nothing is hidden, nothing half drawn; the next run goes on."""
    with a_terminal(COLUMNS) as first, a_terminal(COLUMNS) as second:
        modes = first.state(), second.state()
        watch = _start(repository, second, "release", "status", "--watch", "0.2")
        run = _start(repository, first, "release", "run")
        try:
            assert eventually(lambda: "benchmark:pii" in first.so_far(), within=120)
            assert eventually(lambda: "benchmark:pii" in second.so_far(), within=30)
            run.send_signal(2)
            assert 130 == run.wait(60)
            assert eventually(
                lambda: "no run is at work" in second.so_far().rpartition("\x1b[J")[2], within=30
            )
            watch.send_signal(2)
            assert 130 == watch.wait(30)
        finally:
            run.kill()
            watch.kill()
        assert modes == (first.state(), second.state())
        ran, watched = (seen(screen.text(), columns=COLUMNS) for screen in (first, second))
    assert not [line for line in ran if " so far" in line]
    assert [line for line in ran if line.startswith("stage:pii::tiny::onnx: done in ")]
    for lines in (ran, watched):
        assert ["openmed: interrupted; run it again to continue", ""] == lines[-2:]
    assert 1 == sum(line == "no run is at work" for line in watched)
    assert not (repository.root / "artifacts" / "run-state").exists()
