"""Whole processes, from the call to the exit: time, computing time, memory."""

import os
import random
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple


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
        start = perf_counter()
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            msg = f"{command.name}: exit {process.returncode}\n{output.read()[-2000:]}"
            raise AssertionError(msg)
    return Usage(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def interleaved(
    commands: Sequence[Command], rounds: int, environment: Mapping[str, str]
) -> tuple[Row, ...]:
    """Run every program once a round, in an order of its own; one process at a time."""
    used: dict[str, list[Usage]] = {command.name: [] for command in commands}
    chance = random.Random(16)  # noqa: S311 - an order, no secret
    for _ in range(rounds):
        for command in chance.sample(commands, len(commands)):
            used[command.name].append(use(command, environment))
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
