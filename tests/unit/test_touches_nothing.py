"""The audit hook bites."""

import subprocess
import sys
from pathlib import Path

import pytest


def _outside() -> type[BaseException]:
    hook = next(m for n, m in sys.modules.items() if n.endswith("unit.conftest"))
    kind = hook.TouchedOutside
    assert isinstance(kind, type)
    return kind


def test_writing_a_file_is_caught() -> None:
    """However it is opened."""
    with pytest.raises(_outside()):
        Path("never-written").write_text("x", encoding="utf-8")


def test_starting_a_program_is_caught() -> None:
    """Before it starts."""
    with pytest.raises(_outside()):
        subprocess.run(["true"], check=False)
