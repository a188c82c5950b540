"""Whole processes, from the call to the exit: time, computing time, memory."""

import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
said = [(os.POSIX_SPAWN_DUP2, 2, 1)]
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=said)
_, status, used = os.wait4(process, 0)
seconds = time.perf_counter() - start
computing = used.ru_utime + used.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, computing, used.ru_maxrss]))
"""
"""Starts a program from a process that is small itself.

The kernel counts memory from the fork on, so a program that is started by a large process seems to
be as large. What is less than this one needs, about 10 MiB, cannot be seen.
"""


class Command(NamedTuple):
    """A program to run.

    Attributes:
        name: for people.
        words: the program and its arguments.
        folder: where it runs.
    """

    name: str
    words: Sequence[str]
    folder: Path


class Usage(NamedTuple):
    """What one process used.

    Attributes:
        seconds: from the call to the exit.
        computing: processor time, which a busy machine stretches less.
        memory: most resident memory, in bytes; of a child of it if that had more.
    """

    seconds: float
    computing: float
    memory: int


class Row(NamedTuple):
    """Medians of some runs of one program.

    Attributes:
        name: of the program.
        runs: how many.
        seconds: median.
        fastest: the least.
        computing: median.
        memory: the most.
    """

    name: str
    runs: int
    seconds: float
    fastest: float
    computing: float
    memory: int


def use(command: Command, environment: Mapping[str, str]) -> Usage:
    """Run a program to its end.

    Raises:
        AssertionError: it did not exit with 0.
    """
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command.words],
            cwd=command.folder,
            # An installed program has its modules compiled, whoever runs this forbids it or not.
            env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": ""},
            stdout=subprocess.PIPE,
            stderr=output,
            stdin=subprocess.DEVNULL,
            check=True,
        )
        code, seconds, computing, memory = json.loads(done.stdout)
        if code:
            output.seek(0)
            msg = f"{command.name}: exit {code}\n{output.read()[-2000:]}"
            raise AssertionError(msg)
    return Usage(seconds, computing, memory * 1024)


def interleaved(
    commands: Sequence[Command],
    rounds: int,
    environment: Mapping[str, str],
    *,
    most_seconds: float = math.inf,
) -> tuple[Row, ...]:
    """Run every program once a round, in an order of its own; one process at a time.

    A program that took `most_seconds` in all is left out of the rounds that follow.
    """
    used: dict[str, list[Usage]] = {command.name: [] for command in commands}
    chance = random.Random(16)  # noqa: S311 - an order, no secret
    for _ in range(rounds):
        for command in chance.sample(commands, len(commands)):
            found = used[command.name]
            if sum(one.seconds for one in found) < most_seconds:
                found.append(use(command, environment))
    return tuple(row_of(name, found) for name, found in used.items())


def row_of(name: str, used: Sequence[Usage]) -> Row:
    """Medians of runs."""
    seconds = [one.seconds for one in used]
    return Row(
        name=name,
        runs=len(used),
        seconds=statistics.median(seconds),
        fastest=min(seconds),
        computing=statistics.median(one.computing for one in used),
        memory=max(one.memory for one in used),
    )
