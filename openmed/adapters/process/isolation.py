"""How candidates are isolated on this machine: what the kernel offers, and the jail of one run.

Nothing of a folder is readable because it lies beside something that is: of the interpreter's
folders only those are opened that hold programs and libraries, so that a virtual environment in
the middle of a repository opens no ledger and no key.
"""

import io
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from openmed.adapters.process.jail import REQUIRED, Jail, Layer, read_packed
from openmed.errors import EvidenceError

_PACKAGE: Final = Path(__file__).parents[2]
# Without `site`, which costs as much as the rest; last on the path, so that it hides no library.
_START: Final = (
    f"import sys; sys.path.append({str(_PACKAGE.parent)!r}); "
    f"from {_PACKAGE.name}.adapters.process.launcher.__main__ import main; main()"
)
LAUNCHER: Final = (sys.executable, "-I", "-S", "-c", _START)
"""Starts the launcher; its arguments follow."""
MOST_DISK: Final = 1 << 30
"""Bytes that a candidate may write while it is run."""
_MEMORY_SHARE: Final = 0.75
_PARTS: Final = ("bin", "lib", "lib64", "libexec", "include", "share", "etc/openssl", "ssl")
_PACKAGE_FOLDERS: Final = frozenset({"site-packages", "dist-packages"})
_PROBE_SECONDS: Final = 60


class Kernel(NamedTuple):
    """What the kernel offers to a process like this one.

    Attributes:
        landlock: version of Landlock; 0 = none.
        seccomp: whether calls can be filtered.
        namespaces: whether namespaces can be made and used.
    """

    landlock: int
    seccomp: bool
    namespaces: bool

    @property
    def isolates(self) -> bool:
        """Whether code of a candidate can be kept from everything else."""
        return self.landlock > 0 and self.seccomp

    @property
    def lacks(self) -> str:
        """What is missing, for a person; empty when nothing is."""
        has = {"Landlock": self.landlock > 0, "seccomp filter": self.seccomp}
        missing = [f"no {name}" for name, is_there in has.items() if not is_there]
        return f"the kernel offers {' and '.join(missing)}" if missing else ""


@cache
def probe() -> Kernel:
    """Try the kernel out in a process that ends at once; asked once."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            (*LAUNCHER, "probe"),
            env={"PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
        return Kernel(**read_packed(io.BytesIO(done.stdout).read))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return Kernel(landlock=0, seccomp=False, namespaces=False)


@dataclass(frozen=True)
class Isolation:
    """How candidates are isolated.

    Attributes:
        most_memory: bytes of everything in one jail; None = three quarters of the machine's.
        most_disk: bytes one run may write.
        without: layers that are off. For tests only: no file and no variable sets it.
        uses_namespaces: whether to use them where they are. For tests only.
    """

    most_memory: int | None = None
    most_disk: int = MOST_DISK
    without: frozenset[Layer] = frozenset()
    uses_namespaces: bool = True

    def require(self, *, what: str) -> None:
        """Refuse a machine that cannot isolate.

        Raises:
            EvidenceError: names what the kernel lacks.
        """
        kernel = probe()
        if not kernel.isolates:
            msg = f"{what}, and this machine cannot isolate it: {kernel.lacks}"
            hint = (
                'run it on Linux with Landlock and seccomp, or write isolation = "none" and '
                "isolation_reason into the slot's policy"
            )
            raise EvidenceError(msg, next_step=hint)

    def jail(self, home: Path, rooms: "Rooms", *, is_required: bool) -> Jail:
        """The jail of one run.

        Args:
            home: its private folder.
            rooms: what it may read and write besides.
            is_required: whether nothing is started where a required layer is missing.
        """
        return Jail(
            home=str(home),
            executable=_existing((*_interpreter(), _PACKAGE, *rooms.executable)),
            readable=_existing((Path(sys.prefix) / "pyvenv.cfg", *rooms.readable)),
            writable=_existing(rooms.writable),
            most_memory=self.most_memory or int(_machine_memory() * _MEMORY_SHARE),
            most_disk=self.most_disk,
            namespaces=self.uses_namespaces and probe().namespaces,
            required=REQUIRED - self.without if is_required else frozenset(),
            without=self.without,
        )


STANDARD: Final = Isolation()
"""How candidates are isolated but in tests."""


class Rooms(NamedTuple):
    """What a run needs of the machine besides the interpreter and its packages.

    Attributes:
        executable: read and execute: the candidate's own files.
        readable: read.
        writable: write, too.
    """

    executable: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()


def _interpreter() -> Iterable[Path]:
    for prefix in dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, sys.prefix)):
        for part in _PARTS:
            yield Path(prefix) / part
    for place in sys.path:
        if Path(place).name in _PACKAGE_FOLDERS:
            yield Path(place)


def _existing(paths: Iterable[Path]) -> tuple[str, ...]:
    """Paths that are there, each once, in order."""
    return tuple(dict.fromkeys(str(path) for path in paths if path.exists()))


def _machine_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
