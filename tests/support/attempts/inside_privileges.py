"""Attempts at more rights, as a candidate makes them: namespaces, users, limits, the kernel."""

import ctypes
import os
import resource
import socket
import subprocess
from pathlib import Path

_KERNEL = ctypes.CDLL(None, use_errno=True)
_USERS, _MOUNTS, _NETWORKS = 0x10000000, 0x00020000, 0x40000000
_BPF, _PERF, _FAULTS = 321, 298, 323
_ADD_KEY, _REQUEST_KEY, _KEYCTL = 248, 249, 250


def _ok(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def unshare_users(v: dict[str, str]) -> str:
    """Be root in a world of its own."""
    del v
    _ok(_KERNEL.unshare(_USERS))
    return "done"


def unshare_mounts(v: dict[str, str]) -> str:
    """Its own view of the files."""
    del v
    _ok(_KERNEL.unshare(_MOUNTS))
    return "done"


def clone_users(v: dict[str, str]) -> str:
    """The same, with a new process."""
    del v
    pid = _ok(_KERNEL.syscall(56, _USERS | 17, 0, 0, 0, 0))
    if pid == 0:
        os._exit(0)
    return f"done {os.waitpid(pid, 0)[1]}"


def clone3_users(v: dict[str, str]) -> str:
    """The same, with the newer call, whose arguments a filter does not see."""
    del v
    arguments = (ctypes.c_uint64 * 11)(_USERS, 0, 0, 0, 17)
    pid = _ok(_KERNEL.syscall(435, arguments, ctypes.sizeof(arguments)))
    if pid == 0:
        os._exit(0)
    return f"done {os.waitpid(pid, 0)[1]}"


def mount_memory(v: dict[str, str]) -> str:
    """A file system over its own folder."""
    del v
    home = os.environ["HOME"].encode()
    _ok(_KERNEL.mount(b"none", home, b"tmpfs", 0, None))
    _ok(_KERNEL.umount2(home, 2))
    return "done"


def mount_again(v: dict[str, str]) -> str:
    """The whole tree once more, in a place it may read."""
    place = Path(os.environ["HOME"], "tree")
    place.mkdir()
    _ok(_KERNEL.mount(b"/", os.fsencode(place), None, 4096, None))
    try:
        return Path(f"{place}{v['key']}").read_text(encoding="utf-8")
    finally:
        _KERNEL.umount2(os.fsencode(place), 2)


def open_tree(v: dict[str, str]) -> str:
    """A mount without a place."""
    del v
    _ok(_KERNEL.syscall(428, -100, b"/", 1))
    return "done"


def change_root(v: dict[str, str]) -> str:
    """Another root folder."""
    del v
    os.chroot(os.environ["HOME"])
    return "done"


def become_root(v: dict[str, str]) -> str:
    """A program that is root for whoever starts it."""
    del v
    if os.getuid() == 0:
        os.setuid(65534)
    done = subprocess.run(["/usr/bin/passwd", "-S"], capture_output=True, check=False, timeout=3)
    # Without the rights of root it cannot read when a password was changed.
    if done.returncode != 0 or b"-1 -1" in done.stdout:
        raise PermissionError
    return "done"


def become_other(v: dict[str, str]) -> str:
    """Another user, who may have other files."""
    del v
    other = 65534 if os.getuid() == 0 else 0
    os.setresuid(other, other, other)
    return "done"


def hold_capability(v: dict[str, str]) -> str:
    """A right beyond those of a user."""
    del v
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    _ok(_KERNEL.capget(header, held))
    if not held[0] | held[3]:
        raise PermissionError
    return "done"


def raise_limit(v: dict[str, str]) -> str:
    """A limit that was set for it."""
    del v
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_NOFILE, (65, 65))
    return "done"


def raise_priority(v: dict[str, str]) -> str:
    """More of the processor than others."""
    del v
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    return "done"


def rename_host(v: dict[str, str]) -> str:
    """The machine's name; the same again."""
    del v
    socket.sethostname(socket.gethostname())
    return "done"


def read_kernel_log(v: dict[str, str]) -> str:
    """What the kernel said."""
    del v
    buffer = ctypes.create_string_buffer(64)
    _ok(_KERNEL.klogctl(3, buffer, 64))
    return "done"


def load_filter(v: dict[str, str]) -> str:
    """A program in the kernel."""
    del v
    attributes = (ctypes.c_uint32 * 32)(1, 4, 4, 1)
    _ok(_KERNEL.syscall(_BPF, 0, attributes, 72))
    return "done"


def count_events(v: dict[str, str]) -> str:
    """The counters of the processor, of every process."""
    del v
    attributes = (ctypes.c_uint32 * 32)(1, 128)
    _ok(_KERNEL.syscall(_PERF, attributes, -1, 0, -1, 0))
    return "done"


def handle_faults(v: dict[str, str]) -> str:
    """Stop the kernel in the middle of a call."""
    del v
    _ok(_KERNEL.syscall(_FAULTS, 0))
    return "done"


def read_keyring(v: dict[str, str]) -> str:
    """A key that a user left with the kernel."""
    found = _ok(_KERNEL.syscall(_KEYCTL, 10, -4, b"user", v["kernel_key"].encode(), 0))
    buffer = ctypes.create_string_buffer(64)
    _ok(_KERNEL.syscall(_KEYCTL, 11, found, buffer, 64))
    return buffer.value.decode()


def add_to_keyring(v: dict[str, str]) -> str:
    """One of its own, which others find."""
    name = f"planted-{v['mark']}".encode()
    key = _ok(_KERNEL.syscall(_ADD_KEY, b"user", name, b"x", 1, -4))
    _KERNEL.syscall(_KEYCTL, 9, key, -4)
    return "done"
