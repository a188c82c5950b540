"""Makes a release repository of many live slots, by the engine's own code.

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

from large_fleet import files
from large_fleet.growing import GrowingContext, open_growing, share_files, synced_at_the_end
from large_fleet.rekeyed import MeasuredSlot, value_of
from openmed.context import Context, open_context, temporary_context
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.digest import tree_digest
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.inference.profile import FILE_NAME
from openmed.domain.release.product import Recounted, Step
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.step_runner import raise_fault, run_step
from openmed.steps.benchmark.candidate import Benchmark

MEASURED: Final = 20
"""Slots whose reports are counted from answers of a model that really ran."""
COUNTED: Final = 50
"""One in so many of the slots that were not measured is counted from its answers."""
RENEWED: Final = 3
"""Families after the first that get a second release; in the first, candidates are changed."""
BATCH: Final = 200
"""Slots that are flipped together: their evidence is in memory at once."""


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
        has_answers: whether slots that grow keep answers; else only those that are counted do.
    """

    has_answers = True

    def __init__(self, root: Path, *, measured: int, base: Mapping[str, object]) -> None:
        """A repository whose slots are known; see `begin` and `opened`.

        From here on this process, too, takes its key for the one of whoever runs it.
        """
        os.environ.update(environment(root))
        self.root = root
        self.slots = self.measured = measured
        self._base = base
        self._builds: dict[int, int] = {}

    @classmethod
    def begin(cls, root: Path, *, measured: int = MEASURED) -> Self:
        """Begin a repository with a key of its own, and release the slots that are measured."""
        root.mkdir(parents=True)
        openmed(root, "init", ".")
        openmed(root, "keys", "init")
        files.write_policy(root)
        fleet = cls(root, measured=measured, base=take_model(root))
        for number in range(fleet.slots):
            fleet._next_build(number)
        files.write_queue(root, fleet.slots)
        openmed(root, "release", "run")
        fleet._note()
        return fleet

    @classmethod
    def opened(cls, root: Path) -> Self:
        """The fleet in a folder, or in a copy of it and of the folder of its keys."""
        noted = json.loads(_notes(root).read_bytes())
        fleet = cls(root, measured=noted["measured"], base=noted["base"])
        fleet.slots = noted["slots"]
        fleet._builds = {int(number): build for number, build in noted["builds"].items()}
        return fleet

    @property
    def renewed(self) -> tuple[int, ...]:
        """Families that have a release to go back to."""
        of_first = {number // files.FAMILY for number, build in self._builds.items() if build > 1}
        return tuple(sorted(of_first - {0}))

    def grow(self, slots: int) -> None:
        """Release more slots, for the first time; one that was interrupted goes on."""
        files.write_queue(self.root, slots)
        for done in self._release(range(self.slots, slots)):
            self.slots = done + 1
            self._note()

    def renew(self) -> None:
        """Release another build of every slot of some families, which can be rolled back then."""
        there = range(1, min(RENEWED, self.slots // files.FAMILY - 1) + 1)
        wanted = [family for family in there if family not in self.renewed]
        first = (family * files.FAMILY for family in wanted)
        for _ in self._release(number for at in first for number in range(at, at + files.FAMILY)):
            self._note()

    def _note(self) -> None:
        """Note beside the keys what cannot be read from the repository."""
        noted = {
            "slots": self.slots, "measured": self.measured, "base": self._base,
            "builds": self._builds,
        }  # fmt: skip
        _notes(self.root).write_text(json.dumps(noted), encoding="utf-8")

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

    def _release(self, numbers: Iterable[int]) -> Iterator[int]:
        """Release a build of each of these slots; say the last one of each flip."""
        wanted = tuple(numbers)
        if not wanted:
            return
        with synced_at_the_end():
            context = open_growing(self.root)
            graph = open_graph(context)
            rows = {candidate.slot: candidate for candidate in graph.candidates}
            sources = {
                variant: MeasuredSlot(
                    graph, context, rows[files.slot_of(variant)], has_answers=self.has_answers
                )
                for variant in sorted({number % self.measured for number in wanted})
            }
            for first in range(0, len(wanted), BATCH):
                batch = wanted[first : first + BATCH]
                for at, number in enumerate(batch, start=first):
                    self._next_build(number)
                    row = rows[files.slot_of(number)]
                    source = sources[number % self.measured]
                    _prepare(graph, context, row, source, is_counted=at % COUNTED == 0)
                _flip(graph, context, tuple(rows[files.slot_of(number)] for number in batch))
                self._share(context, batch, rows)
                context.products.forget()
                yield batch[-1]

    def _share(
        self, context: GrowingContext, batch: Sequence[int], rows: Mapping[str, Candidate]
    ) -> None:
        """Keep the model's files once, as a disk that finds equal files would."""

        def artifact(number: int) -> str:
            return value_of(
                context, rows[files.slot_of(number)], "staged", StagedCandidate
            ).artifact

        staged, served = (self.root / "artifacts" / name for name in ("staged", "registry/trees"))
        like = staged / artifact(0)
        for number in batch:
            share_files((staged / artifact(number), served / artifact(number)), like)


def _prepare(
    graph: ReleaseGraph,
    context: GrowingContext,
    candidate: Candidate,
    source: MeasuredSlot,
    *,
    is_counted: bool,
) -> None:
    """Release-ready products of a slot, up to its signed verdict."""
    _run(context, graph.stage(candidate))
    source.give(candidate, is_counted=is_counted)
    benchmarks: list[Benchmark] = []
    for pin in graph.suites(candidate.slot):
        step = graph.benchmark(candidate, pin)
        _run(context, graph.baseline(candidate, pin))
        benchmarks.append(step if is_counted else _known(step))
    _run(context, replace(graph.compare(candidate), benchmarks=tuple(benchmarks)))


def _flip(graph: ReleaseGraph, context: GrowingContext, batch: Sequence[Candidate]) -> None:
    """Move the pointers of some slots together.

    Raises:
        AssertionError: something else is live in one of them.
    """
    slots = tuple(row.slot for row in batch)
    _run(context, replace(graph.flip(), slots=slots))
    state = context.releases.state()
    for row in batch:
        live = state.live_in(row.slot)
        staged = value_of(context, row, "staged", StagedCandidate)
        assert live is not None, f"{row.slot}: nothing is live"
        assert live.release.artifact == staged.artifact, f"{row.slot}: the build before is live"


def environment(root: Path) -> dict[str, str]:
    """Where keys of the fleet are, and not those of whoever runs this."""
    home = root.parent / f"{root.name}-home"
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}


def _notes(root: Path) -> Path:
    return Path(environment(root)["HOME"]) / "fleet.json"


def openmed(root: Path, *arguments: str, keys: Path | None = None) -> None:
    """Run a command of the engine, which must succeed; in a copy, with the keys of the fleet."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=root,
        env={**os.environ, **environment(keys or root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"openmed {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        raise AssertionError(msg)


def remove(root: Path) -> None:
    """Remove a repository; what is staged is read-only."""
    for folder, _, _ in os.walk(root):
        Path(folder).chmod(0o700)
    shutil.rmtree(root)


def take_model(root: Path) -> dict[str, object]:
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
