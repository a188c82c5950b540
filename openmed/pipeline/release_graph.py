"""The steps of one release repository, and the record of one run of them."""

from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from openmed.context import Context, EventSink, open_context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.shard import WHOLE, Shard
from openmed.domain.frozen import Frozen
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.verdict import check_policy
from openmed.domain.release.flip import FlipRecord
from openmed.domain.release.product import ErrorProduct, Step
from openmed.domain.suites.suite import SuitePin
from openmed.errors import PolicyError, UsageError
from openmed.pipeline import interrupts
from openmed.pipeline.events import followed, tell, tell_reused
from openmed.pipeline.run_report import RunReport, report_of
from openmed.pipeline.step_runner import StepResult, StepState, is_current, require, run_step
from openmed.steps import benchmark, compare, flip, performance, stage

Comparison = TypeVar("Comparison", bound=benchmark.ReferenceBenchmark)

EVERY = "*"
"""Pattern of every slot."""


class ReleaseGraph:
    """The tasks of one release repository, and the record of one run of them."""

    def __init__(
        self, world: Context, *, retry: bool = False, pattern: str = EVERY, shard: Shard = WHOLE
    ) -> None:
        """Read queue, pins and policies once; nothing is run yet.

        Args:
            world: the release repository.
            retry: whether to try again what failed twice.
            pattern: slots meant, with `*` and `?` as in a shell.
            shard: part of the fleet meant.

        Raises:
            UsageError: any of them cannot be used, or no candidate's slot is like `pattern`.
        """
        self.world = world
        self._retry = retry
        self.performed: list[StepResult] = []
        self.crashed: list[str] = []
        self.candidates = tuple(
            candidate
            for candidate in _matching(world.inputs.queue(), pattern)
            if shard.holds(candidate.slot)
        )
        self._pins = {pin.name: pin for pin in world.inputs.pins()}
        self._policies = {c.slot: self._policy(c.slot) for c in self.candidates}

    @property
    def is_retrying(self) -> bool:
        """Whether it tries again what failed twice."""
        return self._retry

    @property
    def slots(self) -> tuple[str, ...]:
        """Slots that have a candidate."""
        return tuple(candidate.slot for candidate in self.candidates)

    def suites(self, slot: str) -> tuple[SuitePin, ...]:
        """Suites the slot's policy names."""
        return tuple(self._pins[name] for name in self._policies[slot].suites)

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
    def bench(self) -> benchmark.BenchmarkRunner:
        """What measuring needs."""
        world = self.world
        return benchmark.BenchmarkRunner(
            inputs=world.inputs,
            store=world.store,
            runners=world.runners,
            predictions=world.predictions,
            progress=world.progress,
            scorer=world.scorer_code,
        )

    def baseline(self, candidate: Candidate, pin: SuitePin) -> benchmark.BaselineBenchmark:
        """The step that has the report a candidate is compared with."""
        return self._comparison(benchmark.BaselineBenchmark, candidate, pin)

    def parent(self, candidate: Candidate, pin: SuitePin) -> benchmark.ParentBenchmark:
        """The step that has the report of what a candidate was reduced from."""
        return self._comparison(benchmark.ParentBenchmark, candidate, pin)

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
            registry=world.registry,
            bench=self.bench,
        )

    def benchmark(self, candidate: Candidate, pin: SuitePin) -> benchmark.Benchmark:
        """The step that measures a candidate on a suite."""
        return benchmark.Benchmark(
            candidate=candidate,
            pin=pin,
            staged_product=stage.PRODUCT,
            products=self.world.products,
            bench=self.bench,
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

    def compare(self, candidate: Candidate) -> compare.Compare:
        """The step that judges a candidate."""
        world = self.world
        return compare.Compare(
            candidate=candidate,
            staged_product=stage.PRODUCT,
            inputs=world.inputs,
            products=world.products,
            store=world.store,
            releases=world.releases,
            signer=world.signer,
            gates=world.gates,
            gates_code=world.gates_code,
            engine_version=world.engine_version,
            now=world.now,
        )

    def flip(self) -> flip.Flip:
        """The step that moves what may move."""
        world = self.world
        return flip.Flip(
            slots=self.slots,
            verdict_product=compare.PRODUCT,
            # Read again at the flip: a row may have changed or gone since the run began.
            inputs=world.fresh_inputs(),
            products=world.products,
            store=world.store,
            releases=world.releases,
            registry=world.registry,
            verifiers=world.verifiers,
            now=world.now,
        )

    def product(self, slot: str, name: str) -> str:
        """File of a product, as doit wants it."""
        return str(self.world.products.path(slot, name))

    def run_step(self, step: Step[Frozen]) -> StepResult:
        """Perform a step and record it."""
        with followed(self.world, step.task):
            done = run_step(step, products=self.world.products, retry=self._retry)
        self.performed.append(done)
        tell(self.world, done)
        return done

    def require(self, step: Step[Frozen]) -> StepResult:
        """Record a step that must have been performed elsewhere; one that was not has failed."""
        done = require(step, products=self.world.products)
        self.performed.append(done)
        tell(self.world, done)
        return done

    def pass_over(self, task: str) -> None:
        """Record a step that had nothing to do."""
        self.performed.append(StepResult(task=task, how=StepState.REUSED, seconds=0.0))
        tell_reused(self.world, task)

    def is_current(self, step: Step[Frozen]) -> bool:
        """Whether a step has nothing to do."""
        return is_current(step, products=self.world.products, retry=self._retry)

    def measuring(self, candidate: Candidate) -> tuple[Step[Frozen], ...]:
        """Everything a candidate's verdict rests on, in the order it is made."""
        pins = self.suites(candidate.slot)
        return (
            self.stage(candidate),
            *(self.benchmark(candidate, pin) for pin in pins),
            *(self.baseline(candidate, pin) for pin in pins),
            *(self.parent(candidate, pin) for pin in (pins if candidate.parent else ())),
            self.performance(candidate),
        )

    def run_report(self) -> RunReport:
        """What this run came to."""
        made = self.world.products.read(flip.SLOT, flip.PRODUCT, FlipRecord)
        record = None if made is None or isinstance(made.value, ErrorProduct) else made.value
        return report_of(
            started=self.world.now,
            performed=tuple(self.performed),
            flip=record,
            crashed=tuple(self.crashed),
            is_interrupted=interrupts.is_interrupted(),
            status_page=self.world.status_page,
        )

    def _policy(self, slot: str) -> Policy:
        policy = self.world.inputs.policy(slot)
        check_policy(policy, self.world.gates)
        named = (*policy.suites, policy.performance_suite)
        missing = [name for name in named if name not in self._pins]
        if missing:
            msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
            raise PolicyError(msg)
        return policy


def open_graph(  # noqa: PLR0913 - each is an option of the command
    root: Path,
    *,
    retry: bool = False,
    quiet: bool = False,
    pattern: str = EVERY,
    shard: Shard = WHOLE,
    tell: EventSink | None = None,
) -> ReleaseGraph:
    """Open the release graph of one repository, to run it.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no candidate is meant.
    """
    world = open_context(root, quiet=quiet, tell=tell)
    graph = ReleaseGraph(world, retry=retry, pattern=pattern, shard=shard)
    require_writable(world, world.artifacts)
    graph.world.sweep()
    return graph


def require_writable(world: Context, *folders: Path) -> None:
    """Refuse to begin what could not be written down.

    Raises:
        UsageError: a folder cannot be written; nothing was run.
    """
    for folder in folders:
        if not world.machine.is_writable(folder):
            shown = folder.relative_to(world.root) if folder.is_relative_to(world.root) else folder
            raise UsageError(f"{shown} cannot be written", next_step="openmed doctor")


def require_registry(world: Context) -> None:
    """Refuse to begin what could not be published.

    Raises:
        UsageError: the registry cannot be used or written; nothing was run.
    """
    if not world.registry.is_writable():
        raise UsageError(f"{world.registry.where} cannot be written", next_step="openmed doctor")


def _matching(queue: tuple[Candidate, ...], pattern: str) -> tuple[Candidate, ...]:
    found = tuple(row for row in queue if fnmatchcase(row.slot, pattern))
    if queue and not found:
        msg = f"no candidate's slot is like {pattern[:80]!r}"
        slots = ", ".join(row.slot for row in queue)
        raise UsageError(f"{msg}; the queue has {slots}")
    return found
