"""Runs pip for the engine: wheels only, so nothing of a package is executed.

The machine's own index configuration counts. What pip says goes to the log only, because it
names addresses.
"""

import sys
from pathlib import Path
from typing import Final, Literal

from openmed.adapters.process.child_process import run_logged
from openmed.adapters.process.secrets import pip_environment

_WAY: Final = (
    "--only-binary", ":all:", "--retries", "1", "--progress-bar", "off", "--no-cache-dir",
)  # fmt: skip
_SECONDS: Final = 900.0


def run_pip(command: Literal["download", "install"], *words: str, scratch: Path, log: Path) -> int:
    """Run one command of pip to its end.

    Args:
        command: what pip does.
        words: its other arguments.
        scratch: folder in which it works.
        log: gets what it says; emptied first.

    Returns:
        Its exit code.

    Raises:
        ExternalError: it could not be started, or took too long.
    """
    start = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", command)
    return run_logged(
        [*start, *_WAY, *words],
        homes=scratch,
        cwd=scratch,
        log=log,
        timeout=_SECONDS,
        confinement=None,
        environment=pip_environment(),
    )
