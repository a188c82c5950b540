"""Steps that are performed at the same time, ahead of doit: each once, each after its own."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.release.product import ErrorProduct, Step
from openmed.pipeline.ahead import Ahead, early_steps
from openmed.pipeline.definition import PIPELINE, Each, Pipeline, StepDefinition
from openmed.ports.execution import AnsweredChunk

SUITES = ("golden", "fresh")


@dataclass(frozen=True)
class Named(Step[ErrorProduct]):
    """A step that is nothing but a name."""

    task_name: str

    @property
    def slot(self) -> str:
        """None."""
        return ""

    @property
    def name(self) -> str:
        """Its name."""
        return self.task_name

    @property
    def task(self) -> str:
        """Its name."""
        return self.task_name

    @property
    def product_type(self) -> type[ErrorProduct]:
        """Nobody reads it."""
        return ErrorProduct

    def inputs_digest(self) -> str:
        """None."""
        return ""

    def run(self) -> ErrorProduct:
        """Nobody asks."""
        raise NotImplementedError


@dataclass
class Run:
    """A run of the pipeline over some candidates, which writes down what was at work when.

    Attributes:
        standing: tasks that are current.
        begun: tasks in the order in which they began, each with those that had ended.
        most: how many were at work at a time.
        fault: raised by every step.
    """

    candidates: tuple[Candidate, ...]
    standing: frozenset[str] = frozenset()
    pipeline: Pipeline = PIPELINE
    begun: dict[str, frozenset[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    at_work: set[str] = field(default_factory=set)
    most: int = 0
    together: list[frozenset[str]] = field(default_factory=list)
    fault: BaseException | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def steps_of(
        self, definition: StepDefinition, candidate: Candidate
    ) -> tuple[Step[Frozen], ...]:
        """Two suites."""
        name = f"{definition.name}:{candidate.slot}"
        if definition.each is Each.CANDIDATE:
            return (Named(name),)
        if definition.each is Each.PARENT_SUITE:
            return ()
        return tuple(Named(f"{name}:{suite}") for suite in SUITES)

    def is_current(self, step: Step[Frozen]) -> bool:
        """As was given."""
        return step.task in self.standing

    def run(self, step: Step[Frozen]) -> None:
        """Take a moment."""
        with self.lock:
            assert step.task not in self.begun
            self.begun[step.task] = frozenset(self.ended)
            self.at_work.add(step.task)
            self.together.append(frozenset(self.at_work))
        time.sleep(0.01)
        if self.fault is not None:
            raise self.fault
        with self.lock:
            self.at_work.remove(step.task)
            self.ended.add(step.task)


def untold(standing: Iterable[str]) -> None:
    """Nobody listens."""
    del standing


class Two:
    """An executor of two processes that nobody asks."""

    processes = 2

    def __init__(self) -> None:
        """Not kept yet."""
        self.ways: list[str] = []

    def answers(self, *_: object) -> Iterator[AnsweredChunk]:
        """Nobody asks."""
        raise NotImplementedError

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Remember how it ended."""
        try:
            yield
        except BaseException as error:
            self.ways.append(type(error).__name__)
            raise
        self.ways.append("whole")


def rows(*sources: str) -> tuple[Candidate, ...]:
    """Candidates of sources."""
    row = dict(builders.a_candidate())
    return tuple(
        Candidate(**{**row, "slot": f"pii::tiny::onnx::line{at}", "source": source})
        for at, source in enumerate(sources)
    )


def test_what_may_run_at_the_same_time_is_told_by_the_pipeline() -> None:
    """Staging and counting; not what is measured alone, what judges, what moves."""
    assert ["stage", "benchmark", "baseline", "parent"] == [
        step.name for step in early_steps(PIPELINE)
    ]


def test_each_step_is_performed_once_after_what_it_is_made_from() -> None:
    """Of five candidates, several at a time."""
    run, executor = Run(rows(*(f"file:m{n}" for n in range(5)))), Two()
    ahead = Ahead(run, executor, tell=untold)
    ahead.run()
    assert ahead.performed == run.ended == run.begun.keys()
    assert 5 * (1 + 2 + 2) == len(run.ended)
    for task, before in run.begun.items():
        kind, _, rest = task.partition(":")
        if kind != "stage":
            assert f"stage:{rest.rpartition(':')[0]}" in before
    assert 1 < max(map(len, run.together)) <= 8
    assert ["whole"] == executor.ways


def test_one_source_is_staged_by_one_step_at_a_time() -> None:
    """What it downloads is kept under one name; another source need not wait."""
    run = Run(rows(*["file:same"] * 4, "file:other"))
    Ahead(run, Two(), tell=untold).run()
    slots = {candidate.slot for candidate in run.candidates if candidate.source == "file:same"}
    same = {f"stage:{slot}" for slot in slots}
    assert {True} == {len(same & together) <= 1 for together in run.together}
    assert 25 == len(run.ended)


def test_what_stands_is_not_performed_and_what_rests_on_a_change_is() -> None:
    """A candidate that is staged again is measured again, whatever its old reports say."""
    (whole, changed) = rows("file:a", "file:b")
    standing = frozenset(
        step.task
        for candidate in (whole, changed)
        for definition in early_steps(PIPELINE)
        for step in Run(()).steps_of(definition, candidate)
    ) - {f"stage:{changed.slot}"}
    run = Run((whole, changed), standing=standing)
    told: list[str] = []
    ahead = Ahead(run, Two(), tell=told.extend)
    ahead.run()
    assert set(told) == ahead.standing
    assert {task for task in standing if task.partition(":")[2].startswith(whole.slot)} == (
        ahead.standing
    )
    assert 5 == len(ahead.performed)


def test_with_nothing_to_do_no_executor_is_touched() -> None:
    """Not even opened for long."""
    executor = Two()
    Ahead(Run(()), executor, tell=untold).run()
    assert [] == executor.ways


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), RuntimeError("a bug")])
def test_what_is_no_product_ends_the_run(fault: BaseException) -> None:
    """An interrupt, or a bug outside every step: the executor hears of it."""
    executor = Two()
    with pytest.raises(type(fault)):
        Ahead(Run(rows("file:a", "file:b"), fault=fault), executor, tell=untold).run()
    assert [type(fault).__name__] == executor.ways
