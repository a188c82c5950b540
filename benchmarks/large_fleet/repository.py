"""Makes a release repository of any number of live slots in minutes, by the engine's own code.

Twenty slots are released by `openmed release run`: a real model ran on every document. For every
other slot the engine stages an artifact of its own digest (another profile byte), the answers of
one of the twenty are stored under that digest, and its reports are those of the twenty about
another subject; that they are what the scorer counts from the stored answers is looked at for a
sample, byte for byte. Judging, signing, the flip, the ledger, the registry and the pages are the
engine's steps. Nothing that it reads is written by hand but what people write.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from large_fleet import files
from openmed.context import Context, open_context, temporary_context
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.digest import tree_digest
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport, Subject
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import PERFORMANCE
from openmed.domain.inference.predictions import ChunkKey, PredictionsChunk
from openmed.domain.inference.profile import FILE_NAME
from openmed.domain.release.product import Recounted, Step
from openmed.domain.wire import dump
from openmed.pipeline.regeneration import derived_steps
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.step_runner import raise_fault, run_step
from openmed.ports.storage import KeptChunk
from openmed.steps.benchmark.candidate import Benchmark

MEASURED: Final = 20
"""Slots whose reports are counted from answers of a model that really ran."""
COUNTED: Final = 50
"""One in so many of the slots that were not measured is counted from its answers."""
Product = TypeVar("Product", bound=Frozen)
Report = TypeVar("Report", BenchmarkReport, PerformanceReport)


class _Known(Benchmark):
    """Its report is that of another slot, counted there; counting it again comes to the same."""

    def count_again(self, value: BenchmarkReport) -> Recounted[BenchmarkReport]:
        """The report as it is."""
        return Recounted(value, predictions=None, documents=value.suite.documents)


class Fleet:
    """One release repository that grows.

    Attributes:
        root: its folder.
        slots: how many there are.
        measured: how many of them a model really ran for.
    """

    def __init__(self, root: Path, *, measured: int = MEASURED) -> None:
        """Begin a repository with a key of its own, and release the slots that are measured.

        From here on this process, too, takes that key for the one of whoever runs it.
        """
        self.root = root
        self.slots = self.measured = measured
        root.mkdir(parents=True)
        os.environ.update(environment(root))
        openmed(root, "init", ".")
        openmed(root, "keys", "init")
        files.write_policy(root)
        self._base = _take_model(root)
        self._builds: dict[int, int] = {}
        for number in range(self.slots):
            self._next_build(number)
        files.write_queue(root, self.slots)
        openmed(root, "release", "run")

    def grow(self, slots: int) -> None:
        """Release more slots, for the first time."""
        files.write_queue(self.root, slots)
        self._release(range(self.slots, slots))
        self.slots = slots

    def renew(self, family: int) -> None:
        """Release another build of every slot of a family, so that there is one to go back to."""
        self._release(range(family * files.FAMILY, (family + 1) * files.FAMILY))

    def change(self, number: int) -> None:
        """Propose another build of one slot; it is for a run to measure it."""
        self._next_build(number)

    def at(self, root: Path) -> "Fleet":
        """The same fleet in a copy of its folder."""
        other = copy(self)
        other.root = root
        return other

    def _next_build(self, number: int) -> None:
        self._builds[number] = self._builds.get(number, 0) + 1
        files.write_profile(
            self.root,
            number,
            variant=number % self.measured,
            build=self._builds[number],
            base=self._base,
        )

    def _release(self, numbers: Iterable[int]) -> None:
        wanted = sorted(numbers, key=lambda number: number % self.measured)
        for number in wanted:
            self._next_build(number)
        context = open_context(self.root, quiet=True)
        graph = open_graph(context)
        rows = {candidate.slot: candidate for candidate in graph.candidates}
        source = _Source(graph, rows[files.slot_of(0)])
        for at, number in enumerate(wanted):
            model = rows[files.slot_of(number % self.measured)]
            if model.slot != source.candidate.slot:
                source = _Source(graph, model)
            source.give(rows[files.slot_of(number)], is_counted=at % COUNTED == 0)
        _run(context, graph.flip())
        state = context.releases.state()
        for number in wanted:
            slot = files.slot_of(number)
            live = state.live_in(slot)
            staged = _value(graph, rows[slot], "staged", StagedCandidate)
            assert live is not None, f"{slot}: nothing is live"
            assert live.release.artifact == staged.artifact, f"{slot}: the build before is live"
        for step in derived_steps(context):
            _run(context, step)


class _Source:
    """A measured slot, whose answers and reports others get under their own digests."""

    def __init__(self, graph: ReleaseGraph, candidate: Candidate) -> None:
        """Read its reports; its answers are read when first needed."""
        self.candidate = candidate
        self._graph = graph
        self._reports = {
            pin.name: _value(graph, candidate, pin.name, BenchmarkReport)
            for pin in graph.suites(candidate.slot)
        }
        self._performance = _value(graph, candidate, PERFORMANCE, PerformanceReport)
        self._chunks = {
            pin.name: tuple(_kept(graph, graph.benchmark(candidate, pin)))
            for pin in graph.suites(candidate.slot)
        }

    def give(self, candidate: Candidate, *, is_counted: bool) -> None:
        """Release-ready products of another slot, up to its signed verdict."""
        graph, context = self._graph, self._graph.world
        _run(context, graph.stage(candidate))
        staged = _value(graph, candidate, "staged", StagedCandidate)
        subject = Subject(slot=staged.slot, repo_id=staged.repo_id, artifact=staged.artifact)
        benchmarks: list[Benchmark] = []
        for pin in graph.suites(candidate.slot):
            step = graph.benchmark(candidate, pin)
            self._give_answers(step, staged.artifact)
            report = _about(self._reports[pin.name], subject)
            if is_counted and dump(step.measured()) != dump(report):
                msg = f"{step.task}: the scorer counts something else"
                raise AssertionError(msg)
            context.products.write(step.slot, step.name, step.inputs_digest(), report)
            _run(context, graph.baseline(candidate, pin))
            benchmarks.append(step if is_counted else _known(step))
        timed = graph.performance(candidate)
        performance = _about(self._performance, subject)
        context.products.write(timed.slot, timed.name, timed.inputs_digest(), performance)
        compared = graph.compare(candidate)
        _run(context, replace(compared, benchmarks=tuple(benchmarks)))

    def _give_answers(self, step: Benchmark, artifact: str) -> None:
        for kept in self._chunks[step.name]:
            key = ChunkKey(**{**dict(kept.chunk.key), "artifact": artifact})
            # The records were validated when they were read; only the key is another.
            chunk = PredictionsChunk.model_construct(
                schema_=kept.chunk.schema_,
                key=key,
                checksum=kept.chunk.checksum,
                records=kept.chunk.records,
            )
            self._graph.world.predictions.put(chunk)


def environment(root: Path) -> dict[str, str]:
    """Where keys of the fleet are, and not those of whoever runs this."""
    home = root.parent / f"{root.name}-home"
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}


def openmed(root: Path, *arguments: str) -> None:
    """Run a command of the engine, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=root,
        env={**os.environ, **environment(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"openmed {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        raise AssertionError(msg)


def _take_model(root: Path) -> dict[str, object]:
    """Build the tiny model once and put it into the repository; its profile, without the rest."""
    context = open_context(root, quiet=True)
    candidate = context.inputs.queue()[0]
    with temporary_context(context, profile=None) as apart:
        artifact = tree_digest(apart.sources.stage(candidate))
        shutil.copytree(apart.store.path(artifact), root / files.MODEL)
    (root / files.MODEL).chmod(0o755)
    profile = root / files.MODEL / FILE_NAME
    base = json.loads(profile.read_bytes())
    assert isinstance(base, dict)
    profile.unlink()
    return base


def _kept(graph: ReleaseGraph, step: Benchmark) -> Iterator[KeptChunk]:
    for key in step.bench.chunk_keys(step.measurement()):
        kept = graph.world.predictions.get(key)
        assert kept is not None, f"{step.task}: answers are missing"
        yield kept


def _value(graph: ReleaseGraph, candidate: Candidate, name: str, kind: type[Product]) -> Product:
    made = graph.world.products.read(candidate.slot, name, kind)
    assert made is not None
    assert isinstance(made.value, kind)
    return made.value


def _about(report: Report, subject: Subject) -> Report:
    """The same report of another candidate, validated."""
    return type(report)(**{**dict(report), "subject": subject})


def _known(step: Benchmark) -> _Known:
    return _Known(
        candidate=step.candidate,
        pin=step.pin,
        staged_product=step.staged_product,
        products=step.products,
        bench=step.bench,
    )


def _run(context: Context, step: Step[Frozen]) -> None:
    raise_fault(run_step(step, products=context.products, retry=False))
