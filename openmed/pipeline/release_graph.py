"""The steps of one release repository, and the record of one run of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeVar

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.shard import WHOLE, Shard
from openmed.domain.evaluation.recheck import Recheck
from openmed.domain.frozen import Frozen
from openmed.domain.gates.left_out import policy_without
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.cited.condemned_behaviour import CondemnedBehaviours
from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.product import VERDICT, ErrorProduct, Step
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.run_report import RunReport, StepRecord
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.domain.suites.suite import PREVIOUS, SuitePin
from openmed.pipeline import interrupts
from openmed.pipeline.definition import EVERY, PIPELINE, Each, Pipeline, StepDefinition
from openmed.pipeline.events import followed, tell, tell_reused
from openmed.pipeline.regeneration import derived_steps
from openmed.pipeline.reviewed.reviewed_measurements import bench_of
from openmed.pipeline.reviewed.reviewed_policies import inputs_without, policies_of
from openmed.pipeline.reviewed.reviewed_suites import (
    keep_editions,
    previous_editions,
    recorded_editions,
    require_editions,
)
from openmed.pipeline.run_preconditions import matching, require_writable
from openmed.pipeline.run_report import condemned_of, kept_steps, report_of
from openmed.pipeline.step_runner import is_current, require, run_step
from openmed.ports.storage import Predictions
from openmed.steps import compare, performance, stage
from openmed.steps.benchmark.candidate import Benchmark
from openmed.steps.benchmark.reference import (
    BaselineBenchmark,
    ParentBenchmark,
    ReferenceBenchmark,
)
from openmed.steps.benchmark.runner import BenchmarkRunner
from openmed.steps.flip import flip
from openmed.version import __version__

Comparison = TypeVar("Comparison", bound=ReferenceBenchmark)
CountedBenchmark = Benchmark | ReferenceBenchmark
NOTHING_KEPT: Final[Mapping[str, KeptSlot]] = MappingProxyType({})


class ReleaseGraph:
    """The tasks of one release repository, and the record of one run of them.

    Attributes:
        slots: slots that have a candidate.
        kept: those of which nothing moved since they had nothing to do.
        candidates: candidates of the others.
        predictions_of: predictions brought for a slot, on generated suites or on the others.
        recheck: what was run again on another machine; None = nothing must be.
        unfollowed: why public repositories did not follow the pointer.
    """

    def __init__(  # noqa: PLR0913 - every choice of a run is named
        self,
        world: Context,
        *,
        retry: bool = False,
        pattern: str = EVERY,
        shard: Shard = WHOLE,
        pipeline: Pipeline = PIPELINE,
        may_build: bool = True,
        left: frozenset[str] = frozenset(),
        kept: Mapping[str, KeptSlot] = NOTHING_KEPT,
    ) -> None:
        """Read queue, pins and policies once; nothing is run yet.

        Args:
            world: the release repository.
            retry: whether to try again what failed twice.
            pattern: slots meant, with `*` and `?` as in a shell.
            shard: part of the fleet meant.
            pipeline: its steps and their order.
            may_build: whether the flip may stage a source again for bytes that are lost.
            left: suites that are left to another job; then nothing is signed here.
            kept: slots of which nothing moved since they had nothing to do.

        Raises:
            UsageError: any of them cannot be used, or no candidate's slot is like `pattern`.
        """
        self.world = world
        self.pipeline = pipeline
        self._retry = retry
        self._pattern = pattern
        self._may_build = may_build
        self._registry_settings = world.inputs.registry_settings()
        self.predictions_of: dict[tuple[str, bool], Predictions] = {}
        self.recheck: Recheck | None = None
        self.performed: list[StepResult] = []
        self.crashed: list[str] = []
        self.unfollowed: tuple[StepFault, ...] = ()
        rows = matching(world.inputs.queue(), pattern)
        meant = tuple(row for row in rows if shard.holds(row.slot))
        self.slots = tuple(candidate.slot for candidate in meant)
        self.kept = {slot: kept[slot] for slot in self.slots if slot in kept}
        self.candidates = tuple(row for row in meant if row.slot not in self.kept)
        self._pins = {pin.name: pin for pin in world.inputs.pins()}
        self._editions = recorded_editions(world)
        require_editions(world, self._editions)
        policies = policies_of(world, self.candidates, pinned=self._pins)
        self._judged_by = inputs_without(world.inputs, left)
        self._policies = {slot: policy_without(one, left) for slot, one in policies.items()}

    @property
    def is_retrying(self) -> bool:
        """Whether it tries again what failed twice."""
        return self._retry

    def suites(self, slot: str) -> tuple[SuitePin, ...]:
        """Suites the slot's policy names, and editions before that its live release was on."""
        pins = tuple(self._pins[name] for name in self._policies[slot].suites)
        return (*pins, *previous_editions(self.world, slot, pins))

    def timed_on(self, slot: str) -> SuitePin:
        """The suite the slot's policy names for speed and determinism."""
        return self._pins[self._policies[slot].performance_suite]

    def stage(self, candidate: Candidate) -> stage.Stage:
        """The step that freezes a candidate's bytes."""
        world = self.world
        return stage.Stage(
            candidate=candidate, sources=world.sources, store=world.store, releases=world.releases
        )

    @cached_property
    def bench(self) -> BenchmarkRunner:
        """What measuring needs."""
        return bench_of(self.world, may_build=self._may_build)

    def _bench_of(self, slot: str, pin: SuitePin) -> BenchmarkRunner:
        """Reads the predictions that were brought for a slot, where they were."""
        brought = self.predictions_of.get((slot, pin.is_generated))
        return replace(self.bench, predictions=brought) if brought else self.bench

    def baseline(self, candidate: Candidate, pin: SuitePin) -> BaselineBenchmark:
        """The step that has the report a candidate is compared with."""
        return self._comparison(BaselineBenchmark, candidate, pin)

    def parent(self, candidate: Candidate, pin: SuitePin) -> ParentBenchmark:
        """The step that has the report of what a candidate was reduced from."""
        return self._comparison(ParentBenchmark, candidate, pin)

    def _comparison(
        self, kind: type[Comparison], candidate: Candidate, pin: SuitePin
    ) -> Comparison:
        world = self.world
        return kind(
            candidate=candidate,
            pin=pin,
            staged_product=stage.PRODUCT,
            products=world.products,
            releases=world.releases,
            released=world.released_bytes,
            bench=self._bench_of(candidate.slot, pin),
        )

    def benchmark(self, candidate: Candidate, pin: SuitePin) -> Benchmark:
        """The step that measures a candidate on a suite."""
        return Benchmark(
            candidate=candidate,
            pin=pin,
            staged_product=stage.PRODUCT,
            products=self.world.products,
            bench=self._bench_of(candidate.slot, pin),
        )

    def performance(self, candidate: Candidate) -> performance.Performance:
        """The step that measures speed, memory and determinism."""
        world = self.world
        return performance.Performance(
            candidate=candidate,
            pin=self.timed_on(candidate.slot),
            staged_product=stage.PRODUCT,
            inputs=world.inputs,
            products=world.products,
            store=world.store,
            runners=world.runners,
            host=world.host,
            timer=world.timer,
            measuring_code=world.measuring_code,
        )

    @cached_property
    def _condemned_behaviours(self) -> CondemnedBehaviours:
        """What condemned artifacts did; their reports are read once a run."""
        return CondemnedBehaviours(self.world.releases.evidence)

    def compare(self, candidate: Candidate) -> compare.Compare:
        """The step that judges a candidate."""
        world, suites = self.world, self.suites(candidate.slot)
        return compare.Compare(
            candidate=candidate,
            staged_product=stage.PRODUCT,
            inputs=self._judged_by,
            products=world.products,
            store=world.store,
            releases=world.releases,
            signer=world.signer,
            benchmarks=tuple(self.benchmark(candidate, pin) for pin in suites),
            references=self.references(candidate, suites),
            recheck=self.recheck,
            gates=world.gates,
            gates_code=world.gates_code,
            condemned=self._condemned_behaviours,
            engine_version=__version__,
            now=world.now,
        )

    def counted(self, candidate: Candidate) -> tuple[CountedBenchmark, ...]:
        """The steps whose reports are counted from predictions."""
        suites = self.suites(candidate.slot)
        return (
            *(self.benchmark(candidate, pin) for pin in suites),
            *self.references(candidate, suites),
        )

    def references(
        self, candidate: Candidate, suites: tuple[SuitePin, ...]
    ) -> tuple[ReferenceBenchmark, ...]:
        """The steps that have the reports a candidate is compared with."""
        return (
            *(self.baseline(candidate, pin) for pin in suites),
            *(
                self.parent(candidate, pin)
                for pin in suites
                if candidate.parent and not pin.name.startswith(PREVIOUS)
            ),
        )

    def flip(self) -> flip.Flip:
        """The step that moves what may move."""
        world = self.world
        return flip.Flip(
            slots=self.slots,
            verdict_product=VERDICT,
            # Read again at the flip: a row may have changed or gone since the run began.
            inputs=world.fresh_inputs(),
            products=world.products,
            store=world.store,
            releases=world.releases,
            registry=world.registry,
            verifiers=world.verifiers,
            released=world.released_bytes,
            condemned=self._condemned_behaviours,
            editions=self._editions,
            waivers=world.waivers,
            measurements=world.measurements,
            gates=world.gates,
            registry_settings=self._registry_settings,
            may_build=self._may_build,
            now=world.now,
            kept=self.kept,
        )

    def keep_editions(self) -> None:
        """Keep which editions recorded reports measured: they are not read from evidence again."""
        keep_editions(self.world, self._editions)

    def product(self, slot: str, name: str) -> str:
        """File of a product, as doit wants it."""
        return str(self.world.products.path(slot, name))

    def run(self, step: Step[Frozen]) -> None:
        """Make a step's product unless it stands; record and tell what it came to."""
        with followed(self.world, step.task):
            done = run_step(step, products=self.world.products, retry=self._retry)
        self.performed.append(done)
        tell(self.world, done)

    def require(self, step: Step[Frozen]) -> None:
        """Record a step that must have been performed elsewhere; one that was not has failed."""
        done = require(step, products=self.world.products)
        self.performed.append(done)
        tell(self.world, done)

    def pass_over(self, task: str) -> None:
        """Record a step that had nothing to do."""
        self.performed.append(StepResult(task=task, how=StepState.REUSED, seconds=0.0))
        tell_reused(self.world, task)

    def is_current(self, step: Step[Frozen]) -> bool:
        """Whether a step has nothing to do."""
        return is_current(step, products=self.world.products, retry=self._retry)

    def steps_of(
        self,
        definition: StepDefinition,
        candidate: Candidate,
        *,
        pins: tuple[SuitePin, ...] | None = None,
    ) -> tuple[Step[Frozen], ...]:
        """The steps of one definition for one candidate.

        Args:
            definition: which step of the pipeline.
            candidate: whose.
            pins: suites; None = those its policy names.
        """
        suites = self.suites(candidate.slot) if pins is None else pins
        match definition.each:
            case Each.CANDIDATE:
                return (_OF_CANDIDATE[definition.name](self, candidate),)
            case Each.PARENT_SUITE if candidate.parent is None:
                return ()
            case Each.PARENT_SUITE:
                lent = (pin for pin in suites if not pin.name.startswith(PREVIOUS))
                return tuple(_OF_SUITE[definition.name](self, candidate, pin) for pin in lent)
            case Each.SUITE:
                return tuple(_OF_SUITE[definition.name](self, candidate, pin) for pin in suites)
            case Each.FLEET:
                return ()

    def steps(self, definition: StepDefinition) -> tuple[Step[Frozen], ...]:
        """The steps of one definition for every candidate, or for the fleet."""
        if definition.each is Each.FLEET:
            return _OF_FLEET[definition.name](self)
        return tuple(step for row in self.candidates for step in self.steps_of(definition, row))

    def measuring(self, candidate: Candidate) -> tuple[Step[Frozen], ...]:
        """Everything a candidate's verdict rests on, in the order of the pipeline."""
        before = self.pipeline.before("compare")
        return tuple(step for one in before for step in self.steps_of(one, candidate))

    @cached_property
    def kept_steps(self) -> tuple[StepRecord, ...]:
        """Steps of the slots that are not asked."""
        return kept_steps(self.kept.values())

    def run_report(self) -> RunReport:
        """What this run came to."""
        made = self.world.products.read(flip.SLOT, flip.PRODUCT, FlipRecord)
        record = None if made is None or isinstance(made.value, ErrorProduct) else made.value
        return report_of(
            started=self.world.now,
            performed=tuple(self.performed),
            kept=self.kept_steps,
            flip=record,
            crashed=tuple(self.crashed),
            is_interrupted=interrupts.is_interrupted(),
            status_page=self.world.status_page,
            condemned=condemned_of(self.world, self._pattern),
            unfollowed=self.unfollowed,
        )


_OF_CANDIDATE: Mapping[str, Callable[[ReleaseGraph, Candidate], Step[Frozen]]] = {
    "stage": ReleaseGraph.stage,
    "performance": ReleaseGraph.performance,
    "compare": ReleaseGraph.compare,
}
_OF_SUITE: Mapping[str, Callable[[ReleaseGraph, Candidate, SuitePin], Step[Frozen]]] = {
    "benchmark": ReleaseGraph.benchmark,
    "baseline": ReleaseGraph.baseline,
    "parent": ReleaseGraph.parent,
}
_OF_FLEET: Mapping[str, Callable[[ReleaseGraph], tuple[Step[Frozen], ...]]] = {
    "flip": lambda graph: (graph.flip(),),
    "regenerate": lambda graph: derived_steps(graph.world),
}
"""Builders of steps, by name in the pipeline."""


def open_graph(  # noqa: PLR0913 - every choice of a run is named
    world: Context,
    *,
    retry: bool = False,
    pattern: str = EVERY,
    shard: Shard = WHOLE,
    may_build: bool = True,
    left: frozenset[str] = frozenset(),
    kept: Mapping[str, KeptSlot] = NOTHING_KEPT,
) -> ReleaseGraph:
    """Open the release graph of one repository, to run it; the arguments are its own.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no candidate is meant.
    """
    graph = ReleaseGraph(
        world, retry=retry, pattern=pattern, shard=shard, may_build=may_build, left=left, kept=kept
    )
    require_writable(world, "work")
    if not graph.kept:  # Else no unfinished file came to where anything is looked at.
        world.sweep()
    graph.keep_editions()
    world.generated_suites.keep()
    tell_reused(world, *(step.task for step in graph.kept_steps))
    return graph
