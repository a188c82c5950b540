"""Installs what a candidate pins by hash into a folder of its own: wheels only, nothing is built.

pip runs no code of a wheel; the code runs in the candidate's child process. A folder is named by
the pins and the Python it is for, and appears whole or not at all.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.process.pip_run import run_pip
from openmed.domain.inference.pinned_packages import read_pins
from openmed.domain.inference.profile import RunnerProfile
from openmed.errors import EvidenceError, ExternalError, MachineError

_WAY: Final = ("--no-deps", "--require-hashes", "--no-compile")


_REFUSED: Final = (b"No matching distribution found for", b"DO NOT MATCH THE HASHES")
"""What pip says of a package that is gone, or is another one."""
_UNHEARD: Final = (
    b"Retrying (", b"Could not fetch URL", b"ConnectionError", b"ConnectTimeout", b"ReadTimeout",
    b"NewConnectionError", b"SSLError", b"ProxyError", b"Connection refused",
)  # fmt: skip
"""What it says where an index did not answer; then it finds no distribution either."""


def are_refused(said: bytes) -> bool:
    """Whether an index answered, and does not have what is pinned any more.

    Args:
        said: what pip said.
    """
    return any(one in said for one in _REFUSED) and not any(one in said for one in _UNHEARD)


def packages_folder_of(tree: Path, profile: RunnerProfile) -> str | None:
    """Name of the folder that holds what a candidate pins; None when it pins nothing by hash.

    Raises:
        EvidenceError: the file of pins is missing.
    """
    data = _requirements(tree, profile)
    return None if data is None else _name_of(data)


def _file_of(profile: RunnerProfile) -> str | None:
    return None if profile.spans is None else profile.spans.requirements


def _requirements(tree: Path, profile: RunnerProfile) -> bytes | None:
    name = _file_of(profile)
    if name is None:
        return None
    try:
        data = limited_read.read_bytes(tree / name, most=limited_read.CONFIGURATION)
        data.decode()
    except (OSError, UnicodeDecodeError):
        msg = f"{name}, which the profile names, is no text file of the artifact"
        raise EvidenceError(msg) from None
    return data


def _name_of(data: bytes) -> str:
    where = f"{sys.implementation.cache_tag}-{sys.platform}\n".encode()
    return hashlib.sha256(where + data).hexdigest()


class PinnedPackages:
    """Folders of packages, by what is pinned."""

    def __init__(self, place: Path) -> None:
        """Remember where they are; it is made when first needed."""
        self._place = place

    def folder(self, tree: Path, profile: RunnerProfile, *, log: Path) -> Path | None:
        """The folder of what a candidate pins; None when it pins nothing by hash.

        Args:
            tree: the artifact.
            profile: its profile.
            log: gets what pip says.

        Raises:
            EvidenceError: the file of pins is missing, or holds something else.
            ExternalError: a package is gone, or has other bytes.
            MachineError: whether it is there cannot be told: the index did not answer, or pip
                could not work.
        """
        data = _requirements(tree, profile)
        if data is None:
            return None
        folder = self._place / _name_of(data)
        if not folder.is_dir():
            pins = read_pins(data.decode(), what=f"{_file_of(profile)}")
            self._install(data, folder, pins=pins, log=log)
        return folder.resolve()

    def _install(self, data: bytes, folder: Path, *, pins: tuple[str, ...], log: Path) -> None:
        with atomic.scratch_folder(self._place) as scratch:
            wanted, made = scratch / "requirements.txt", scratch / "made"
            wanted.write_bytes(data)
            places = ("--target", str(made), "--requirement", str(wanted))
            code = run_pip("install", *_WAY, *places, scratch=scratch, log=log)
            if code != 0 or not made.is_dir():
                msg = (
                    f"pip could not install the {len(pins)} packages that the profile pins by hash "
                    f"({pins[0]} first; it exited with {code})"
                )
                if are_refused(limited_read.read_bytes(log, most=limited_read.PRODUCT)):
                    raise ExternalError(msg, next_step=f"read {log}")
                raise MachineError(msg, next_step=f"read {log}", retryable=True)
            for path in made.rglob("*"):
                path.chmod(0o555 if path.is_dir() else 0o444)
            if not folder.is_dir():
                made.rename(folder)
