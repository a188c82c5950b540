"""How long the command takes to start, beside others: whole processes, interleaved, as ratios.

    python benchmarks/startup.py [--rounds 15] [--root FOLDER]

Machine and load decide the seconds, so what counts is the ratio to an interpreter that does
nothing, measured in the same rounds. Each round runs every program once, in an order of its own.
"""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEER = """
import argparse
parser = argparse.ArgumentParser("openmed")
parser.add_argument("--version", action="version", version="1")
commands = parser.add_subparsers(required=True)
for group in ("release", "benchmark", "suite", "keys", "schema"):
    names = commands.add_parser(group).add_subparsers(required=True)
    for name in ("run", "status", "list", "show", "compare"):
        names.add_parser(name).add_argument("--json", action="store_true")
parser.parse_args()
"""
NOTHING = "python -c pass"


def programs(root: Path) -> Mapping[str, Sequence[str]]:
    """What is measured, by name."""
    python, openmed = sys.executable, [sys.executable, "-m", "openmed"]
    hub = shutil.which("hf", path=str(Path(python).parent))
    return {
        NOTHING: [python, "-c", "pass"],
        "argparse, same shape: --help": [python, "-c", PEER, "--help"],
        "openmed --version": [*openmed, "--version"],
        "openmed --help": [*openmed, "--help"],
        "openmed release --help": [*openmed, "release", "--help"],
        "openmed release status --json": [
            *openmed,
            "release",
            "status",
            "--json",
            "--root",
            str(root),
        ],
        **({"hf version": [hub, "version"], "hf --help": [hub, "--help"]} if hub else {}),
    }


def seconds(command: Sequence[str], *, cwd: Path) -> float:
    """One whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=60)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--root", type=Path, default=ROOT, help="a release repository")
    arguments = parser.parse_args()
    found = programs(arguments.root.resolve())
    times: dict[str, list[float]] = {name: [] for name in found}
    chance = random.Random(7)  # noqa: S311 - an order, no secret
    with tempfile.TemporaryDirectory() as folder:
        for round_ in range(arguments.rounds + 1):
            order = list(found)
            chance.shuffle(order)
            for name in order:
                took = seconds(found[name], cwd=Path(folder))
                if round_:  # the first fills caches
                    times[name].append(took)
    nothing = statistics.median(times[NOTHING])
    print(f"{'program':32}  {'median':>9}  {'fastest':>9}  {'ratio':>6}")
    for name, all_ in times.items():
        median = statistics.median(all_)
        print(
            f"{name:32}  {median * 1e3:6.0f} ms  {min(all_) * 1e3:6.0f} ms  {median / nothing:6.1f}"
        )


if __name__ == "__main__":
    main()
