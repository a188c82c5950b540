"""What one thing that moved costs in a fleet: a changed candidate, a rollback of one family.

Each is done in a copy, whose files are links: the engine replaces files and never writes into one,
but for doit's database and logs, which are copied.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from large_fleet import files
from large_fleet.processes import Command, Row, row_of, use
from large_fleet.repository import Fleet, environment
from openmed.pipeline.step_runner import StepState

FAMILY = 1
"""The family that has a second release, and is rolled back."""
_WRITTEN_INTO = frozenset({".sqlite3", ".log"})
_LEFT = frozenset({"predictions", ".git"})
"""Not copied: no command that is measured reads answers of another slot."""


class Change(NamedTuple):
    """What runs of one kind cost.

    Attributes:
        row: times and memory.
        own: seconds of them in steps of the slot itself, median; 0 where nothing is measured.
        tasks: tasks that did something, in the last run.
        written: files that were written, in the last run.
    """

    row: Row
    own: float
    tasks: int
    written: int


def changed_candidate(fleet: Fleet, work: Path, rounds: int) -> Change:
    """Whole runs, each after another slot got another build, which is measured."""
    used, own = [], []
    tasks = written = 0
    with _copied(fleet, work) as copy:
        for number in range(rounds):
            copy.change(number)
            before = _stamps(copy.root)
            used.append(use(_openmed(copy.root, "release", "run"), environment(fleet.root)))
            written = len(set(_stamps(copy.root).items()) - set(before.items()))
            steps = _computed(copy.root)
            tasks = len(steps)
            slot = files.slot_of(number)
            own.append(sum(seconds for task, seconds in steps if slot in task))
    return Change(row_of("one changed candidate", used), sorted(own)[len(own) // 2], tasks, written)


def rolled_back(fleet: Fleet, work: Path, rounds: int) -> Change:
    """Whole rollbacks of one family, each in a copy of its own."""
    used = []
    written = 0
    family = files.family_of(FAMILY * files.FAMILY)
    for _ in range(rounds):
        with _copied(fleet, work) as copy:
            before = _stamps(copy.root)
            command = _openmed(
                copy.root, "release", "rollback", family, "--all-slots", "--reason", "measured"
            )
            used.append(use(command, environment(fleet.root)))
            written = len(set(_stamps(copy.root).items()) - set(before.items()))
    return Change(row_of(f"rollback of {files.FAMILY} slots", used), 0.0, 0, written)


@contextmanager
def _copied(fleet: Fleet, work: Path) -> Iterator[Fleet]:
    root = work / "copy"

    def left(_: str, names: list[str]) -> set[str]:
        return set(names) & _LEFT

    shutil.copytree(fleet.root, root, symlinks=True, ignore=left, copy_function=_link)
    try:
        yield fleet.at(root)
    finally:
        remove(root)


def remove(root: Path) -> None:
    """Remove a repository; what is staged is read-only."""
    for folder, _, _ in os.walk(root):
        Path(folder).chmod(0o700)
    shutil.rmtree(root)


def _link(source: str, target: str) -> None:
    if Path(source).suffix in _WRITTEN_INTO:
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def _openmed(root: Path, *arguments: str) -> Command:
    words = [sys.executable, "-m", "openmed", *arguments]
    return Command(" ".join(("openmed", *arguments)), words, root)


def _computed(root: Path) -> list[tuple[str, float]]:
    """Tasks that did something in the last run, with their seconds."""
    report = json.loads((root / "artifacts/run-report.json").read_bytes())
    return [
        (step["task"], step["seconds"])
        for step in report["steps"]
        if step["how"] == StepState.COMPUTED
    ]


def _stamps(root: Path) -> dict[Path, tuple[int, int]]:
    """What tells that a file was replaced or written, for every file."""
    found: dict[Path, tuple[int, int]] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            state = path.lstat()
            found[path] = (state.st_ino, state.st_mtime_ns)
    return found
