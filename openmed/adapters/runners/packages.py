"""Packages a profile pins: by hash in a folder of their own, or by version as installed here."""

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from openmed.errors import EvidenceError

ADD_PIN = "add its package to spans.packages: name==version"


def install_step(pin: str) -> str:
    """What helps where a package is missing or of another version."""
    return f"pip install '{pin}'"


def require_packages(pinned: Sequence[str]) -> None:
    """Refuse to run with another version than the artifact was made for.

    Raises:
        EvidenceError: a package is missing, or of another version.
    """
    for pin in pinned:
        name, _, wanted = pin.partition("==")
        try:
            got = version(name)
        except PackageNotFoundError:
            got = "none"
        if got != wanted:
            msg = f"the profile wants {pin}, installed is {got}"
            raise EvidenceError(msg, next_step=install_step(pin))


_OFFERED: list[Path] = []


def offer(folder: Path) -> None:
    """Let the candidate of this process import what is in a folder, before what is installed."""
    _OFFERED.append(folder)
    sys.path.insert(0, str(folder))


def offered() -> tuple[Path, ...]:
    """Folders of packages that were installed for the candidate of this process."""
    return tuple(_OFFERED)
