"""What one thing that moved costs in a fleet: a changed candidate, a rollback of one family, pages.

All in one copy, whose files are links: the engine replaces files and never writes into one, but
for doit's database and logs, which are copied.
"""

import json
import os
import re
import shutil
import statistics
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from large_fleet import files
from large_fleet.processes import Command, Row, row_of, use
from large_fleet.repository import Fleet, environment, openmed, remove
from openmed.domain.release.results.step_result import StepState
from openmed.domain.slot import parse_slot

CHANGED: Final = "one changed candidate"
ROLLED_BACK: Final = f"rollback of {files.FAMILY} slots"
SITE: Final = "all pages from nothing"
PAGES_OF_SLOT: Final = "pages of one slot from nothing"
_WRITTEN_INTO = frozenset({".sqlite3", ".log"})
_LEFT = frozenset({"predictions", ".git"})
"""Not copied: no command that is measured reads answers of another slot."""
_TRUST: Final = "artifacts/trust"
_SLUG = re.compile(r"family\d{3}--tiny--onnx--line\d")


class Change(NamedTuple):
    """What runs of one kind cost.

    Attributes:
        row: times and memory.
        own: seconds of them in steps of the slot itself, median; 0 where nothing is measured.
        tasks: tasks that did something, in the last run.
        written: files that were written, in the last run.
        pages: pages among them.
        strayed: pages among them that show a slot which did not move, in any run.
    """

    row: Row
    own: float
    tasks: int
    written: int
    pages: int
    strayed: int

    @property
    def rest(self) -> float:
        """Seconds besides the steps of the slot itself."""
        return self.row.seconds - self.own


def strayed(written: Iterable[str], *, moved: Collection[str]) -> int:
    """How many of some files are pages that show only slots that did not move."""
    slugs = {parse_slot(slot).slug for slot in moved}
    shown = (set(_SLUG.findall(path)) for path in _pages(written))
    return sum(bool(one) and not one & slugs for one in shown)


def _pages(written: Iterable[str]) -> list[str]:
    return [path for path in written if path.startswith(_TRUST)]


@contextmanager
def copied(fleet: Fleet, work: Path) -> Iterator[Fleet]:
    """A copy of the fleet, in which a run has nothing to do and knows it."""
    root = work / "copy"

    def left(_: str, names: list[str]) -> set[str]:
        return set(names) & _LEFT

    shutil.copytree(fleet.root, root, symlinks=True, ignore=left, copy_function=_link)
    try:
        # Links have other times than what they link to: what was noted of files is noted again.
        openmed(root, "release", "run", keys=fleet.root)
        yield fleet.at(root)
    finally:
        remove(root)


def changed_candidate(copy: Fleet, keys: Path, rounds: int) -> Change:
    """Whole runs, each after another slot got another build, which is measured."""
    used, own = [], []
    tasks = others = 0
    written = frozenset[str]()
    for number in range(rounds):
        copy.change(number)
        slot = files.slot_of(number)
        before = _stamps(copy.root)
        used.append(use(_command(copy.root, "release", "run"), environment(keys)))
        written = _since(before, copy.root)
        steps = _computed(copy.root)
        tasks = len(steps)
        own.append(sum(seconds for task, seconds in steps if slot in task))
        others += strayed(written, moved=[slot])
    return Change(
        row_of(CHANGED, used),
        statistics.median(own),
        tasks,
        len(written),
        len(_pages(written)),
        others,
    )


def rolled_back(copy: Fleet, keys: Path) -> Change:
    """A whole rollback of each family that has a release to go back to."""
    used = []
    others = 0
    written = frozenset[str]()
    for family in copy.renewed:
        numbers = range(family * files.FAMILY, (family + 1) * files.FAMILY)
        before = _stamps(copy.root)
        command = _command(
            copy.root,
            *("release", "rollback", files.family_of(numbers[0])),
            *("--all-slots", "--reason", "measured"),
        )
        used.append(use(command, environment(keys)))
        written = _since(before, copy.root)
        others += strayed(written, moved=[files.slot_of(number) for number in numbers])
    return Change(row_of(ROLLED_BACK, used), 0.0, 0, len(written), len(_pages(written)), others)


def pages_again(copy: Fleet, keys: Path, rounds: int) -> tuple[Change, ...]:
    """Pages made again: all of them, and those of one slot."""
    trust = copy.root / _TRUST
    slug = parse_slot(files.slot_of(0)).slug
    found: list[Change] = []
    for name, is_gone in ((SITE, ""), (PAGES_OF_SLOT, slug)):
        used = []
        written = frozenset[str]()
        for _ in range(rounds):
            for path in [trust] if not is_gone else sorted(trust.rglob(f"{is_gone}*")):
                _remove_page(path)
            before = _stamps(copy.root)
            used.append(use(_command(copy.root, "release", "regenerate"), environment(keys)))
            written = _since(before, copy.root)
        found.append(Change(row_of(name, used), 0.0, 0, len(written), len(_pages(written)), 0))
    return tuple(found)


def _remove_page(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _link(source: str, target: str) -> None:
    if Path(source).suffix in _WRITTEN_INTO:
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def _command(root: Path, *arguments: str) -> Command:
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


def _since(before: dict[str, tuple[int, int]], root: Path) -> frozenset[str]:
    return frozenset(path for path, _ in _stamps(root).items() - before.items())


def _stamps(root: Path) -> dict[str, tuple[int, int]]:
    """What tells that a file was replaced or written, for every file by its path."""
    found: dict[str, tuple[int, int]] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            state = path.lstat()
            found[path.relative_to(root).as_posix()] = (state.st_ino, state.st_mtime_ns)
    return found
