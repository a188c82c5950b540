"""The jail: what it closes, layer by layer, and what the launcher is told about one run.

Imports nothing of this package: the launcher imports it, and starts in no time.

A layer is what an attack meets; a mechanism is the part of the kernel that it is made of. One
layer may have several, because kernels differ. What was in force is answered, never assumed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Layer(StrEnum):
    """What is closed.

    Attributes:
        FILES: reading, writing and executing outside the lists; modes and times of any file.
        NETWORK: sockets of every family.
        PROCESSES: signals to, memory and limits of processes that are not its own.
        LIFETIME: outliving the run.
        MEMORY: more memory than the limit.
        DISK: more bytes in its folders than the limit.
        PRIVILEGES: capabilities, setuid programs, kernel interfaces that no model needs.
    """

    FILES = "files"
    NETWORK = "network"
    PROCESSES = "processes"
    LIFETIME = "lifetime"
    MEMORY = "memory"
    DISK = "disk"
    PRIVILEGES = "privileges"


REQUIRED = frozenset({Layer.FILES, Layer.NETWORK, Layer.PROCESSES, Layer.PRIVILEGES})
"""Layers without which code of a candidate is not isolated; the others work on any kernel."""

NAMESPACES = "namespaces"
LANDLOCK = "landlock"
SECCOMP = "seccomp"
WATCHDOG = "watchdog"
RLIMIT = "rlimit"
SUBREAPER = "subreaper"
NO_NEW_PRIVS = "no_new_privs"


@dataclass(frozen=True)
class Jail:
    """What one run may do.

    Attributes:
        home: its private folder, writable.
        readable: files and folders it may read.
        executable: files and folders it may read and execute.
        writable: folders it may also write, besides its home.
        most_memory: bytes of everything in the jail.
        most_disk: bytes its writable folders may grow by, and the largest file.
        most_tasks: processes and threads at a time.
        namespaces: whether to use them, because the kernel has them.
        required: layers without which nothing is started.
        without: layers that are off. For tests only: each attack must succeed without its layer.
    """

    home: str
    readable: tuple[str, ...] = ()
    executable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    most_memory: int = 1 << 40
    most_disk: int = 1 << 40
    most_tasks: int = 4096
    namespaces: bool = False
    required: frozenset[Layer] = frozenset()
    without: frozenset[Layer] = frozenset()

    def has(self, layer: Layer) -> bool:
        """Whether a layer is on."""
        return layer not in self.without


@dataclass(frozen=True)
class Order:
    """What the launcher is to run.

    Attributes:
        command: program and arguments.
        folder: its working folder.
        jail: what it may do; None = anything: a program we trust, which must still end with us.
    """

    command: tuple[str, ...]
    folder: str
    jail: Jail | None

    def line(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self), default=sorted).encode() + b"\n"


def read_order(line: bytes) -> Order:
    """The value of such a line; the launcher trusts who started it."""
    table = json.loads(line)
    jail = table["jail"]
    if jail is not None:
        lists = {name: tuple(jail[name]) for name in ("readable", "executable", "writable")}
        sets = {name: frozenset(map(Layer, jail[name])) for name in ("required", "without")}
        jail = Jail(**{**jail, **lists, **sets})
    return Order(command=tuple(table["command"]), folder=table["folder"], jail=jail)


def existing(paths: Iterable[Path | str]) -> tuple[str, ...]:
    """Paths that are there, each once, in order."""
    return tuple(dict.fromkeys(str(path) for path in paths if Path(path).exists()))


Mechanisms = Mapping[str, str]
"""Layer → what it is made of, for the layers that are in force."""
