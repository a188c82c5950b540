"""Attempts at what all processes share, and at outliving the run, as a candidate makes them."""

import ctypes
import mmap
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

_OWN = ctypes.CDLL(None, use_errno=True)
_BLOCK = 1 << 20
_SURVIVOR = "import sys, time\nwhile True: time.sleep(0.05)"
_SHARED_FOLDER = 512 * _BLOCK
_FILES = 1 << 17
"""What a jail gives of `/dev/shm`, and how many files a home may have."""
_PATIENCE = 1.5
"""Seconds in which what watches has seen it."""


def _stay(v: dict[str, str]) -> None:
    """Become a program whose arguments say who it is."""
    with suppress(OSError):
        os.closerange(0, 64)
    nowhere = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    program = [sys.executable, "-S", "-E", "-c", _SURVIVOR, v["mark"]]
    os.execv(sys.executable, program)  # noqa: S606 - the point of it


def stay_in_background(v: dict[str, str]) -> str:
    """A child that nobody waits for, in a group of its own."""
    if os.fork() == 0:
        os.setpgid(0, 0)
        _stay(v)
    time.sleep(0.3)
    return "done"


def stay_as_daemon(v: dict[str, str]) -> str:
    """Twice forked, in a session of its own, with no terminal and another folder."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            _stay(v)
        os._exit(0)
    time.sleep(0.3)
    return "done"


def stay_deaf(v: dict[str, str]) -> str:
    """Without an ear for what asks it to end."""
    if os.fork() == 0:
        os.setsid()
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            with suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)
        _stay(v)
    time.sleep(0.3)
    return "done"


def stay_stopped(v: dict[str, str]) -> str:
    """Stopped, until somebody lets it go on."""
    program = [sys.executable, "-S", "-E", "-c", _SURVIVOR, v["mark"]]
    process = subprocess.Popen(program, start_new_session=True)
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGSTOP)
    return "done"


def stay_with_the_parent(v: dict[str, str]) -> str:
    """A child of its own parent."""
    if _OWN.syscall(56, 0x00008000 | 17, 0, 0, 0, 0) == 0:
        os.setsid()
        _stay(v)
    time.sleep(0.3)
    return "done"


def stay_with_a_reaper(v: dict[str, str]) -> str:
    """Beneath a process that takes up its orphans, and is gone too."""
    if os.fork() == 0:
        _OWN.prctl(36, 1, 0, 0, 0)
        os.setsid()
        if os.fork() == 0:
            if os.fork() == 0:
                os.setsid()
                _stay(v)
            os._exit(0)
        time.sleep(0.1)
        os._exit(0)
    time.sleep(0.4)
    return "done"


def stay_by_forking(v: dict[str, str]) -> str:
    """Always one fork ahead of what ends it, for three seconds; then it stays."""
    if os.fork() == 0:
        os.setsid()
        until = time.monotonic() + 3
        while time.monotonic() < until:
            if os.fork():
                os._exit(0)
            os.setsid()
        _stay(v)
    time.sleep(0.1)
    return "done"


def stay_after_the_crash(v: dict[str, str]) -> str:
    """It dies, and what it started does not."""
    if os.fork() == 0:
        os.setsid()
        _stay(v)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def exhaust_memory(v: dict[str, str]) -> str:
    """Its own."""
    kept = [b"x" * _BLOCK for _ in range(int(v["memory"]) // _BLOCK)]
    time.sleep(_PATIENCE)
    return f"done{'' if kept else '!'}"


def exhaust_by_children(v: dict[str, str]) -> str:
    """That of four, each below the limit."""
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            kept = bytearray(os.urandom(1024) * (int(v["memory"]) // 4096))
            time.sleep(_PATIENCE)
            os._exit(0 if kept else 1)
        children.append(child)
    codes = [os.waitpid(child, 0)[1] for child in children]
    if any(codes):
        raise MemoryError
    return "done"


def exhaust_by_sharing(v: dict[str, str]) -> str:
    """Memory that has no name and is not its own."""
    area = mmap.mmap(-1, int(v["memory"]), mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    for place in range(0, len(area), 4096):
        area[place] = 1
    time.sleep(_PATIENCE)
    return "done"


def exhaust_unmapped(v: dict[str, str]) -> str:
    """A file in memory that it never looks at, so that it counts as nobody's."""
    file = os.memfd_create("unmapped")
    for _ in range(int(v["memory"]) // _BLOCK):
        os.write(file, b"x" * _BLOCK)
    time.sleep(_PATIENCE)
    return "done"


def exhaust_unmapped_pieces(v: dict[str, str]) -> str:
    """The same in many files, each small."""
    files = []
    for number in range(int(v["memory"]) // (8 * _BLOCK)):
        files.append(os.memfd_create(f"piece-{number}"))
        for _ in range(8):
            os.write(files[-1], b"x" * _BLOCK)
    time.sleep(_PATIENCE)
    return "done"


def exhaust_shared_folder(v: dict[str, str]) -> str:
    """Memory that has a name: more than it is given (docs/reference/isolation.md)."""
    for number in range(_SHARED_FOLDER // (8 * _BLOCK) + 8):
        with Path("/dev/shm", f"{v['mark']}-{number}").open("wb") as file:
            file.writelines(b"x" * _BLOCK for _ in range(8))
    time.sleep(_PATIENCE)
    return "done"


def fill_home(v: dict[str, str]) -> str:
    """One file."""
    with Path(os.environ["HOME"], "large").open("wb") as file:
        for _ in range(int(v["disk"]) // _BLOCK):
            file.write(b"x" * _BLOCK)
            file.flush()
    time.sleep(_PATIENCE)
    return "done"


def fill_home_in_pieces(v: dict[str, str]) -> str:
    """Many files, in folders."""
    for number in range(int(v["disk"]) // _BLOCK):
        place = Path(os.environ["HOME"], f"folder-{number % 7}")
        place.mkdir(exist_ok=True)
        (place / f"piece-{number}").write_bytes(b"x" * _BLOCK)
    time.sleep(_PATIENCE)
    return "done"


def fill_unlinked(v: dict[str, str]) -> str:
    """Files without a name, that nobody finds."""
    files = []
    for number in range(int(v["disk"]) // (4 * _BLOCK)):
        path = Path(os.environ["HOME"], f"gone-{number}")
        files.append(path.open("wb"))
        path.unlink()
        for _ in range(4):
            files[-1].write(b"x" * _BLOCK)
        files[-1].flush()
    time.sleep(_PATIENCE)
    return f"done {len(files)}"


def fill_by_reserving(v: dict[str, str]) -> str:
    """Room that is taken and not written."""
    number = 0
    while number * 4 * _BLOCK < int(v["disk"]):
        descriptor = os.open(Path(os.environ["HOME"], f"room-{number}"), os.O_RDWR | os.O_CREAT)
        os.posix_fallocate(descriptor, 0, 4 * _BLOCK)
        number += 1
    time.sleep(_PATIENCE)
    return "done"


def fill_with_names(v: dict[str, str]) -> str:
    """Files without bytes, as many as a disk has names for."""
    del v
    for number in range(_FILES + 1_000):
        os.close(os.open(Path(os.environ["HOME"], f"{number:0200d}"), os.O_CREAT | os.O_WRONLY))
    time.sleep(_PATIENCE)
    return "done"


def lock_home(v: dict[str, str]) -> str:
    """Folders that cannot be looked into, names that are no text, for whoever cleans up."""
    deep = Path(os.environ["HOME"], v["mark"])
    (deep / "a" / "b").mkdir(parents=True)
    os.close(os.open(os.fsencode(deep / "a") + b"/\xff\xfe\n", os.O_CREAT | os.O_WRONLY))
    (deep / "a" / "loop").symlink_to(deep)
    for folder in (deep / "a" / "b", deep / "a", deep):
        folder.chmod(0)
    return "done"


def flood_stdout(v: dict[str, str]) -> str:
    """More words than anybody reads."""
    del v
    for _ in range(64):
        os.write(1, b"x" * _BLOCK)
    return "done"


def flood_stderr(v: dict[str, str]) -> str:
    """The same on the other stream."""
    del v
    for _ in range(64):
        os.write(2, b"x" * _BLOCK)
    return "done"


def flood_threads(v: dict[str, str]) -> str:
    """Threads that hold on."""
    del v
    for _ in range(50):
        threading.Thread(target=time.sleep, args=(600,), daemon=False).start()
    return "done"


def never_answer(v: dict[str, str]) -> str:
    """Longer than it has."""
    del v
    time.sleep(600)
    return "done"


def never_end_the_answer(v: dict[str, str]) -> str:
    """An answer without an end, wherever an answer goes."""
    del v
    until = time.monotonic() + 600
    while time.monotonic() < until:
        for number in range(1, 40):
            with suppress(OSError):
                os.set_blocking(number, False)
                os.write(number, b"x" * 65536)
    return "done"
