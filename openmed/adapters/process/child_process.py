"""Starts other programs so that they can neither read our secrets nor outlive us.

Every child gets a short list of harmless variables, an empty folder as its home, and the launcher
as its parent: that isolates it (`isolation.py`), watches it, and ends all that descends from it
when the block ends, however it ends: also on Ctrl-C, which the terminal does not send to another
session. If this process is killed, the launcher sees the end of a socket and does the same. POSIX
only.
"""

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, NamedTuple, TypeAlias

from openmed.adapters.disk import atomic
from openmed.adapters.process.isolation import LAUNCHER, Isolation, Rooms
from openmed.adapters.process.jail import Jail, Layer, Mechanisms, Order, read_packed
from openmed.adapters.process.printable_log import PrintableLog, printable_log
from openmed.errors import ExternalError, MachineError
from openmed.ports.execution import Progress

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
"""Variables a child may see; everything else is left out, whatever its name."""

FIXED: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUTF8": "1",
}
"""Variables every child gets: one thread, the same text encoding everywhere."""

_POLL_SECONDS = 0.2
_NAP_SECONDS = 0.005
_START_SECONDS = 60.0
_END_SECONDS = 30.0
_SHOWN_CHARACTERS = 300
_LIMITS: Final[Mapping[str, str]] = {
    "memory": "used more memory than the {0.most_memory} bytes it may use",
    "disk": "wrote more than the {0.most_disk} bytes it may write",
    "tasks": "started more than the {0.most_tasks} processes and threads it may start",
}

Stream: TypeAlias = "int | IO[bytes]"


class Confinement(NamedTuple):
    """How a candidate's program is run.

    Attributes:
        isolation: how candidates are isolated here.
        rooms: what it may read and write besides its home.
        is_required: whether it is not started where its code cannot be isolated.
    """

    isolation: Isolation
    rooms: Rooms
    is_required: bool = False

    def jail(self, home: Path) -> Jail:
        """The jail of one run, in this home."""
        return self.isolation.jail(home, self.rooms, is_required=self.is_required)


class Child(subprocess.Popen[bytes]):
    """The launcher, and through it a program.

    Attributes:
        mechanisms: what each layer in force is made of; empty for a program we trust.
        depth: how many processes there are between the launcher and the program.
        jail: what it may do; None = anything.
    """

    mechanisms: Mechanisms
    depth: int
    jail: Jail | None
    control: socket.socket

    def end(self) -> None:
        """End the program and everything that descends from it, and reap."""
        with suppress(OSError):
            self.control.shutdown(socket.SHUT_WR)
        if not has_ended(self, within=_END_SECONDS):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self.wait()


def clean_environment(environ: Mapping[str, str], *, home: Path) -> dict[str, str]:
    """Environment of a child: the allowlist, our fixed values and an empty home."""
    passed = {name: environ[name] for name in PASSED_ON if name in environ}
    return {**passed, **FIXED, "HOME": str(home), "TMPDIR": str(home)}


@contextmanager
def child(  # noqa: PLR0913 - as for Popen
    args: Sequence[str],
    *,
    homes: Path,
    cwd: Path | None,
    stdin: Stream,
    stdout: Stream,
    stderr: Stream,
    confinement: Confinement | None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Child]:
    """Run a program that ends with the block, and all that descends from it.

    Args:
        args: program and arguments.
        homes: folder in which its home is made, and removed afterwards.
        cwd: its working folder; None = its empty home.
        stdin: as for `Popen`.
        stdout: as for `Popen`.
        stderr: as for `Popen`.
        confinement: what it may do; None = a program we trust.
        environment: of a program we trust; None = the clean one.

    Raises:
        ExternalError: it could not be started, or not isolated.
    """
    with atomic.scratch_folder(homes) as home:
        place = home.resolve()
        jail = None if confinement is None else confinement.jail(place)
        order = Order(command=tuple(args), folder=str(cwd or place), jail=jail)
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                streams = (stdin, stdout, stderr)
                process = _launched(theirs, place, streams, environment, label(args))
            process.control = ours
            try:
                _send(process, order, label(args))
                yield process
            finally:
                process.end()
                for pipe in (process.stdin, process.stdout, process.stderr):
                    if pipe is not None:
                        pipe.close()


def _launched(
    theirs: socket.socket,
    home: Path,
    streams: tuple[Stream, Stream, Stream],
    environment: Mapping[str, str] | None,
    name: str,
) -> Child:
    try:
        return Child(
            (*LAUNCHER, str(theirs.fileno())),
            cwd=home,
            env=clean_environment(os.environ, home=home)
            if environment is None
            else dict(environment),
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            bufsize=0,
            start_new_session=True,
            pass_fds=(theirs.fileno(),),
        )
    except OSError as error:
        msg = f"{name} could not be started: {error.strerror}"
        raise MachineError(msg) from None


def _send(process: Child, order: Order, name: str) -> None:
    """Order the program and hear what is in force."""
    process.mechanisms, process.depth, process.jail = {}, 0, order.jail
    process.control.settimeout(_START_SECONDS)
    try:
        process.control.sendall(order.packed())
        answer = read_packed(process.control.recv)
    except OSError:
        answer = {}
    if not answer:
        msg = f"{name} could not be started: the launcher ended"
        raise MachineError(msg, retryable=True)
    if "missing" in answer:
        msg = f"{name} could not be started: {answer['missing']}"
        raise MachineError(msg)
    if "layers" not in answer:
        msg = f"{name} could not be isolated: {answer.get('fault', 'no reason')}"
        raise MachineError(msg, next_step="run it on Linux with Landlock and seccomp")
    process.mechanisms = {Layer(layer): text for layer, text in answer["layers"].items()}
    process.depth = int(answer["depth"])


def why_ended(process: Child) -> str:
    """Sentence about the limit that a program which has ended passed; empty when it passed none.

    May be asked once.
    """
    with suppress(OSError):
        process.control.settimeout(_NAP_SECONDS)
        passed = read_packed(process.control.recv).get("ended", "")
        return _LIMITS.get(passed, "").format(process.jail)
    return ""


def has_ended(process: subprocess.Popen[bytes], *, within: float) -> bool:
    """Wait for a child's end and leave it unreaped, so that its group can still be named."""
    deadline = time.monotonic() + within
    while not _is_over(process):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_NAP_SECONDS)
    return True


def ending(code: int) -> str:
    """Say how a process ended, e.g. `was killed by SIGKILL`."""
    if code >= 0:
        return f"exited with {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def label(args: Sequence[str]) -> str:
    """Name a command for a person: its script, else its program."""
    scripts = [arg for arg in args[1:] if not arg.startswith("-")]
    return Path((scripts or args)[0]).name


def run_logged(  # noqa: PLR0913 - every place is an argument; none has a default
    args: Sequence[str],
    *,
    homes: Path,
    cwd: Path,
    log: Path,
    timeout: float,
    confinement: Confinement | None,
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a program to its end.

    Args:
        args: program and arguments.
        homes: folder in which its home is made, and removed afterwards.
        cwd: its working folder.
        log: gets what it says on both streams; emptied first.
        timeout: seconds it may take.
        confinement: what it may do; None = a program we trust.
        progress: is also told each line of its stderr.
        environment: of a program we trust; None = the clean one.

    Returns:
        Its exit code.

    Raises:
        ExternalError: it could not be started or isolated, was killed by a signal, passed a limit
            or took too long.
    """
    deadline = time.monotonic() + timeout
    with (
        printable_log(log) as words,
        child(
            args,
            homes=homes,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=words.fileno(),
            stderr=subprocess.PIPE,
            confinement=confinement,
            environment=environment,
        ) as process,
    ):
        _tee(process, words, progress, deadline=deadline)
        if not has_ended(process, within=deadline - time.monotonic()):
            msg = f"{label(args)} did not finish within {timeout:g} s; log: {log}"
            raise ExternalError(msg, next_step=f"read {log}", retryable=True)
        why = why_ended(process)
    code = process.wait()
    if code < 0:
        msg = f"{label(args)} {why or ending(code)}; log: {log}"
        raise ExternalError(msg, next_step=f"read {log}", retryable=True)
    return code


def _tee(
    process: subprocess.Popen[bytes],
    words: PrintableLog,
    progress: Progress | None,
    *,
    deadline: float,
) -> None:
    """Copy stderr to the log, line by line to `progress`, until it ends or time is up."""
    if process.stderr is None:
        return
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(min(left, _POLL_SECONDS)):
                data = os.read(process.stderr.fileno(), 1 << 16)
                if not data:
                    break
                words.write(data)
                *lines, rest = (rest + data).split(b"\n")
                _tell(progress, lines)
            elif _is_over(process):
                break  # it is gone; something it started still holds the pipe
    _tell(progress, [rest])


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    if process.returncode is None and hasattr(os, "waitid"):
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, process.pid, how) is not None
    return process.poll() is not None  # macOS before Python 3.13 can only reap


def _tell(progress: Progress | None, lines: Sequence[bytes]) -> None:
    if progress is None:
        return
    for line in lines:
        text = line.decode("utf-8", "replace")[:_SHOWN_CHARACTERS]
        # A child's escape sequences must not reach the terminal.
        shown = "".join(character for character in text if character.isprintable()).strip()
        if shown:
            progress(shown)
