"""System calls that Python has no function for, through libc.

Numbers of the calls that are filtered differ by machine; where they are not known there is no
filter, and whoever asks is told so.
"""

import ctypes
import errno
import os
import struct
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_CAPABILITY_VERSION = 0x20080522

IS_LINUX = sys.platform == "linux"


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


_LIBC = _load() if IS_LINUX else None


def syscall(number: int, *args: object) -> int:
    """Call by number.

    Raises:
        OSError: as the kernel says.
    """
    return _called("syscall", number, *args)


def prctl(option: int, *args: int) -> int:
    """Change this process.

    Raises:
        OSError: as the kernel says.
    """
    words = [ctypes.c_ulong(arg) for arg in (*args, 0, 0, 0, 0)[:4]]
    return _called("prctl", option, *words)


def unshare(flags: int) -> None:
    """Leave namespaces.

    Raises:
        OSError: not allowed here.
    """
    _called("unshare", flags)


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    """Mount a file system.

    Raises:
        OSError: not allowed here.
    """
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    extra = None if options is None else options.encode()
    _called("mount", *texts, ctypes.c_ulong(flags), extra)


def drop_capabilities() -> None:
    """Keep none, nor any that a program could bring.

    Raises:
        OSError: some are kept.
    """
    with suppress(OSError):  # who has none may not, and needs not
        for capability in range(64):
            prctl(PR_CAPBSET_DROP, capability)
    with suppress(OSError):
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    _called("capset", header, bytes(24))


def write(path: str, data: bytes) -> None:
    """Write a file of the kernel's, which must be there.

    Raises:
        OSError: not allowed here.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def read(path: str) -> bytes:
    """Read a file of the kernel's.

    Raises:
        OSError: not there, or not allowed.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = b""
        while more := os.read(descriptor, 1 << 16):
            data += more
        return data
    finally:
        os.close(descriptor)


def machine() -> str:
    """Name of the processor's instruction set, as the kernel says it."""
    return os.uname().machine


def _called(name: str, *args: object) -> int:
    if _LIBC is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    result = int(getattr(_LIBC, name)(*args))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
