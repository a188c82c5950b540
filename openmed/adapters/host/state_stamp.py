"""Whether anything that status shows may have moved: stat data of few files, none is opened."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_STATE: Final = (
    "candidates.toml", "evidence", "ledger", "pointer.json", "policy", "quarantine", "suites.toml",
)  # fmt: skip
"""Under `gates/`."""

Stamp = frozenset[tuple[str, int, int, int]]


def state_stamp(root: Path, artifacts: Path) -> Stamp:
    """Stat data of the state and of each slot's folder: a product that is replaced changes it."""
    names = (root / "gates" / name for name in _STATE)
    runs = artifacts / "runs"
    return frozenset(_facts(iter([*map(str, names), str(runs), *_below(runs)])))


def _below(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [one.path for one in found]
    except OSError:
        return []


def _facts(paths: Iterator[str]) -> Iterator[tuple[str, int, int, int]]:
    for path in paths:
        try:
            seen = Path(path).stat()
        except OSError:
            continue
        yield path, seen.st_mtime_ns, seen.st_size, seen.st_ino
