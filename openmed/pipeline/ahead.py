"""Performs the steps that may run at the same time, before doit goes through the graph.

Staging and measuring candidates, each after what it is made from; the candidates compute where the
executor has them. What is measured alone, what judges and what moves is left to doit, which finds
these steps performed or standing and asks nobody again.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from queue import SimpleQueue
from typing import Final, NamedTuple, Protocol

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.release.product import Step
from openmed.pipeline.definition import Each, Pipeline, StepDefinition
from openmed.pipeline.events import tell_standing
from openmed.pipeline.release_graph import ReleaseGraph
from openmed.ports.execution import Executor

THREADS: Final = 4
"""Steps in hand for each process: while some count, others have their candidates answer."""


class StepsOfRun(Protocol):
    """What it needs of the graph."""

    pipeline: Pipeline
    candidates: tuple[Candidate, ...]

    def steps_of(
        self, definition: StepDefinition, candidate: Candidate
    ) -> tuple[Step[Frozen], ...]:
        """The steps of one definition for one candidate."""

    def is_current(self, step: Step[Frozen]) -> bool:
        """Whether a step has nothing to do."""

    def run(self, step: Step[Frozen]) -> None:
        """Make a step's product; an error is one, too."""


class _WaitingStep(NamedTuple):
    """A step that is not performed yet, and what it waits for."""

    step: Step[Frozen]
    definition: StepDefinition
    candidate: Candidate


class Ahead:
    """What is performed ahead of doit in one run.

    Attributes:
        standing: tasks that had nothing to do.
        performed: tasks that were performed.
    """

    def __init__(
        self,
        graph: StepsOfRun,
        executor: Executor,
        *,
        tell: Callable[[Iterable[str]], None],
    ) -> None:
        """Remember whose steps; nothing is run yet.

        Args:
            graph: whose steps.
            executor: where candidates compute.
            tell: is told the tasks that have nothing to do.
        """
        self._graph = graph
        self._tell = tell
        self._executor = executor
        self._definitions = early_steps(graph.pipeline)
        self.standing: set[str] = set()
        self.performed: set[str] = set()

    def run(self) -> None:
        """Perform them; an error is a product of its step.

        Raises:
            KeyboardInterrupt: the run was interrupted.
        """
        pending = [job for row in self._graph.candidates for job in self._jobs(row)]
        self._tell(self.standing)
        if not pending:
            return
        with self._executor.kept():
            count = min(len(pending), THREADS * self._executor.processes)
            for job in _Threads(self._graph, count).perform(pending):
                self.performed.add(job.step.task)

    def _jobs(self, candidate: Candidate) -> Iterator[_WaitingStep]:
        """Steps of a candidate that do not stand, as far as can be said before any is run."""
        changed: set[str] = set()
        for definition in self._definitions:
            for step in self._graph.steps_of(definition, candidate):
                if changed.isdisjoint(definition.made_from) and self._graph.is_current(step):
                    self.standing.add(step.task)
                    continue
                changed.add(definition.name)
                yield _WaitingStep(step, definition, candidate)


class _Order:
    """Which steps are ready: after those of their candidate they are made from.

    One source is staged by one step at a time: what it fetches is kept under one name.
    """

    def __init__(self, jobs: list[_WaitingStep]) -> None:
        self.left = len(jobs)
        self._of_slot: dict[str, list[_WaitingStep]] = {}
        for job in jobs:
            self._of_slot.setdefault(job.candidate.slot, []).append(job)
        self._blockers = {
            job.step.task: {
                other.step.task
                for other in self._of_slot[job.candidate.slot]
                if other.definition.name in job.definition.made_from
            }
            for job in jobs
        }
        self._staging: dict[str, deque[_WaitingStep]] = {}

    def first(self) -> list[_WaitingStep]:
        """Steps that wait for nothing."""
        jobs = (job for jobs in self._of_slot.values() for job in jobs)
        return self._admitted([job for job in jobs if not self._blockers[job.step.task]])

    def after(self, done: _WaitingStep) -> list[_WaitingStep]:
        """Steps that waited for one which has ended."""
        self.left -= 1
        freed: list[_WaitingStep] = []
        for job in self._of_slot[done.candidate.slot]:
            blockers = self._blockers[job.step.task]
            if done.step.task in blockers:
                blockers.remove(done.step.task)
                freed += [] if blockers else [job]
        waiting = self._staging.get(done.candidate.source)
        if done.definition.each is not Each.CANDIDATE or waiting is None:
            return self._admitted(freed)
        if not waiting:
            del self._staging[done.candidate.source]
            return freed
        return [*freed, waiting.popleft()]

    def _admitted(self, jobs: list[_WaitingStep]) -> list[_WaitingStep]:
        admitted: list[_WaitingStep] = []
        for job in jobs:
            if job.definition.each is Each.CANDIDATE:
                if job.candidate.source in self._staging:
                    self._staging[job.candidate.source].append(job)
                    continue
                self._staging[job.candidate.source] = deque()
            admitted.append(job)
        return admitted


class _Threads:
    """Threads that perform steps; the one that made them says which are ready."""

    def __init__(self, graph: StepsOfRun, count: int) -> None:
        self._graph = graph
        self._count = count
        self._ready: SimpleQueue[_WaitingStep | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[_WaitingStep, BaseException | None]] = SimpleQueue()

    def perform(self, jobs: list[_WaitingStep]) -> Iterator[_WaitingStep]:
        """Perform steps, and give each when it has ended.

        Raises:
            BaseException: what ended a step that should have left a product, whatever happened.
        """
        order = _Order(jobs)
        for _ in range(self._count):
            # They must not keep an interrupted process: what they started ends with it.
            threading.Thread(target=self._work, daemon=True).start()
        try:
            self._start(order.first())
            while order.left:
                job, error = self._ended.get()
                if error is not None:
                    raise error
                yield job
                self._start(order.after(job))
        finally:
            for _ in range(self._count):
                self._ready.put(None)

    def _start(self, jobs: list[_WaitingStep]) -> None:
        for job in jobs:
            self._ready.put(job)

    def _work(self) -> None:
        while (job := self._ready.get()) is not None:
            error: BaseException | None = None
            try:
                self._graph.run(job.step)
            except BaseException as caught:  # noqa: BLE001 - raised where it is waited for
                error = caught
            self._ended.put((job, error))


def open_ahead(graph: ReleaseGraph) -> Ahead | None:
    """What performs steps at the same time; None where one process leaves nothing to gain.

    Raises:
        UsageError: the executor that is asked for cannot be used.
    """
    executor = graph.world.executor
    if executor.processes == 1:
        return None
    return Ahead(graph, executor, tell=partial(tell_standing, graph.world))


def early_steps(pipeline: Pipeline) -> tuple[StepDefinition, ...]:
    """Steps of a candidate that rest on nothing which must run alone, in order."""
    early: list[StepDefinition] = []
    for definition in pipeline.steps:
        is_of_candidate = definition.each is not Each.FLEET and not definition.alone_after
        if is_of_candidate and set(definition.made_from) <= {one.name for one in early}:
            early.append(definition)
    return tuple(early)
