"""Starts other programs so that they can neither read our secrets nor outlive us.

Every child gets a short list of harmless variables, an empty folder as its home, and a
process group of its own, which is killed whole when the block ends, however it ends: also on
Ctrl-C, which the terminal does not send to another session. If this process is killed, the
child sees the end of a pipe and ends itself. POSIX only.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeAlias

from openmed.adapters.disk import atomic
from openmed.adapters.process import process_watchdog
from openmed.adapters.process.printable_log import PrintableLog, printable_log
from openmed.errors import ExternalError
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

_GUARD = (sys.executable, "-I", "-S", process_watchdog.__file__)
_POLL_SECONDS = 0.2
_NAP_SECONDS = 0.005
_SHOWN_CHARACTERS = 300

Stream: TypeAlias = "int | IO[bytes]"


def clean_environment(environ: Mapping[str, str], *, home: Path) -> dict[str, str]:
    """Environment of a child: the allowlist, our fixed values and an empty home."""
    passed = {name: environ[name] for name in PASSED_ON if name in environ}
    return {**passed, **FIXED, "HOME": str(home)}


@contextmanager
def child(  # noqa: PLR0913 - as for Popen
    args: Sequence[str],
    *,
    homes: Path,
    cwd: Path | None,
    stdout: Stream,
    stderr: Stream,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program whose whole process group ends with the block.

    Args:
        args: program and arguments; its stdin is a pipe that ends when this process does.
        homes: folder in which its home is made, and removed afterwards.
        cwd: its working folder; None = its empty home.
        stdout: as for `Popen`.
        stderr: as for `Popen`.
        environment: of a program we trust; None = the clean one.

    Raises:
        ExternalError: it could not be started.
    """
    with atomic.scratch_folder(homes) as home:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                list(args),
                cwd=cwd or home,
                env=clean_environment(os.environ, home=home)
                if environment is None
                else dict(environment),
                stdin=subprocess.PIPE,
                stdout=stdout,
                stderr=stderr,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            msg = f"{label(args)} could not be started: {error.strerror}"
            raise ExternalError(msg) from None
        try:
            yield process
        finally:
            kill_group(process)
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and everything it started in its group, and reap it."""
    if process.returncode is None:  # once it is reaped, its number may name a stranger
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


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
        progress: is also told each line of its stderr.
        environment: of a program we trust; None = the clean one.

    Returns:
        Its exit code.

    Raises:
        ExternalError: it could not be started, was killed by a signal or took too long.
    """
    deadline = time.monotonic() + timeout
    with (
        printable_log(log) as words,
        child(
            (*_GUARD, *args),
            homes=homes,
            cwd=cwd,
            stdout=words.fileno(),
            stderr=subprocess.PIPE,
            environment=environment,
        ) as process,
    ):
        _tee(process, words, progress, deadline=deadline)
        if not has_ended(process, within=deadline - time.monotonic()):
            msg = f"{label(args)} did not finish within {timeout:g} s; log: {log}"
            raise ExternalError(msg, next_step=f"read {log}", retryable=True)
    code = process.wait()
    if code == process_watchdog.NOT_STARTED:
        msg = f"{label(args)} could not be started"
        raise ExternalError(msg)
    if code < 0:
        msg = f"{label(args)} {ending(code)}; log: {log}"
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
