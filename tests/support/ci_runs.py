"""A release through CI in one process: shards, re-check and flip, a folder each as its machine."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from support.measured_places import MeasuredPlace

from openmed.app.pipeline_stages import run_flip, run_gate
from openmed.app.recheck import RecheckReport, run_recheck
from openmed.context import Context
from openmed.domain.candidates.shard import Shard
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_result import Result
from openmed.pipeline.release_graph import open_graph
from openmed.pipeline.uploads import read_recheck, take_in

BROUGHT = ("runs", "staged", "predictions")
"""What the workflow uploads of `artifacts/`."""
SEED = "0123456789abcdef"


@dataclass(frozen=True)
class CiRun:
    """One run.

    Attributes:
        checkout: what every job checks out.
        place: folder of the machines.
        count: shards.
    """

    checkout: MeasuredPlace
    place: Path
    count: int

    @property
    def shards(self) -> Path:
        """Where uploads are, as the jobs after the shards download them."""
        return self.place / "shards"

    def upload_of(self, slot: str) -> Path:
        """What the shard that holds a slot brought."""
        (shard,) = (s for s in self._all() if s.holds(slot))
        return self.shards / f"evidence-{shard.slug}"

    def measure(self) -> None:
        """Run every shard on its own machine."""
        for shard in self._all():
            machine = self._machine(f"gates-{shard.slug}")
            if not any(shard.holds(row.slot) for row in machine.world.inputs.queue()):
                continue
            run_gate(machine.world, shard=shard)
            for name in BROUGHT:
                target = self.shards / f"evidence-{shard.slug}" / name
                if (machine.root / "artifacts" / name).is_dir():
                    shutil.copytree(machine.root / "artifacts" / name, target)
            shutil.rmtree(machine.root)

    def recheck(self, *, seed: str = SEED) -> RecheckReport:
        """Run the job `recheck` on a machine of its own."""
        machine = self._machine("recheck")
        report = run_recheck(machine.world, shards=self.count, seed=seed)
        (self.shards / "recheck").mkdir(exist_ok=True)
        shutil.copy(machine.root / "artifacts" / "recheck.json", self.shards / "recheck")
        shutil.rmtree(machine.root)
        return report

    def flip(self) -> tuple[RunReport, dict[str, Result]]:
        """Run the job `flip` on a machine of its own."""
        machine = self._machine("flip")
        report = run_flip(machine.world, shards=self.count)
        shutil.rmtree(machine.root)
        return report, {row.slot: row for row in report.candidates}

    def machine(self, place: Path) -> "FlipMachine":
        """A machine that downloaded everything, to judge more than once."""
        made = self.checkout.copied(place)
        shutil.copytree(self.shards, made.root / "artifacts" / "shards", symlinks=True)
        return FlipMachine(made.world, self.count)

    def copied(self, place: Path) -> "CiRun":
        """The same, after its shards, elsewhere."""
        shutil.copytree(self.shards, place / "shards", symlinks=True)
        return CiRun(self.checkout, place, self.count)

    def _all(self) -> list[Shard]:
        return [Shard(number=n, count=self.count) for n in range(1, self.count + 1)]

    def _machine(self, name: str) -> MeasuredPlace:
        made = self.checkout.copied(self.place / name)
        if self.shards.is_dir():
            shutil.copytree(self.shards, made.root / "artifacts" / "shards", symlinks=True)
        return made


@dataclass(frozen=True)
class FlipMachine:
    """Where verdicts are signed; here nothing is.

    Attributes:
        world: opened once: our own code and the suites are not what is doubted.
        count: shards.
    """

    world: Context
    count: int

    @property
    def shards(self) -> Path:
        """What was downloaded."""
        return self.world.root / "artifacts" / "shards"

    def judged(self) -> dict[str, Decision]:
        """What the flip would judge of what is there now, from nothing it had before."""
        shutil.rmtree(self.world.root / "artifacts" / "runs", ignore_errors=True)
        shutil.rmtree(self.world.root / "artifacts" / "staged", ignore_errors=True)
        graph = open_graph(self.world, may_build=False)
        graph.recheck = read_recheck(graph)
        take_in(graph, count=self.count)
        decisions: dict[str, Decision] = {}
        for candidate in graph.candidates:
            for step in graph.measuring(candidate):
                graph.require(step)
            decisions[candidate.slot] = graph.compare(candidate).judged().decision
        return decisions


def shards_apart(*slots: str) -> int:
    """How many shards there must be for each slot to be in one of its own."""
    return next(
        count
        for count in range(2, 257)
        if len({n for n in range(1, count + 1) for s in slots if _holds(n, count, s)}) == len(slots)
    )


def _holds(number: int, count: int, slot: str) -> bool:
    return Shard(number=number, count=count).holds(slot)
