"""The jail: each thing that is closed, with its layer and without it, in every runner.

Attempts of an attacker who has not seen the jail are elsewhere; these hold what each layer is for.
An attempt that fails for another reason than its layer would prove nothing, so each must succeed
once its layers are off.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from support.jails import HOWEVER, Kind, run_in_jail

from openmed.adapters.process.isolation import probe
from openmed.adapters.process.jail import Layer

pytestmark = pytest.mark.skipif(not probe().isolates, reason="the kernel cannot isolate")

SECRET = "a-secret-value"  # noqa: S105 - nobody's
FILES, NETWORK, PROCESSES = Layer.FILES, Layer.NETWORK, Layer.PROCESSES
PRIVILEGES = Layer.PRIVILEGES
MIB = 1 << 20
ALL = frozenset(Layer)


class Attempt(NamedTuple):
    """Something that must not succeed.

    Attributes:
        code: what is tried; answers `done` or the secret.
        layers: what closes it.
    """

    code: str
    layers: frozenset[Layer]


def attempt(code: str, *layers: Layer) -> Attempt:
    """One attempt: the body of `attack()`; `VICTIM` and others are filled in."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    return Attempt(f"import ctypes, os, socket, sys\ndef attack():\n{body}\n", frozenset(layers))


ATTEMPTS = {
    "read a file": attempt("return open('{victim}/key').read()", FILES),
    "write a file": attempt("open('{victim}/other', 'w').write('x')\nreturn 'done'", FILES),
    "make a file": attempt("open('{victim}/new', 'x').close()\nreturn 'done'", FILES),
    "list a folder": attempt("return os.listdir('{victim}') and 'done'", FILES),
    "change a mode": attempt(
        "before = os.stat('{victim}/key').st_mode\nos.chmod('{victim}/key', before ^ 0o22)\n"
        "return 'done' if os.stat('{victim}/key').st_mode != before else 'nothing changed'",
        FILES,
    ),
    "change a time": attempt(
        "at = int.from_bytes(os.urandom(3), 'big')\nos.utime('{victim}/key', (at, at))\n"
        "return 'done' if os.stat('{victim}/key').st_mtime == at else 'nothing changed'",
        FILES,
    ),
    "shorten a file": attempt("os.truncate('{victim}/other', 1)\nreturn 'done'", FILES),
    "link a file into its home": attempt(
        "os.symlink('{victim}/key', os.environ['HOME'] + '/link')\n"
        "return open(os.environ['HOME'] + '/link').read()",
        FILES,
    ),
    "watch a folder": attempt(
        "lib = ctypes.CDLL(None, use_errno=True)\n"
        "d = lib.inotify_init1(0)\n"
        "return 'done' if d >= 0 and lib.inotify_add_watch(d, b'{victim}', 0xfff) >= 0 else 'no'",
        FILES,
    ),
    "environment of its parent": attempt(
        "return 'done' if open('/proc/{parent}/environ').read() else 'empty'",
        FILES, PROCESSES, PRIVILEGES,
    ),
    "memory of its parent": attempt(
        "return 'done' if open('/proc/{parent}/mem', 'rb') else 'no'", FILES, PROCESSES, PRIVILEGES
    ),
    "signal its parent": attempt("os.kill({parent}, 0)\nreturn 'done'", PROCESSES),
    "limits of its parent": attempt(
        "import resource\nresource.prlimit({parent}, resource.RLIMIT_NOFILE)\nreturn 'done'",
        PROCESSES, PRIVILEGES,
    ),
    "processors of its parent": attempt(
        "os.sched_setaffinity({parent}, os.sched_getaffinity({parent}))\nreturn 'done'",
        PROCESSES, PRIVILEGES,
    ),
    "shared memory of others": attempt(
        "lib = ctypes.CDLL(None, use_errno=True)\n"
        "return 'done' if lib.shmget(0, 4096, 0o1600) >= 0 else 'no'",
        PROCESSES,
    ),
    "TCP": attempt(
        "with socket.create_connection(('127.0.0.1', {port}), 5) as s: return s.recv(99).decode()",
        NETWORK, PROCESSES,
    ),
    "UDP": attempt(
        "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:\n"
        "    s.sendto(b'x', ('127.0.0.1', 9))\nreturn 'done'",
        NETWORK,
    ),
    "a socket in a folder": attempt(
        "with socket.socket(socket.AF_UNIX) as s:\n    s.connect('{victim}/socket')\n"
        "    return s.recv(99).decode()",
        NETWORK, PROCESSES, FILES,
    ),
    "an abstract socket": attempt(
        "with socket.socket(socket.AF_UNIX) as s:\n    s.connect('\\0{abstract}')\n"
        "    return s.recv(99).decode()",
        NETWORK, PROCESSES,
    ),
    "a pair turned elsewhere": attempt(
        "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
        "a.connect('{victim}/datagrams')\na.send(b'x')\nreturn 'done'",
        NETWORK, PROCESSES, FILES,
    ),
    "netlink": attempt(
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()\nreturn 'done'", NETWORK
    ),
    "a ring of calls": attempt(
        "lib = ctypes.CDLL(None, use_errno=True)\nroom = ctypes.create_string_buffer(120)\n"
        "return 'done' if lib.syscall(425, 4, room) >= 0 else 'no'",
        NETWORK,
    ),
    "a user namespace": attempt(
        "lib = ctypes.CDLL(None, use_errno=True)\n"
        "return 'done' if lib.unshare(0x10000000) == 0 else 'no'",
        PRIVILEGES,
    ),
    "kernel keyrings": attempt(
        "lib = ctypes.CDLL(None, use_errno=True)\n"
        "return 'done' if lib.syscall(250, 0, -3, 0) >= 0 else 'no'",
        PRIVILEGES,
    ),
    "memory without a name": attempt("os.close(os.memfd_create('x'))\nreturn 'done'", Layer.MEMORY),
}  # fmt: skip


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """What must stay out of reach: a key, an environment, servers of three kinds."""
    folder = tmp_path_factory.mktemp("victim")
    (folder / "key").write_text(SECRET)
    (folder / "other").write_text("words")
    abstract = f"openmed-test-{os.getpid()}"
    with (
        _served(socket.AF_INET, ("127.0.0.1", 0)) as tcp,
        _served(socket.AF_UNIX, str(folder / "socket")),
        _served(socket.AF_UNIX, f"\0{abstract}"),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(str(folder / "datagrams"))
        port = tcp.getsockname()[1]
        yield {"victim": folder, "parent": os.getpid(), "port": port, "abstract": abstract}


@contextmanager
def _served(family: int, address: tuple[str, int] | str) -> Iterator[socket.socket]:
    """A server that tells everybody the secret."""
    with socket.socket(family) as server:
        server.bind(address)
        server.listen()
        threading.Thread(target=_tell, args=(server,), daemon=True).start()
        yield server
        server.shutdown(socket.SHUT_RDWR)


def _tell(server: socket.socket) -> None:
    try:
        while True:
            with server.accept()[0] as asked:
                asked.sendall(SECRET.encode())
    except OSError:
        return


def tried(codes: dict[str, str], folder: Path, **how: object) -> dict[str, str]:
    """Try several in one run; what each answered."""
    parts = [f"{code}\nfound[{name!r}] = run(attack)\n" for name, code in codes.items()]
    code = (
        "import json\nfound = {}\n"
        "def run(one):\n"
        "    try: return str(one())\n"
        "    except BaseException as error: return type(error).__name__\n"
        + "".join(f"def _{n}():\n" + _indented(p) for n, p in enumerate(parts))
        + "def attack():\n"
        + "".join(f"    _{n}()\n" for n in range(len(parts)))
        + "    return json.dumps(found)\n"
    )
    run = run_in_jail(code, folder=folder, **how)  # type: ignore[arg-type]
    assert run.answer is not None, run.fault
    assert run.answer.startswith("{"), run.answer
    return dict(json.loads(run.answer))


def _indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.splitlines())


def is_success(answer: str) -> bool:
    """Whether an attempt did what it wanted."""
    return answer in {"done", SECRET}


@HOWEVER
@pytest.mark.parametrize("runner", ["callable", "subprocess-jsonl", "recipe"])
def test_no_attempt_succeeds(
    runner: Kind,
    namespaces: bool,  # noqa: FBT001 - a parameter of the test
    victim: dict[str, object],
    tmp_path: Path,
) -> None:
    """In each runner, also where there are no namespaces."""
    codes = {name: one.code.format(**victim) for name, one in ATTEMPTS.items()}
    found = tried(codes, tmp_path / "jail", runner=runner, namespaces=namespaces)
    assert {name for name, answer in found.items() if is_success(answer)} == set()
    assert set(found) == set(ATTEMPTS)


@pytest.mark.parametrize("layers", sorted({one.layers for one in ATTEMPTS.values()}, key=str))
def test_each_succeeds_without_its_layer(
    layers: frozenset[Layer],
    victim: dict[str, object],
    tmp_path: Path,
) -> None:
    """Or the test above would prove nothing; the other layers stay on."""
    (Path(str(victim["victim"])) / "new").unlink(missing_ok=True)
    codes = {
        name: one.code.format(**victim) for name, one in ATTEMPTS.items() if one.layers == layers
    }
    found = tried(codes, tmp_path / "jail", runner="recipe", without=layers)
    assert {name: answer for name, answer in found.items() if not is_success(answer)} == {}
