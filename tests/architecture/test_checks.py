"""Formats, lint and types hold on the whole tree."""

import subprocess
import sys

import pytest
from support.repositories import ROOT

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_finds_nothing(name: str) -> None:
    """Strict, with every exception written down where it is made."""
    done = subprocess.run(
        [sys.executable, "-m", *CHECKS[name]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
