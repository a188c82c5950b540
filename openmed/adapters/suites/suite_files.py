"""Bytes of a suite's files: of the release repository, of a folder of this machine, of the Hub.

A suite outside the repository is read where it is and kept nowhere: its licence may forbid it.
What is missing is said with the sentence of the pin that tells how to get it.
"""

from collections.abc import Mapping
from pathlib import Path

from openmed.adapters.disk import limited_read
from openmed.domain.suites.suite import SuitePin
from openmed.errors import EvidenceError, SuiteMissingError


def read_files(root: Path, pin: SuitePin, *, environ: Mapping[str, str]) -> tuple[bytes, ...]:
    """Bytes of a pin's files, in the pin's order; digests are not looked at.

    Raises:
        EvidenceError: a file is missing, cannot be read, or is too large.
    """
    paths = [path for path, _ in pin.files]
    if pin.hub is not None:
        from openmed.adapters.suites.hub_data import fetch  # noqa: PLC0415 - only where it is asked

        return fetch(pin.hub, paths, what=_absent(pin), most=limited_read.SUITE)
    folder = root if pin.local is None else _folder(pin, pin.local, environ=environ)
    return tuple(_bytes(pin, folder, path) for path in paths)


def _folder(pin: SuitePin, local: str, *, environ: Mapping[str, str]) -> Path:
    named = environ.get(local[1:], "") if local.startswith("$") else local
    if not named:
        step = f"set {local[1:]} to the folder of the data; then openmed release run --retry"
        raise SuiteMissingError(f"{_absent(pin)}: {local} is not set. {pin.access}", next_step=step)
    folder = Path(named)
    if not folder.is_absolute() or not folder.is_dir():
        step = "correct it; then openmed release run --retry"
        msg = f"{_absent(pin)}: {local} does not name a folder by its whole path. {pin.access}"
        raise SuiteMissingError(msg, next_step=step)
    return folder


def _bytes(pin: SuitePin, folder: Path, path: str) -> bytes:
    try:
        return limited_read.read_bytes(folder / path, most=limited_read.SUITE)
    except OSError as error:
        about = f". {pin.access}" if pin.access else ""
        msg = f"suite {pin.name}: cannot read {path}: {error.strerror}{about}"
        is_missing = isinstance(error, FileNotFoundError)
        raise (SuiteMissingError if is_missing else EvidenceError)(msg) from None


def _absent(pin: SuitePin) -> str:
    return f"suite {pin.name} is not here"
