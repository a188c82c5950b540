"""Commands as processes of their own that need not load our code again.

Two thirds of what a small command costs are the start of the interpreter and its imports. One
process loads the package, and each command is a fork of it, with its own folder, environment,
arguments, streams, signals and exit code, to the very end of the interpreter. What decides before
our code is loaded (`FIRST`) cannot be given to a fork: then an interpreter is started, as tests of
the start itself do (`tests/e2e/test_output.py`, `tests/architecture/test_startup.py`).
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

SERVER: Final = Path(__file__).with_name("warm_server.py")
FIRST: Final = ("PYTHON", "LC_", "LANG", "LD_", "COV", "MALLOC_", "OPENBLAS", "OMP_")
"""Beginnings of variables that an interpreter reads once, when it starts."""
LOADING: Final = 240.0
"""Seconds in which our code is loaded at the latest."""
_busy = Lock()


class WarmStart:
    """One process that has loaded our code."""

    def __init__(self) -> None:
        """Start it; it ends with this process, or when its input does."""
        self._process = subprocess.Popen(
            [sys.executable, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._first = first_of(os.environ)
        atexit.register(self._end)

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str] | None:
        """Run one command to its end; None where only a new interpreter would do.

        Raises:
            TimeoutExpired: it was ended.
        """
        if first_of(env) != self._first or not _busy.acquire(blocking=False):
            return None
        try:
            with tempfile.TemporaryDirectory() as folder:
                outputs = [Path(folder, name) for name in ("out", "err")]
                code = self._ask(
                    {
                        "arguments": list(arguments),
                        "cwd": str(cwd),
                        "env": dict(env),
                        "outputs": list(map(str, outputs)),
                    },
                    timeout=timeout,
                )
                texts = [path.read_text(encoding="utf-8") for path in outputs]
        finally:
            _busy.release()
        words = [sys.executable, "-m", "openmed", *arguments]
        return subprocess.CompletedProcess(words, code, *texts)

    def _end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self._process.kill()

    def _ask(self, request: Mapping[str, object], *, timeout: float) -> int:
        question, answer = self._process.stdin, self._process.stdout
        assert question is not None
        assert answer is not None
        question.write(json.dumps(request).encode() + b"\n")
        question.flush()
        # Unbuffered reads: what `select` sees is what there is.
        child = int(_line(answer.fileno(), timeout=LOADING))
        try:
            return int(_line(answer.fileno(), timeout=timeout))
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            _line(answer.fileno(), timeout=LOADING)
            raise subprocess.TimeoutExpired(str(request["arguments"]), timeout) from None


@cache
def warm_start() -> WarmStart:
    """The one of this process."""
    return WarmStart()


def first_of(env: Mapping[str, str]) -> dict[str, str]:
    """Variables that an interpreter reads when it starts."""
    return {name: text for name, text in env.items() if name.startswith(FIRST)}


def _line(descriptor: int, *, timeout: float) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], timeout)
        if not ready:
            raise TimeoutError
        byte = os.read(descriptor, 1)
        if not byte:
            msg = "the process that starts commands has ended"
            raise RuntimeError(msg)
        line += byte
    return line
