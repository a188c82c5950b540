"""Namespaces, where an unprivileged process may make them: an addition to Landlock and the filter.

A user namespace with the same user in it, and in that: a network without devices, SysV memory and
message queues of its own, processes that see only themselves, mounts of its own. Whether a machine
allows it is tried out beforehand (`work_here`): some let a process make a user namespace and do
nothing in it.
"""

import os
from contextlib import suppress
from typing import Final

from openmed.adapters.process.launcher import kernel

MOUNTS: Final = 0x00020000
IPC: Final = 0x08000000
USER: Final = 0x10000000
PROCESSES: Final = 0x20000000
NETWORK: Final = 0x40000000

_RECURSIVE, _PRIVATE = 1 << 14, 1 << 18
_NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 1 << 1, 1 << 2, 1 << 3
_SHARED_MEMORY: Final = "/dev/shm"  # noqa: S108 - a mount point, not a temporary file
_SHARED_MEMORY_BYTES: Final = 1 << 29
_HOME_FILES: Final = 1 << 17


def leave(flags: int) -> None:
    """Make a user namespace, and others in it; processes started from now on are in them.

    Raises:
        OSError: not allowed here.
    """
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(USER | flags)
    with suppress(FileNotFoundError):
        kernel.write("/proc/self/setgroups", b"deny")
    kernel.write("/proc/self/uid_map", f"{user} {user} 1".encode())
    kernel.write("/proc/self/gid_map", f"{group} {group} 1".encode())


def make_mounts(*, shared_memory: bool, home: str | None, most: int, processes: bool) -> None:
    """Give this process mounts of its own.

    Args:
        shared_memory: whether shared memory becomes its own, of a size.
        home: folder that becomes an empty one in memory; None = it stays as it is.
        most: bytes of the home.
        processes: whether this process is the first of its namespace and sees only that.

    Raises:
        OSError: not allowed here.
    """
    kernel.unshare(MOUNTS)
    kernel.mount("none", "/", None, _RECURSIVE | _PRIVATE, None)
    flags = _NO_SUID | _NO_DEVICES
    if shared_memory and os.path.isdir(_SHARED_MEMORY):
        options = f"size={_SHARED_MEMORY_BYTES},mode=1777"
        kernel.mount("tmpfs", _SHARED_MEMORY, "tmpfs", flags, options)
    if home is not None:
        options = f"size={most},nr_inodes={_HOME_FILES},mode=0700"
        kernel.mount("tmpfs", home, "tmpfs", flags, options)
    if processes:
        kernel.mount("proc", "/proc", "proc", flags | _NO_PROGRAMS, None)


def work_here() -> bool:
    """Try everything out in processes that end at once."""
    if not kernel.IS_LINUX:
        return False
    child = os.fork()
    if child == 0:
        os._exit(_tried())
    return os.waitpid(child, 0)[1] == 0


def _tried() -> int:
    try:
        leave(PROCESSES | NETWORK | IPC)
        first = os.fork()
        if first == 0:
            os._exit(_mounted())
        return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    except OSError:
        return 1


def _mounted() -> int:
    try:
        make_mounts(shared_memory=True, home=None, most=0, processes=True)
        kernel.read("/proc/self/stat")
    except OSError:
        return 1
    return 0
