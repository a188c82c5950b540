"""What commands cost in a fleet of many live slots, beside ninja, make and stock doit.

Call: `python benchmarks/fleet.py [--slots 20 200 2266] [--rounds 5] [--folder FOLDER]
[--json FILE] [--svg FILE] [--profile]` (`nox -s bench`). One repository grows from size to size
(`large_fleet/repository.py` says how it is made), and every program runs as a whole process, one
at a time, in interleaved rounds. Only the ratios mean something on another machine.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from large_fleet.changes import FAMILY, Change, changed_candidate, remove, rolled_back
from large_fleet.files import FAMILY as SLOTS_OF_FAMILY
from large_fleet.hot_spots import HotSpot, hot_spots
from large_fleet.peers import graph, peers
from large_fleet.picture import picture
from large_fleet.processes import Command, Row, interleaved
from large_fleet.repository import MEASURED, Fleet, environment, openmed

from openmed.adapters.host.host_info import read_host
from openmed.domain.wire import plain
from openmed.pipeline.step_runner import StepState
from openmed.version import __version__

NO_OP: Final = "release run, nothing to do"
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    NO_OP: ("release", "run"),
    "release plan": ("release", "plan"),
    "release status": ("release", "status"),
}
QUICK: Final[Mapping[str, tuple[str, ...]]] = {
    "openmed --version": ("--version",),
    "openmed --help": ("--help",),
}
VERIFY: Final = {"release verify": ("release", "verify")}
OFTEN: Final = 3
"""How many times a round the quick ones run: they are done in milliseconds."""
PROFILED: Final = (NO_OP, "release plan")
PLOTTED: Final = (NO_OP, "release plan", "release status", "release verify")
PEERS: Final = ("ninja", "make", "doit, stock")


class Size(NamedTuple):
    """Everything measured in a fleet of one size.

    Attributes:
        slots: live slots.
        tasks: tasks of the pipeline's graph.
        made: seconds that growing to this size took; for the first, with measuring.
        folders: bytes on disk by folder.
        rows: the programs.
        changes: what moved something.
        hot: where the time of a command goes, by name.
    """

    slots: int
    tasks: int
    made: float
    folders: Mapping[str, int]
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    hot: Mapping[str, tuple[HotSpot, ...]]


def settle(fleet: Fleet) -> None:
    """Have the repository accepted as whole, and see that a run has nothing to do.

    Raises:
        AssertionError: it is not whole, or a run did something.
    """
    openmed(fleet.root, "release", "verify")
    openmed(fleet.root, "release", "run")
    openmed(fleet.root, "release", "run")
    report = json.loads((fleet.root / "artifacts/run-report.json").read_bytes())
    done = [step["task"] for step in report["steps"] if step["how"] != StepState.REUSED]
    assert not done, f"a run had something to do: {done[:3]}"
    pointer = json.loads((fleet.root / "gates/pointer.json").read_bytes())
    assert len(pointer["slots"]) == fleet.slots


def measure(fleet: Fleet, work: Path, *, made: float, rounds: int, is_profiled: bool) -> Size:
    """Measure everything at the size the fleet has."""
    others = peers(work / f"peers-{fleet.slots}", fleet.slots)
    keys = environment(fleet.root)
    quick = [*_ours(fleet, QUICK), *others]
    rows = (
        *interleaved([*_ours(fleet, COMMANDS), *quick * OFTEN], rounds, keys),
        *interleaved(_ours(fleet, VERIFY), min(rounds, 3), keys),
    )
    names = PROFILED if is_profiled else ()
    hot = {name: hot_spots(fleet.root, COMMANDS[name]) for name in names}
    few = min(rounds, 3)
    return Size(
        slots=fleet.slots,
        tasks=len(graph(fleet.slots)),
        made=made,
        folders=_folders(fleet.root),
        rows=rows,
        changes=(changed_candidate(fleet, work, few), rolled_back(fleet, work, few)),
        hot=hot,
    )


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
    """For people; both ratios are to ninja."""
    base = {row.name: row for row in size.rows}["ninja"]
    print(f"\n{size.slots:,} slots, {size.tasks:,} tasks; made in {size.made:.0f} s")
    print(f"{'':28}{'median':>9}{'x':>9}{'computing':>12}{'x':>9}{'fastest':>10}{'memory':>10}")
    for row in (*size.rows, *(change.row for change in size.changes)):
        print(
            f"{row.name:28}{row.seconds:>7.2f} s{row.seconds / base.seconds:>9,.0f}"
            f"{row.computing:>10.3f} s{row.computing / base.computing:>9,.0f}"
            f"{row.fastest:>8.2f} s{row.memory / 2**20:>6.0f} MiB"
        )
    for change in size.changes:
        rest = change.row.seconds - change.own
        told = f"; {change.own:.2f} s in its own steps, {rest:.2f} s besides" if change.own else ""
        tasks = f"{change.tasks} tasks, " if change.tasks else ""
        print(f"{change.row.name}: {tasks}{change.written} files written{told}")
    for name, number in size.folders.items():
        print(f"{name}: {number / 2**20:,.1f} MiB, {number / size.slots / 1000:,.1f} kB a slot")
    for name, spots in size.hot.items():
        print(f"\n{name}: under which functions most time goes, under cProfile")
        for spot in spots:
            print(f"{spot.within:>9.2f} s {spot.own:>8.2f} s own {spot.calls:>9,}  {spot.function}")


def as_json(sizes: Sequence[Size]) -> str:
    """For programs."""
    content = {
        "schema": "openmed.fleet-benchmark/1",
        "engine": __version__,
        "host": plain(read_host()),
        "load": os.getloadavg()[1],
        "sizes": [
            {
                **size._asdict(),
                "rows": [row._asdict() for row in size.rows],
                "changes": [
                    {**change._asdict(), "row": change.row._asdict()} for change in size.changes
                ],
                "hot": {
                    name: [spot._asdict() for spot in spots] for name, spots in size.hot.items()
                },
            }
            for size in sizes
        ],
    }
    return json.dumps(content, indent=1) + "\n"


def as_svg(sizes: Sequence[Size]) -> str:
    """The picture."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        for row in (*size.rows, *(change.row for change in size.changes)):
            lines.setdefault(row.name, []).append((size.slots, row.seconds))
    moved = [change.row.name for change in sizes[0].changes]
    shown = {name: lines[name] for name in (*PLOTTED, *moved, *PEERS) if name in lines}
    return picture(shown, title="Seconds of whole processes by slots")


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, nargs="+", default=[20, 200], help="sizes, ascending")
    parser.add_argument("--measured", type=int, default=MEASURED, help="slots a model runs for")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--svg", type=Path, default=None)
    parser.add_argument("--profile", action="store_true", help="say where the time goes, too")
    given = parser.parse_args()
    least = max(given.measured, (FAMILY + 1) * SLOTS_OF_FAMILY)
    if given.slots != sorted(set(given.slots)) or given.slots[0] < least:
        parser.error(f"--slots takes ascending sizes, here of at least {least}")
    sizes: list[Size] = []
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        work = Path(name)
        start = perf_counter()
        fleet = Fleet(work / "fleet", measured=given.measured)
        for slots in given.slots:
            if slots > fleet.slots:
                fleet.grow(slots)
            if slots == given.slots[0]:
                fleet.renew(FAMILY)
            settle(fleet)
            made = perf_counter() - start
            sizes.append(
                measure(fleet, work, made=made, rounds=given.rounds, is_profiled=given.profile)
            )
            print_size(sizes[-1])
            # Kept after each size: the largest takes long.
            if given.json:
                given.json.write_text(as_json(sizes), encoding="utf-8")
            if given.svg:
                given.svg.write_text(as_svg(sizes), encoding="utf-8")
            start = perf_counter()
        remove(fleet.root)


if __name__ == "__main__":
    main()
