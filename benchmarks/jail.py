"""What the jail costs: one benchmark with and without it, in pairs, in one run.

    python benchmarks/jail.py [ROUNDS]

The tiny model answers for the golden suite as a benchmark does: start the child, load the model,
ask in chunks, end. Without the jail the worker is started plainly, as before there was a launcher.
The two take turns in going first; on a machine that does other things, trust the processor time.
Everything happens in a temporary folder; takes some minutes.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from openmed.adapters.disk import atomic
from openmed.adapters.process.child_process import Child, clean_environment
from openmed.adapters.process.isolation import probe
from openmed.adapters.process.printable_log import printable_log
from openmed.adapters.runners.worker_client import CHILD, WorkerRunners, WorkerSession
from openmed.context import Context, open_context, temporary_context
from openmed.domain.digest import tree_digest
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import Document
from openmed.ports.execution import Session
from openmed.steps.benchmark.runner import CHUNK

ROOT = Path(__file__).parents[1]
SLOT = "pii::tiny::onnx"
SUITE = "golden"
ROUNDS = 7
TIMEOUT = 600.0


class Timing(NamedTuple):
    """Seconds of one benchmark: two by the clock, one of processors, all processes together."""

    start: float
    answers: float
    processors: float

    @property
    def whole(self) -> float:
        """All of it."""
        return self.start + self.answers


class Model(NamedTuple):
    """What is run."""

    folder: Path
    profile: RunnerProfile
    runners: WorkerRunners
    homes: Path
    log: Path


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with temporary_context(open_context(ROOT, quiet=True), profile=None) as world:
        model, documents = _model(world), _documents(world)
        _timed(_jailed, model, documents)  # what is read from the disk once is read now
        pairs = [_pair(model, documents, is_jail_first=bool(turn % 2)) for turn in range(rounds)]
    kernel = probe()
    _say(f"Landlock {kernel.landlock}, seccomp {kernel.seccomp}, namespaces {kernel.namespaces}")
    _say(f"{len(documents)} documents, {rounds} pairs; medians of seconds")
    _say("| part | with | without | ratio | ratios of pairs, least to most |")
    _say("|---|---:|---:|---:|---|")
    parts: dict[str, Callable[[Timing], float]] = {
        "start and load": lambda timing: timing.start,
        "answers": lambda timing: timing.answers,
        "whole": lambda timing: timing.whole,
        "processor time": lambda timing: timing.processors,
    }
    for name, part in parts.items():
        with_jail = statistics.median(part(jailed) for jailed, _ in pairs)
        without = statistics.median(part(plain) for _, plain in pairs)
        ratios = sorted(part(jailed) / part(plain) for jailed, plain in pairs)
        _say(
            f"| {name} | {with_jail:.3f} | {without:.3f} | {statistics.median(ratios):.4f} | "
            f"{ratios[0]:.3f} to {ratios[-1]:.3f} |"
        )


def _model(world: Context) -> Model:
    row = next(row for row in world.inputs.queue() if row.slot == SLOT)
    artifact = tree_digest(world.sources.stage(row))
    homes = world.artifacts / "homes"
    return Model(
        folder=Path(world.store.path(artifact)),
        profile=world.store.profile(artifact),
        runners=WorkerRunners(homes=homes, sources=world.code.files),
        homes=homes,
        log=world.artifacts / "log.txt",
    )


def _documents(world: Context) -> tuple[Document, ...]:
    pin = next(pin for pin in world.inputs.pins() if pin.name == SUITE)
    return world.inputs.suite(pin).documents


def _pair(
    model: Model, documents: tuple[Document, ...], *, is_jail_first: bool
) -> tuple[Timing, Timing]:
    """One benchmark each way: with the jail, without."""
    if is_jail_first:
        jailed = _timed(_jailed, model, documents)
        return jailed, _timed(_plain, model, documents)
    plain = _timed(_plain, model, documents)
    return _timed(_jailed, model, documents), plain


def _timed(
    opened: Callable[[Model], AbstractContextManager[Session]],
    model: Model,
    documents: tuple[Document, ...],
) -> Timing:
    start, before = time.perf_counter(), _processor_seconds()
    with opened(model) as session:
        loaded = time.perf_counter()
        for first in range(0, len(documents), CHUNK):
            session.predict(documents[first : first + CHUNK])
        answered = time.perf_counter()
    processors = _processor_seconds() - before
    return Timing(start=loaded - start, answers=answered - loaded, processors=processors)


def _processor_seconds() -> float:
    """Of this process and of all that ended below it."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def _jailed(model: Model) -> Iterator[Session]:
    with model.runners.open(
        str(model.folder), model.profile, log=str(model.log), timeout=TIMEOUT
    ) as session:
        yield session


@contextmanager
def _plain(model: Model) -> Iterator[Session]:
    """The worker as it was started before."""
    runtime = model.runners.runtime(model.profile.runner)
    with atomic.scratch_folder(model.homes) as home, printable_log(model.log) as words:
        process = Child(
            (*CHILD, *model.runners.sources.kept_in),
            cwd=home,
            env=clean_environment(os.environ, home=home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words.fileno(),
            bufsize=0,
            start_new_session=True,
        )
        process.mechanisms, process.depth, process.jail = {}, 0, None
        process.control = socket.socketpair()[0]
        session = WorkerSession(process, log=str(model.log), words=words, timeout=TIMEOUT)
        session.load(str(model.folder), model.profile, runtime)
        yield session
        session.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
