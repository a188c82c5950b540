"""Attempts at other processes, as a candidate makes them: signals, memory, settings."""

import ctypes
import os
import resource
import signal
import struct
from pathlib import Path

_CALLS = ctypes.CDLL(None, use_errno=True)
_CALLS.shmat.restype = ctypes.c_void_p
_ATTACH, _DETACH = 16, 17
_PIDFD_GETFD = 438


def _must(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def signal_engine(v: dict[str, str]) -> str:
    """The engine itself."""
    os.kill(int(v["engine"]), signal.SIGUSR1)
    return "done"


def signal_foreign(v: dict[str, str]) -> str:
    """A process of somebody else."""
    os.kill(int(v["foreign"]), signal.SIGUSR2)
    return "done"


def signal_foreign_group(v: dict[str, str]) -> str:
    """All of a group."""
    os.killpg(int(v["foreign"]), signal.SIGUSR2)
    return "done"


def signal_by_descriptor(v: dict[str, str]) -> str:
    """By what the kernel gives for a process."""
    descriptor = os.pidfd_open(int(v["foreign"]))
    signal.pidfd_send_signal(descriptor, signal.SIGUSR2)
    return "done"


def queue_signal(v: dict[str, str]) -> str:
    """With a value, to one thread."""
    about = struct.pack("iii", signal.SIGUSR2, 0, -1).ljust(128, b"\0")
    pid = int(v["foreign"])
    _must(_CALLS.syscall(297, pid, pid, int(signal.SIGUSR2), about))
    return "done"


def trace_foreign(v: dict[str, str]) -> str:
    """As a debugger does."""
    pid = int(v["foreign"])
    _must(_CALLS.ptrace(_ATTACH, pid, None, None))
    os.waitpid(pid, 0)
    _must(_CALLS.ptrace(_DETACH, pid, None, None))
    return "done"


class _Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def read_memory(v: dict[str, str]) -> str:
    """Of a process that holds a secret."""
    buffer = ctypes.create_string_buffer(64)
    mine = _Piece(ctypes.addressof(buffer), 64)
    theirs = _Piece(int(v["address"]), 64)
    pid = int(v["foreign"])
    _must(
        _CALLS.process_vm_readv(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0),
    )
    return buffer.raw.decode("utf-8", "replace")


def write_memory(v: dict[str, str]) -> str:
    """Into a process."""
    buffer = ctypes.create_string_buffer(v["mark"].encode())
    mine = _Piece(ctypes.addressof(buffer), len(v["mark"]))
    theirs = _Piece(int(v["writable_address"]), len(v["mark"]))
    pid = int(v["foreign"])
    _must(
        _CALLS.process_vm_writev(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0),
    )
    return "done"


def read_memory_file(v: dict[str, str]) -> str:
    """The same as a file."""
    with Path(f"/proc/{v['foreign']}/mem").open("rb", buffering=0) as file:
        file.seek(int(v["address"]))
        return file.read(64).decode("utf-8", "replace")


def read_engine_memory(v: dict[str, str]) -> str:
    """Of the engine."""
    with Path(f"/proc/{v['engine']}/mem").open("rb", buffering=0) as file:
        file.seek(int(v["engine_address"]))
        return file.read(64).decode("utf-8", "replace")


def read_environment(v: dict[str, str]) -> str:
    """What a process was started with."""
    return Path(f"/proc/{v['foreign']}/environ").read_text(encoding="utf-8", errors="replace")


def read_every_environment(v: dict[str, str]) -> str:
    """Of every process there is: what was left in one of them."""
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            text = place.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if v["half"] in text and int(place.parent.name) != int(v["foreign"]):
            return text[text.index(v["half"]) :][:80]
    raise PermissionError


def read_own_environment(v: dict[str, str]) -> str:
    """Its own: now, as it was started, and what the processes above it left it."""
    places = [f"/proc/{pid}/environ" for pid in ("self", os.getppid())]
    text = " ".join(os.environ.values())
    for place in places:
        try:
            text += Path(place).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
    return text[text.index(v["half"]) :][:80]


def read_arguments(v: dict[str, str]) -> str:
    """The command line of a process."""
    return Path(f"/proc/{v['foreign']}/cmdline").read_text(encoding="utf-8", errors="replace")


def read_open_file(v: dict[str, str]) -> str:
    """A file that a process has open."""
    return Path(f"/proc/{v['foreign']}/fd/{v['descriptor']}").read_text(encoding="utf-8")


def take_descriptor(v: dict[str, str]) -> str:
    """The same, as its own."""
    process = os.pidfd_open(int(v["foreign"]))
    got = _must(_CALLS.syscall(_PIDFD_GETFD, process, int(v["descriptor"]), 0))
    return os.pread(got, 64, 0).decode()


def change_limit(v: dict[str, str]) -> str:
    """How many files a process may open."""
    pid, kind = int(v["foreign"]), resource.RLIMIT_NOFILE
    _, hard = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (77, hard))
    return "done"


def change_priority(v: dict[str, str]) -> str:
    """How much of the processor it gets."""
    os.setpriority(os.PRIO_PROCESS, int(v["foreign"]), 7)
    return "done"


def change_processors(v: dict[str, str]) -> str:
    """On which processors it runs."""
    os.sched_setaffinity(int(v["foreign"]), {0})
    return "done"


def read_system_memory(v: dict[str, str]) -> str:
    """A piece that somebody shares by a number."""
    segment = _must(_CALLS.shmget(int(v["segment"]), 64, 0))
    place = _CALLS.shmat(segment, None, 0o10000)
    if place in (None, ctypes.c_void_p(-1).value):
        raise PermissionError
    return ctypes.string_at(place, 64).decode("utf-8", "replace")


def send_to_queue(v: dict[str, str]) -> str:
    """A queue that somebody reads, by a number."""
    queue = _must(_CALLS.msgget(int(v["queue"]), 0))
    message = ctypes.create_string_buffer(struct.pack("l", 1) + v["mark"].encode())
    _must(_CALLS.msgsnd(queue, message, len(v["mark"]), 0o4000))
    return "done"


def send_to_named_queue(v: dict[str, str]) -> str:
    """The same by a name."""
    queue = _must(_CALLS.syscall(240, v["named_queue"].encode(), os.O_WRONLY, 0, None))
    _must(_CALLS.syscall(242, queue, v["mark"].encode(), len(v["mark"]), 0, None))
    return "done"
