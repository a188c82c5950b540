"""The jail: each thing that is closed, with its layer and without it, in every runner.

Attempts of an attacker who has not seen the jail are elsewhere; these hold what each layer is for.
An attempt that fails for another reason than its layer would prove nothing, so each must succeed
once its layers are off.
"""

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from support.jails import JailedRun, Kind, run_in_jail
from support.processes import eventually

from openmed.adapters.process.child_process import Confinement, run_logged
from openmed.adapters.process.isolation import Isolation, Kernel, Rooms, probe
from openmed.adapters.process.jail import REQUIRED, Jail, Layer
from openmed.errors import ExternalError

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


@pytest.mark.parametrize("namespaces", [True, False], ids=["namespaces", "without"])
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


def run(code: str, folder: Path, **how: object) -> JailedRun:
    """One run of a body of `attack()`."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    text = f"import os, sys, time\ndef attack():\n{body}\n"
    return run_in_jail(text, folder=folder, **how)  # type: ignore[arg-type]


STAY = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        code = "import time; time.sleep(60)"
        os.execv(sys.executable, [sys.executable, "-S", "-c", code, "{token}"])
    os._exit(0)
os.wait()
time.sleep(0.3)
return "done"
"""


@pytest.mark.parametrize("namespaces", [True, False], ids=["namespaces", "without"])
def test_nothing_outlives_the_run(tmp_path: Path, namespaces: bool) -> None:  # noqa: FBT001 - as above
    """Neither by a session of its own nor by two forks."""
    token = f"stays-{os.getpid()}-{namespaces}"
    code = STAY.format(token=token)
    assert run(code, tmp_path / "a", runner="recipe", namespaces=namespaces).answer == "done"
    assert _with(token) == []


def test_without_the_layer_it_stays(tmp_path: Path) -> None:
    """It is then for the test to end it."""
    token = f"stays-{os.getpid()}-open"
    without = frozenset({Layer.LIFETIME})
    answer = run(STAY.format(token=token), tmp_path / "a", runner="recipe", without=without).answer
    assert answer == "done"
    found = _with(token)
    for process in found:
        os.kill(process, 9)
    assert len(found) == 1
    assert eventually(lambda: _with(token) == [], within=5)


def _with(token: str) -> list[int]:
    """Processes that have a word on their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if token.encode() in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


HOARD = """
import mmap
kept = []
for _ in range({blocks}):
    kept.append({block})
    time.sleep(0.01)
time.sleep(0.2)
return "done"
"""
BLOCKS = {
    "its own": "bytearray(16 << 20)",
    "of children": "os.fork() or [bytearray(16 << 20), time.sleep(5)]",
}
DISK = {
    "many files": "open(os.environ['HOME'] + '/%d' % len(kept), 'wb').write(bytes(8 << 20))",
    "without a name": "(lambda f: (f.write(bytes(8 << 20)), f.flush(), os.unlink(f.name), f))("
    "open(os.environ['HOME'] + '/x', 'wb'))",
    "in a closed folder": "(os.path.isdir(os.environ['HOME'] + '/c') or "
    "os.mkdir(os.environ['HOME'] + '/c', 0o300), "
    "open(os.environ['HOME'] + '/c/%d' % len(kept), 'wb').write(bytes(8 << 20)))",
}


@pytest.mark.parametrize("block", sorted(BLOCKS))
def test_memory_has_a_limit(block: str, tmp_path: Path) -> None:
    """Of all its processes together; the sentence names it."""
    code = HOARD.format(block=BLOCKS[block], blocks=12)
    found = run(code, tmp_path / "a", runner="recipe", memory=96 * MIB)
    assert "used more memory than the 100663296 bytes it may use" in found.fault
    without = frozenset({Layer.MEMORY})
    found = run(code, tmp_path / "b", runner="recipe", memory=96 * MIB, without=without)
    assert found.answer == "done"


@pytest.mark.parametrize("namespaces", [True, False], ids=["namespaces", "without"])
@pytest.mark.parametrize("block", sorted(DISK))
def test_its_folders_have_a_size(block: str, tmp_path: Path, namespaces: bool) -> None:  # noqa: FBT001 - as above
    """Whatever the files are called, and where they have no name."""
    code = HOARD.format(block=DISK[block], blocks=12)
    found = run(code, tmp_path / "a", runner="recipe", disk=32 * MIB, namespaces=namespaces)
    if namespaces:
        assert found.answer == "raised OSError: [Errno 28] No space left on device"
    else:
        assert "wrote more than the 33554432 bytes it may write" in found.fault


def test_without_the_layer_the_disk_is_filled(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    code = HOARD.format(block=DISK["many files"], blocks=12)
    without = frozenset({Layer.DISK})
    found = run(code, tmp_path / "a", runner="recipe", disk=32 * MIB, without=without)
    assert found.answer == "done"


def test_one_file_has_a_size_too(tmp_path: Path) -> None:
    """Where namespaces bound no home: the kernel ends the write itself."""
    code = "open(os.environ['HOME'] + '/x', 'wb').truncate(1 << 30)\nreturn 'done'"
    found = run(code, tmp_path / "a", runner="recipe", disk=32 * MIB, namespaces=False)
    assert found.answer == "raised OSError: [Errno 27] File too large"


POOL = """
import multiprocessing
with multiprocessing.get_context("{how}").Pool(2) as pool:
    return str(pool.map(abs, [-1, 2]))
"""


@pytest.mark.skipif(not probe().namespaces, reason="shared memory needs namespaces")
@pytest.mark.parametrize("runner", ["callable", "recipe"])
@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_multiprocessing_works(how: str, runner: Kind, tmp_path: Path) -> None:
    """Locks and queues need a /dev/shm; it has its own."""
    assert run(POOL.format(how=how), tmp_path / "a", runner=runner).answer == "[1, 2]"


def test_what_is_in_force_is_said(tmp_path: Path) -> None:
    """Layer by layer; what is off is not named."""
    found = run("return 'done'", tmp_path / "a", without=frozenset({Layer.DISK}))
    assert found.layers.keys() == ALL - {Layer.DISK}
    assert found.layers["files"].startswith(f"landlock {probe().landlock} + seccomp")


def test_it_keeps_nothing_of_ours_open(tmp_path: Path) -> None:
    """It has its three streams, and nothing else."""
    code = "return str([n for n in range(3, 64) if os.path.lexists(f'/proc/self/fd/{n}')])"
    found = run(code, tmp_path / "a", runner="recipe").answer
    assert found == "[]"


def test_a_machine_that_cannot_isolate_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence: what is missing, and what to do."""
    lame = Kernel(landlock=0, seccomp=True, namespaces=False)
    monkeypatch.setattr("openmed.adapters.process.isolation.probe", lambda: lame)
    found = run("return 'done'", tmp_path / "a")
    assert found.answer is None
    assert found.fault == (
        "the runner callable runs code of the candidate, and this machine cannot isolate it: "
        "the kernel offers no Landlock"
    )


class Demanding(Isolation):
    """Requires a layer that is off, as where the kernel lacks what was probed."""

    def jail(self, home: Path, rooms: Rooms, *, is_required: bool) -> Jail:
        """The same, but for what is required."""
        made = super().jail(home, rooms, is_required=is_required)
        return made._replace(required=REQUIRED)


def test_the_launcher_starts_nothing_without_a_required_layer(tmp_path: Path) -> None:
    """It looks for itself, and the program is never run."""
    demanding = Demanding(without=frozenset({Layer.FILES}))
    with pytest.raises(ExternalError, match="could not be isolated: this machine has no files"):
        run_logged(
            [sys.executable, "-c", f"open({str(tmp_path / 'ran')!r}, 'w')"],
            homes=tmp_path,
            cwd=tmp_path,
            log=tmp_path / "log",
            timeout=20,
            confinement=Confinement(demanding, Rooms(), is_required=True),
        )
    assert not (tmp_path / "ran").exists()
