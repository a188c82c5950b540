"""Where the time of a command goes: its own process under cProfile."""

import os
import pstats
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from large_fleet.repository import environment

_CALLERS = ("openmed/cli/", "openmed/app/", "openmed/pipeline/doit_", "openmed/__main__.py")
"""Only hand on: all the time is under each of them."""


class HotSpot(NamedTuple):
    """One function.

    Attributes:
        function: its file, and its name.
        calls: how often it was called.
        within: seconds in it and what it calls.
        own: seconds in it alone.
    """

    function: str
    calls: int
    within: float
    own: float


def hot_spots(root: Path, arguments: Sequence[str], *, most: int = 10) -> tuple[HotSpot, ...]:
    """The functions of the engine under which most time goes, the most first."""
    with tempfile.NamedTemporaryFile(suffix=".prof") as file:
        words = [sys.executable, "-m", "cProfile", "-o", file.name, "-m", "openmed", *arguments]
        subprocess.run(
            words,
            cwd=root,
            env={**os.environ, **environment(root)},
            check=True,
            capture_output=True,
        )
        stats = pstats.Stats(file.name)
    rows: list[HotSpot] = []
    for (path, _, name), (_, calls, own, within, _) in stats.stats.items():  # type: ignore[attr-defined]
        place = path[path.find("openmed/", path.rfind("/openmed/") - 1) :].removeprefix("/")
        if "/openmed/" in path and not place.startswith(_CALLERS) and name != "<module>":
            rows.append(HotSpot(f"{place}:{name}", calls, round(within, 3), round(own, 3)))
    return tuple(sorted(rows, key=lambda row: -row.within)[:most])
