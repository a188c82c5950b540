"""Landlock: which files may be read, written and executed; signals.

What a kernel's version of it does not know is left out of the rules, and `scopes_signals` and
`knows_truncate` say so. Sockets are not for it: it knows TCP only, the filter of
calls knows all. Files that are open already are not restricted: the child gets its streams only.
"""

import ctypes
import os
import stat
from collections.abc import Iterable
from typing import Final

from openmed.adapters.process.launcher import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
_REMOVE_AND_MAKE: Final = sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
_OF_FILES: Final = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

_FIRST: Final = (1 << 13) - 1
_SINCE: Final = ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV))
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2
_SIZE_OF_THE_FIRST: Final = 8
_SCOPES_SINCE: Final = 6

READ: Final = READ_FILE | READ_DIR
RUN: Final = READ | EXECUTE
WRITE: Final = RUN | WRITE_FILE | TRUNCATE | REFER | _REMOVE_AND_MAKE
"""All but making devices: without the capability the kernel refuses these anyway."""


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi() -> int:
    """Version of Landlock here; 0 = none."""
    try:
        return kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    except OSError:
        return 0


def scopes_signals(version: int) -> bool:
    """Whether this version keeps signals inside."""
    return version >= _SCOPES_SINCE


def knows_truncate(version: int) -> bool:
    """Whether this version knows that a file is shortened by its name."""
    return version >= _SINCE[1][0]


def restrict(version: int, rules: Iterable[tuple[str, int]] | None, *, signals: bool) -> None:
    """Restrict this process for good.

    Args:
        version: of Landlock.
        rules: paths and what is allowed beneath them; None = files are not restricted.
        signals: whether to keep signals and abstract sockets inside.

    Raises:
        OSError: it is not restricted.
    """
    has_scopes = signals and scopes_signals(version)
    ruleset = _Ruleset(
        handled_access_fs=0 if rules is None else _handled(version),
        handled_access_net=0,
        scoped=_ABSTRACT_SOCKETS | _SIGNALS if has_scopes else 0,
    )
    size = ctypes.sizeof(_Ruleset) if has_scopes else _SIZE_OF_THE_FIRST
    descriptor = kernel.syscall(
        _CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    try:
        for path, access in rules or ():
            _allow(descriptor, path, access & _handled(version))
        kernel.syscall(_RESTRICT_SELF, descriptor, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def _handled(version: int) -> int:
    return _FIRST | sum(right for since, right in _SINCE if version >= since)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there cannot be read either
    try:
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rights = access if is_folder else access & _OF_FILES
        rule = _PathBeneath(allowed_access=rights, parent_fd=place)
        kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(place)
