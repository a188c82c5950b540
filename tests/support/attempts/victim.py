"""The rest of a machine, on which a candidate has no business: files, servers, processes.

What it holds is a secret that no text of an attempt contains (`half` of it is given, to find it
by). Every attempt has a folder of its own here, so that what came of one is told from another.
"""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_CALLS = ctypes.CDLL(None, use_errno=True)
NAME = "@NAME@"
"""Stands for the attempt's name in what an attempt is told."""
_FOREIGN = """
import ctypes, os, signal, sys, time
signal.signal(signal.SIGUSR2, lambda *_: None)
held = open(sys.argv[1])
secret = ctypes.create_string_buffer(open(sys.argv[1]).read().encode(), 64)
writable = ctypes.create_string_buffer(256)
print(ctypes.addressof(secret), ctypes.addressof(writable), held.fileno(), flush=True)
while True:
    time.sleep(0.05)
"""


class Victim:
    """What attempts are aimed at, and what came of them."""

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        """Lay out the files; `machine` starts the rest."""
        self.root = root
        self.secret = f"SECRET-{secrets.token_hex(12)}"
        self.half = self.secret[:15]
        self.mark = f"mark{secrets.token_hex(4)}"
        self.heard: list[str] = []
        self.signals = 0
        self.facts: dict[str, str] = {}
        self._buffer = ctypes.create_string_buffer(self.secret.encode(), 64)
        for name in names:
            for folder in ("gates", "config", "runs", "packages"):
                (root / name / folder).mkdir(parents=True)
            self.pointer(name).write_text(self.half)
            self.pointer(name).chmod(0o644)
        for path in ("key.pem", "config", "gold.json", ".bash_history", "weights.txt", "code.py"):
            (root / path).write_text(self.secret)
        (root / "outside_code.py").write_text(f"VALUE = {self.secret!r}\n")
        # A module of its own that pins nothing to it.
        for name in names:
            (root / name / "prediction").write_text(self.secret)
            (root / name / "runs" / "verdict.json").write_text(self.half)

    def pointer(self, name: str) -> Path:
        """The commit point that an attempt is aimed at."""
        return self.root / name / "gates" / "pointer.json"

    def told(self, *, staged: Path, memory: int, disk: int) -> dict[str, str]:
        """What every attempt is told; `NAME` in a value stands for the attempt's name."""
        root = self.root
        own = f"{root}/{NAME}"
        return {
            "half": self.half,
            "mark": f"{self.mark}-{NAME}",
            "key": f"{root}/key.pem",
            "git": f"{root}/config",
            "gold": f"{root}/gold.json",
            "history": f"{root}/.bash_history",
            "other_tree": f"{root}/weights.txt",
            "prediction": f"{own}/prediction",
            "gates": f"{own}/gates",
            "pointer": f"{own}/gates/pointer.json",
            "config": f"{own}/config",
            "other_run": f"{own}/runs/verdict.json",
            "packages": str(Path(os.__file__).parent),
            "code_outside": str(root),
            "module_outside": "outside_code",
            "staged": str(staged),
            "engine": str(os.getpid()),
            "engine_address": str(ctypes.addressof(self._buffer)),
            "memory": str(memory),
            "disk": str(disk),
            **self.facts,
        }

    def _hear(self, one: socket.socket) -> None:
        """Take what comes, as long as it lives."""
        while True:
            try:
                if one.type == socket.SOCK_DGRAM:
                    self.heard.append(one.recv(4096).decode("utf-8", "replace"))
                    continue
                peer, _ = one.accept()
                peer.settimeout(3)
                with peer, suppress(OSError):
                    self.heard.append(peer.recv(4096).decode("utf-8", "replace"))
            except OSError:
                return

    @contextmanager
    def _server(
        self, family: int, kind: int, address: tuple[str, int] | str
    ) -> Iterator[socket.socket]:
        with socket.socket(family, kind) as one:
            one.bind(address)
            if kind == socket.SOCK_STREAM:
                one.listen()
            threading.Thread(target=self._hear, args=(one,), daemon=True).start()
            yield one

    @contextmanager
    def servers(self) -> Iterator[None]:
        """One of each family, on this machine only."""
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        inet, unix = socket.AF_INET, socket.AF_UNIX
        path, abstract = str(self.root / "socket"), f"openmed-{secrets.token_hex(6)}"
        with (
            self._server(inet, stream, ("127.0.0.1", 0)) as tcp,
            self._server(socket.AF_INET6, stream, ("::1", 0)) as tcp6,
            self._server(inet, datagram, ("127.0.0.1", 0)) as udp,
            self._server(unix, stream, path),
            self._server(unix, stream, f"\0{abstract}"),
            self._server(unix, datagram, f"\0{abstract}-d"),
        ):
            Path(path).chmod(0o777)
            self.facts |= {
                "tcp": str(tcp.getsockname()[1]),
                "tcp6": str(tcp6.getsockname()[1]),
                "udp": str(udp.getsockname()[1]),
                "unix": path,
                "abstract": abstract,
                "abstract_datagram": f"{abstract}-d",
            }
            yield

    @contextmanager
    def process(self) -> Iterator[None]:
        """A process of the same user that holds the secret in every way a process can."""
        key = self.root / "key.pem"
        with subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _FOREIGN, str(key), self.secret],
            env={"OPENMED_SIGNING_KEY": self.secret},
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            address, writable, descriptor = process.stdout.readline().decode().split()
            self.facts |= {
                "foreign": str(process.pid),
                "address": address,
                "writable_address": writable,
                "descriptor": descriptor,
            }
            try:
                yield
            finally:
                process.kill()

    @contextmanager
    def terminal(self) -> Iterator[None]:
        """A terminal of a person."""
        master, slave = os.openpty()
        self.facts["terminal"] = os.ttyname(slave)
        os.set_blocking(master, False)
        self._master = master
        try:
            yield
        finally:
            os.close(master)
            os.close(slave)

    def shown(self) -> str:
        """What appeared on the terminal."""
        with suppress(OSError):
            self.heard.append(os.read(self._master, 65536).decode("utf-8", "replace"))
        return "".join(self.heard)

    @contextmanager
    def signalled(self) -> Iterator[None]:
        """Count signals to this process, which is the engine."""

        def count(number: int, frame: FrameType | None) -> None:
            del number, frame
            self.signals += 1

        before = signal.signal(signal.SIGUSR1, count)
        try:
            yield
        finally:
            signal.signal(signal.SIGUSR1, before)

    @contextmanager
    def kernel_things(self) -> Iterator[None]:
        """Shared memory, queues and a key that the kernel keeps by number or name."""
        number = secrets.randbelow(1 << 30) + 1
        name = f"openmed-{secrets.token_hex(6)}"
        segment = _CALLS.shmget(number, 64, 0o1600)
        _CALLS.shmat.restype = ctypes.c_void_p
        place = _CALLS.shmat(segment, None, 0)
        ctypes.memmove(place, self.secret.encode(), len(self.secret))
        self._queue = _CALLS.msgget(number, 0o1600)
        self._named = _CALLS.syscall(
            240, name.encode(), os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600, None
        )
        secret = self.secret.encode()
        key = _CALLS.syscall(248, b"user", name.encode(), secret, len(secret), -4)
        _CALLS.syscall(250, 5, key, 0x3F3F0000)
        self.facts |= {
            "segment": str(number),
            "queue": str(number),
            "named_queue": name,
            "kernel_key": name,
        }
        try:
            yield
        finally:
            _CALLS.shmdt(ctypes.c_void_p(place))
            _CALLS.shmctl(segment, 0, None)
            _CALLS.msgctl(self._queue, 0, None)
            os.close(self._named)
            _CALLS.syscall(241, name.encode())
            _CALLS.syscall(250, 9, key, -4)

    def queued(self) -> str:
        """What came by the queues."""
        buffer = ctypes.create_string_buffer(8200)
        if _CALLS.msgrcv(self._queue, buffer, 8192, 0, 0o4000) > 0:
            self.heard.append(buffer.raw[8:].rstrip(b"\0").decode("utf-8", "replace"))
        named = ctypes.create_string_buffer(8192)
        size = _CALLS.syscall(243, self._named, named, 8192, None, None)
        if size > 0:
            self.heard.append(named.raw[:size].decode("utf-8", "replace"))
        return "".join(self.heard)


@contextmanager
def machine(root: Path, names: Sequence[str]) -> Iterator[Victim]:
    """A whole machine for the time of the block."""
    victim = Victim(root, names)
    with (
        victim.servers(),
        victim.process(),
        victim.terminal(),
        victim.signalled(),
        victim.kernel_things(),
    ):
        yield victim


def survivors(mark: str, *, within: float = 0.5) -> list[int]:
    """Processes whose arguments hold a mark, after a moment."""
    time.sleep(within)
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if mark.encode() in place.read_bytes():
                found.append(int(place.parent.name))
    return found
