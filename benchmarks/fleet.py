"""What commands cost in a fleet of many live slots, beside ninja, make and stock doit.

    python benchmarks/fleet.py [--slots 20 200]           make a fleet, measure at each size
    python benchmarks/fleet.py --make FOLDER --slots 2266 make one to keep, or let one there grow
    python benchmarks/fleet.py --fleet FOLDER             measure in a copy of one that was made

`large_fleet/repository.py` says how a fleet is made. Every program runs as a whole process, one at
a time, in interleaved rounds. Only the ratios mean something on another machine.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from large_fleet.bounds import SLOTS, lines
from large_fleet.changes import Change, changed_candidate, copied, pages_again, rolled_back
from large_fleet.files import FAMILY, MOST
from large_fleet.hot_spots import hot_spots
from large_fleet.peers import graph, peers
from large_fleet.processes import Command, Row, interleaved
from large_fleet.repository import MEASURED, Fleet, environment, openmed, remove
from large_fleet.result import (
    HELP,
    PLAN,
    PYTHON,
    RUN,
    STATUS,
    VERIFY,
    VERSION,
    Size,
    as_json,
    as_svg,
    as_table,
)

from openmed.domain.release.results.step_result import StepState

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    RUN: ("release", "run"),
    PLAN: ("release", "plan"),
    STATUS: ("release", "status"),
}
QUICK: Final[Mapping[str, tuple[str, ...]]] = {VERSION: ("--version",), HELP: ("--help",)}
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {VERIFY: ("release", "verify")}
OFTEN: Final = 3
"""How many times a round the quick ones run: they are done in milliseconds."""
LONG: Final = 60.0
"""A command that took so many seconds in all is not run again."""
PROFILED: Final = (RUN, PLAN)
QUIET, CHANGED, UNDONE = "quiet", "changed", "undone"
SECTIONS: Final = (QUIET, CHANGED, UNDONE)
QUOTED: Final = """
Quoted, not measured here (11,331 tasks, nothing to do, this kind of machine, another day):
snakemake 9.27: 8.1 s, 152 times ninja, 7 times stock doit
dvc repro 3.67: 286 to 310 s, about 5,500 times ninja, 250 times stock doit
Executors, side by side: benchmarks/executors.py
"""


class Choice(NamedTuple):
    """What is measured, and how.

    Attributes:
        sections: which parts.
        rounds: how often each command runs.
        is_profiled: whether it is said where the time goes.
    """

    sections: tuple[str, ...]
    rounds: int
    is_profiled: bool


def settle(fleet: Fleet) -> None:
    """Have the repository accepted as whole, and see that a run has nothing to do.

    Raises:
        AssertionError: it is not whole, or a run did something.
    """
    openmed(fleet.root, "release", "run")
    openmed(fleet.root, "release", "verify")
    require_nothing_to_do(fleet)


def require_nothing_to_do(fleet: Fleet) -> None:
    """See that a run has nothing to do in it, and all of it is live.

    Raises:
        AssertionError: not so.
    """
    openmed(fleet.root, "release", "run")
    report = json.loads((fleet.root / "artifacts/run-report.json").read_bytes())
    done = [step["task"] for step in report["steps"] if step["how"] != StepState.REUSED]
    assert not done, f"a run had something to do: {done[:3]}"
    pointer = json.loads((fleet.root / "gates/pointer.json").read_bytes())
    assert len(pointer["slots"]) == fleet.slots


def measure(fleet: Fleet, work: Path, choice: Choice, *, made: float) -> Size:
    """Measure at the size the fleet has; it is as it was afterwards."""
    is_quiet = QUIET in choice.sections
    names = PROFILED if choice.is_profiled else ()
    return Size(
        slots=fleet.slots,
        tasks=len(graph(fleet.slots)),
        made=made,
        folders=_folders(fleet.root),
        rows=tuple(_quiet(fleet, work, choice.rounds)) if is_quiet else (),
        changes=tuple(_changes(fleet, work, choice)),
        hot={name: hot_spots(fleet.root, COMMANDS[name]) for name in names},
        load=os.getloadavg()[1],
    )


def _quiet(fleet: Fleet, work: Path, rounds: int) -> Iterator[Row]:
    keys = environment(fleet.root)
    nothing = Command(PYTHON, [sys.executable, "-c", "pass"], fleet.root)
    quick = [*_ours(fleet, QUICK), nothing, *peers(work / f"peers-{fleet.slots}", fleet.slots)]
    programs = [*_ours(fleet, COMMANDS), *quick * OFTEN]
    yield from interleaved(programs, rounds, keys, most_seconds=LONG)
    yield from interleaved(_ours(fleet, CHECKS), min(rounds, 3), keys, most_seconds=LONG)


def _changes(fleet: Fleet, work: Path, choice: Choice) -> Iterator[Change]:
    if not {CHANGED, UNDONE} & {*choice.sections}:
        return
    few = min(choice.rounds, 3)
    with copied(fleet, work) as copy:
        if CHANGED in choice.sections:
            yield changed_candidate(copy, fleet.root, few)
        if UNDONE in choice.sections:
            yield rolled_back(copy, fleet.root)
            yield from pages_again(copy, fleet.root, few)


def _ours(fleet: Fleet, commands: Mapping[str, tuple[str, ...]]) -> list[Command]:
    return [
        Command(name, [sys.executable, "-m", "openmed", *arguments], fleet.root)
        for name, arguments in commands.items()
    ]


def _folders(root: Path) -> dict[str, int]:
    named = ("gates/evidence", "gates/ledger", "artifacts/runs", "artifacts/predictions")
    return {
        name: sum(path.stat().st_size for path in (root / name).rglob("*") if path.is_file())
        for name in (*named, "artifacts/trust")
    }


def print_size(size: Size) -> None:
    """For people."""
    made = f"; made in {size.made:.0f} s" if size.made else ""
    print(f"\n{size.slots:,} slots, {size.tasks:,} tasks, load {size.load:.1f}{made}\n")
    print(as_table(size))
    for change in size.changes:
        told = f"; {change.own:.2f} s in its own steps, {change.rest:.2f} s besides"
        tasks = f"{change.tasks} tasks, " if change.tasks else ""
        print(
            f"{change.row.name}: {tasks}{change.written} files written, {change.pages} of them "
            f"pages, {change.strayed} of slots that did not move{told if change.own else ''}"
        )
    for name, number in size.folders.items():
        print(f"{name}: {number / 1e6:,.1f} MB, {number / size.slots / 1000:,.1f} kB a slot")
    for name, spots in size.hot.items():
        print(f"\n{name}: under which functions most time goes, under cProfile")
        for spot in spots:
            print(f"{spot.within:>9.2f} s {spot.own:>8.2f} s own {spot.calls:>9,}  {spot.function}")
    print(f"\n| Asked of {SLOTS:,} slots, here of {size.slots:,} | asked | measured | |")
    print("|---|---|---|---|")
    for line in lines(size):
        held = "held" if line.is_held else "NOT HELD"
        print(f"| {line.what} | {line.asked} | {line.measured} | {held} |")
    print(QUOTED)


def make(root: Path, slots: int, measured: int, *, has_answers: bool = True) -> Fleet:
    """Make a fleet in a folder, or let the one there grow."""
    fleet = Fleet.opened(root) if root.exists() else Fleet.begin(root, measured=measured)
    fleet.has_answers = has_answers
    if slots > fleet.slots:
        fleet.grow(slots)
    fleet.renew()
    settle(fleet)
    return fleet


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slots", type=int, nargs="+", default=[20, 200], help="sizes, ascending")
    parser.add_argument("--measured", type=int, default=MEASURED, help="slots a model runs for")
    parser.add_argument(
        "--few-answers", action="store_true", help="keep those of slots that are counted only"
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--make", type=Path, default=None, help="folder of a fleet to keep")
    place.add_argument("--fleet", type=Path, default=None, help="folder of a fleet that was made")
    place.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--svg", type=Path, default=None)
    parser.add_argument("--profile", action="store_true", help="say where the time goes, too")
    given = parser.parse_args()
    least = max(given.measured, 2 * FAMILY)
    sizes = given.slots
    if sizes != sorted(set(sizes)) or not least <= sizes[0] <= sizes[-1] <= MOST:
        parser.error(f"--slots takes ascending sizes, here from {least} to {MOST}")
    choice = Choice(tuple(given.sections), given.rounds, given.profile)
    if given.make:
        start = perf_counter()
        fleet = _make(given, given.make.absolute(), sizes[-1])
        print(f"{given.make}: {fleet.slots:,} slots, {perf_counter() - start:.0f} s")
        return
    found: list[Size] = []
    for size in _measured(given, sizes, choice):
        found.append(size)
        print_size(size)
        # Kept after each size: the largest takes long.
        if given.json:
            given.json.write_text(as_json(found), encoding="utf-8")
        if given.svg:
            given.svg.write_text(as_svg(found), encoding="utf-8")


def _make(given: argparse.Namespace, root: Path, slots: int) -> Fleet:
    return make(root, slots, given.measured, has_answers=not given.few_answers)


def _measured(given: argparse.Namespace, slots: list[int], choice: Choice) -> Iterator[Size]:
    beside = given.fleet.absolute().parent if given.fleet else given.folder
    with tempfile.TemporaryDirectory(dir=beside) as name:
        work = Path(name)
        if given.fleet:
            fleet = Fleet.opened(given.fleet.absolute())
            require_nothing_to_do(fleet)
            yield measure(fleet, work, choice, made=0.0)
            return
        for size in slots:
            start = perf_counter()
            fleet = _make(given, work / "fleet", size)
            yield measure(fleet, work, choice, made=perf_counter() - start)
        remove(work / "fleet")


if __name__ == "__main__":
    main()
