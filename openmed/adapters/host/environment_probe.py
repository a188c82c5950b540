"""What this machine has: packages, room, rights, a lock that somebody holds. Writes nothing."""

import fcntl
import os
import platform
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.code.entry_points import GROUPS
from openmed.adapters.process.isolation import Kernel, probe

DISTRIBUTION: Final = "openmed-release"
OLDEST_PYTHON: Final = (3, 11)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")


class PlugIn(NamedTuple):
    """Something of another package that the engine would load.

    Attributes:
        kind: what it is, e.g. `gates`.
        name: what it is called.
        package: distribution and version.
    """

    kind: str
    name: str
    package: str


class EnvironmentProbe:
    """This machine, as the one who runs the engine finds it."""

    @property
    def python(self) -> str:
        """Version of the interpreter."""
        return platform.python_version()

    @property
    def is_python_new(self) -> bool:
        """Whether the interpreter is new enough."""
        return tuple(map(int, platform.python_version_tuple()[:2])) >= OLDEST_PYTHON

    def missing_packages(self) -> dict[str, tuple[str, ...]]:
        """Packages that are not installed, by the extra that brings them; "" = always needed."""
        wanted: dict[str, list[str]] = {"": []}
        for requirement in _requirements():
            name, extra = _NAME.match(requirement), _EXTRA.search(requirement)
            missing = wanted.setdefault(extra[1] if extra else "", [])
            if name is not None and not _is_installed(name[0]):
                missing.append(name[0])
        return {extra: tuple(names) for extra, names in wanted.items()}

    def plug_ins(self) -> tuple[PlugIn, ...]:
        """Entry points of other packages, by kind and name; none is loaded."""
        return tuple(
            sorted(
                PlugIn(
                    group.partition(".")[2], entry.name, f"{entry.dist.name} {entry.dist.version}"
                )
                for group in GROUPS
                for entry in entry_points(group=group)
                if entry.dist is not None and entry.dist.name != DISTRIBUTION
            )
        )

    @property
    def isolation(self) -> Kernel:
        """What the kernel offers to isolate candidates."""
        return probe()

    def free_bytes(self, folder: Path) -> int:
        """Room on the disk a folder is on, or would be on."""
        return shutil.disk_usage(_nearest(folder)).free

    def free_files(self, folder: Path) -> int | None:
        """Room for more files there; None where the file system sets no limit."""
        facts = os.statvfs(_nearest(folder))
        return facts.f_favail if facts.f_files else None

    def is_writable(self, folder: Path) -> bool:
        """Whether files can be made in a folder, or the folder be made."""
        place = _nearest(folder)
        return place.is_dir() and os.access(place, os.W_OK | os.X_OK)

    def is_open_to_others(self, file: Path) -> bool:
        """Whether anybody but its owner may read or write a file."""
        return bool(file.stat().st_mode & 0o077)

    def is_locked(self, file: Path) -> bool:
        """Whether somebody holds the lock on a file; it is not made."""
        try:
            descriptor = os.open(file, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def _requirements() -> list[str]:
    try:
        return requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return [DISTRIBUTION]


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _nearest(folder: Path) -> Path:
    """The folder, or the closest place above it that is there."""
    return next(place for place in _upwards(folder.absolute()) if place.exists())


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
