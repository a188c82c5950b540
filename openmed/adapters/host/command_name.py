"""How a person can call this program."""

import os
import shutil
import sys
from pathlib import Path


def program_name() -> str:
    """How a person can call `openmed` from where they stand: by name, or by the way to it."""
    if shutil.which("openmed"):
        return "openmed"
    beside = Path(sys.executable).with_name("openmed")
    return os.path.relpath(beside) if beside.exists() else f"{sys.executable} -m openmed"
