"""`benchmarks/ladder.py`: worse models look worse, in one table from real runs."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.repositories import ROOT


def _table(printed: str) -> dict[str, dict[str, str]]:
    """Cells by variant and heading; columns are two spaces apart."""
    _, head, *lines, _ = printed.splitlines()
    headings = head.split()
    rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
    return {row[0]: dict(zip(headings, row, strict=True)) for row in rows}


@pytest.mark.timeout(900)
def test_a_model_of_15_notes_leaks_more_than_the_released_one(tmp_path: Path) -> None:
    """Four builds of the recipe on the smoke suite; no network, and no file is left."""
    script = ROOT / "benchmarks" / "ladder.py"
    done = subprocess.run(
        [sys.executable, "-B", script, "--suite", "smoke", "--only", "tiny"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stderr
    rows = _table(done.stdout)
    assert list(rows) == [
        "tiny, as released",
        "tiny, 600 notes",
        "tiny, 60 notes",
        "tiny, 15 notes",
    ]
    assert {row["DOCUMENTS"] for row in rows.values()} == {"31/31"}
    assert {row["INVALID"] for row in rows.values()} == {"0"}
    best, worst = rows["tiny, as released"], rows["tiny, 15 notes"]
    assert int(worst["CHARACTERS"]) > int(best["CHARACTERS"])
    assert float(worst["RECALL"]) < float(best["RECALL"])
    assert float(worst["STRICT"]) < float(best["STRICT"])
    assert list(tmp_path.iterdir()) == []
