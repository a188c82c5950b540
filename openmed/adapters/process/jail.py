"""The jail: what it closes, layer by layer, and what the launcher is told about one run.

Imports nothing of this package: the launcher imports it, and starts in no time.

A layer is what an attack meets; a mechanism is the part of the kernel that it is made of. One
layer may have several, because kernels differ. What was in force is answered, never assumed.
"""

import marshal
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple


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

_LENGTH = 4

NAMESPACES = "namespaces"
LANDLOCK = "landlock"
SECCOMP = "seccomp"
WATCHDOG = "watchdog"
RLIMIT = "rlimit"
SUBREAPER = "subreaper"
NO_NEW_PRIVS = "no_new_privs"


class Jail(NamedTuple):
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


class Order(NamedTuple):
    """What the launcher is to run.

    Attributes:
        command: program and arguments.
        folder: its working folder.
        jail: what it may do; None = anything: a program we trust, which must still end with us.
    """

    command: tuple[str, ...]
    folder: str
    jail: Jail | None

    def packed(self) -> bytes:
        """Bytes for the launcher."""
        jail = None if self.jail is None else {**self.jail._asdict(), **_sets(self.jail, str)}
        return packed({**self._asdict(), "jail": jail})


def read_order(read: Callable[[int], bytes]) -> Order:
    """The value of such bytes; the launcher trusts who started it."""
    table = read_packed(read)
    jail = table["jail"]
    if jail is not None:
        jail = Jail(**jail)
        jail = jail._replace(**_sets(jail, Layer))
    return Order(command=table["command"], folder=table["folder"], jail=jail)


def _sets(jail: Jail, kind: Callable[[str], str]) -> dict[str, Any]:
    return {name: frozenset(map(kind, getattr(jail, name))) for name in ("required", "without")}


def packed(value: Mapping[str, Any]) -> bytes:
    """Plain values as bytes, their number first. Json would cost a third of the start."""
    body = marshal.dumps(dict(value))
    return len(body).to_bytes(_LENGTH, "big") + body


def read_packed(read: Callable[[int], bytes]) -> dict[str, Any]:
    """The values of such bytes; empty at the end of a stream.

    Args:
        read: gives at most so many bytes; none at the end.
    """
    body = _whole(read, int.from_bytes(_whole(read, _LENGTH), "big"))
    return dict(marshal.loads(body)) if body else {}  # noqa: S302 - both ends are this program


def _whole(read: Callable[[int], bytes], length: int) -> bytes:
    data = b""
    while len(data) < length and (more := read(length - len(data))):
        data += more
    return data if len(data) == length else b""


Mechanisms = Mapping[str, str]
"""Layer → what it is made of, for the layers that are in force."""
