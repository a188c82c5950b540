"""Kills the real command before the n-th call that writes.

With strace: before a system call, without a change to what is killed. Without: before a verb of
the file interface, which the command counts itself (`support/simulators/command.py`).
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

COMMAND = Path(__file__).with_name("command.py")
VERB = "verb"
CALLS = (
    "write",
    "pwrite64",
    "writev",
    "ftruncate",
    "fsync",
    "fdatasync",
    "rename",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "link",
    "symlink",
    "chmod",
    "fchmod",
)
KILLED = frozenset({-9, 137})


class Point(NamedTuple):
    """The n-th of one kind of call."""

    call: str
    number: int


class Killer(NamedTuple):
    """A command that is to be killed.

    Attributes:
        arguments: of `openmed`.
        now: what time it is for it.
    """

    arguments: tuple[str, ...]
    now: str

    def run(self, root: Path, environment: Mapping[str, str]) -> int:
        """Let it come to its end; its exit code."""
        return self._done(root, environment, self._command(0)).returncode

    def points(self, root: Path, environment: Mapping[str, str]) -> Iterator[Point]:
        """Every point there is, found by letting it come to its end once in a place of its own."""
        if not has_strace():
            for number in range(1, 10_000):
                yield Point(VERB, number)
            return
        report = root.parent / "calls.txt"
        traced = ["strace", "-f", "-qq", "-o", str(report), "-e", f"trace={','.join(CALLS)}"]
        self._done(root, environment, [*traced, *self._command(0)])
        text = report.read_text(errors="replace")
        for call in CALLS:
            for number in range(1, len(re.findall(rf"^\d+ +{call}\(", text, re.MULTILINE)) + 1):
                yield Point(call, number)

    def is_killed(self, root: Path, environment: Mapping[str, str], at: Point) -> bool:
        """Kill it there; whether it got so far."""
        if at.call == VERB:
            command = self._command(at.number)
        else:
            inject = f"inject={at.call}:signal=SIGKILL:when={at.number}"
            traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={at.call}"]
            command = [*traced, "-e", inject, *self._command(0)]
        return self._done(root, environment, command).returncode in KILLED

    def _command(self, verb: int) -> list[str]:
        return [sys.executable, str(COMMAND), self.now, str(verb), *self.arguments]

    def _done(
        self, root: Path, environment: Mapping[str, str], command: list[str]
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command, cwd=root, env=environment, capture_output=True, timeout=300, check=False
        )


def has_strace() -> bool:
    """Whether calls can be told apart here; a container may forbid it."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    done = subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False)
    return done.returncode == 0
