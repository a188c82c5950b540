"""What commands cost in front of a long ledger: processor seconds of whole processes.

Call: `python benchmarks/ledger.py [--entries N] [--slots N] [--folder FOLDER] [--json FILE]`.
The ledger is made by the engine: verdicts are signed, entries follow one another, the pointer is
put on the last one by the store. Each command runs without a checkpoint, then with one.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.long_ledgers import write_long_ledger

from openmed.adapters.stores import fold_checkpoint

COMMANDS: Final = (
    ("release", "status"),
    ("release", "status", "--json"),
    ("release", "list"),
    ("release", "history", "--limit", "20"),
    ("release", "history"),
)


class Cost(NamedTuple):
    """One command.

    Attributes:
        command: its words.
        without: processor seconds without a checkpoint.
        within: processor seconds with one.
        wall: wall seconds with one.
    """

    command: str
    without: float
    within: float
    wall: float


def _run(root: Path, words: tuple[str, ...]) -> tuple[float, float]:
    """Processor seconds and wall seconds of one process and its children."""
    before, start = os.times(), perf_counter()
    command = [sys.executable, "-m", "openmed", *words, "--root", str(root)]
    done = subprocess.run(command, capture_output=True, check=False)
    after = os.times()
    if done.returncode:
        raise SystemExit(done.stderr.decode() or done.stdout.decode())
    spent = after.children_user + after.children_system
    return spent - before.children_user - before.children_system, perf_counter() - start


def cost_of(root: Path, words: tuple[str, ...]) -> Cost:
    """Each of the two three times, the least of them."""
    checkpoint = root / "artifacts" / fold_checkpoint.NAME
    without = []
    for _ in range(3):
        checkpoint.unlink(missing_ok=True)
        without.append(_run(root, words)[0])
    within = [_run(root, words) for _ in range(3)]
    return Cost(" ".join(words), min(without), min(within)[0], min(wall for _, wall in within))


def main() -> None:
    """Make the ledger, run the commands, print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=10_000)
    options.add_argument("--slots", type=int, default=2_266)
    options.add_argument("--folder", type=Path)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="openmed-ledger-"))
    root = folder / "repository"
    try:
        if not root.exists():
            write_long_ledger(root, entries=given.entries, slots=given.slots)
        rows = [cost_of(root, words) for words in COMMANDS]
    finally:
        if given.folder is None:
            shutil.rmtree(folder)
    print(f"{given.entries} entries, {given.slots} slots; processor seconds")
    print(f"{'COMMAND':<32}{'WITHOUT':>10}{'WITH':>8}{'WALL':>8}")
    for row in rows:
        print(f"{row.command:<32}{row.without:>10.2f}{row.within:>8.2f}{row.wall:>8.2f}")
    if given.json:
        content = {"entries": given.entries, "slots": given.slots}
        content["commands"] = [row._asdict() for row in rows]
        given.json.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
