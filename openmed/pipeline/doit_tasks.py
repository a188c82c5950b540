"""The release graph for doit: a step's materials and products become one task each.

    stage:SLOT → benchmark:SLOT:SUITE → compare:SLOT → flip → regenerate:KIND → release
                 benchmark:SLOT:performance, baseline:SLOT:SUITE, parent:SLOT:SUITE

doit owns the order. Whether a product stands is asked of the step itself, so the graph
is right with an old database, a lost one, or none.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from doit.exceptions import InvalidDodoFile, TaskFailed
from doit.task import Task

from openmed.domain.frozen import Frozen
from openmed.domain.release.product import Step, fault_of
from openmed.errors import OpenMedError
from openmed.pipeline import interrupts
from openmed.pipeline.doit_reporter import FOLLOW, ReleaseReporter
from openmed.pipeline.regeneration import derived_steps
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.sharing import Sharing
from openmed.pipeline.step_runner import StepResult, StepState
from openmed.steps import compare, flip, performance, stage

TaskTable = dict[str, object]


class UpToDateCheck:
    """doit's up-to-date check: asks the step, not the database."""

    def __init__(self, graph: ReleaseGraph, step: Step[Frozen]) -> None:
        """Remember whom to ask."""
        self._graph = graph
        self._step = step

    def __call__(self, task: Task, values: Mapping[str, object]) -> bool:  # noqa: ARG002 - doit's
        """Whether there is nothing to do."""
        return self._graph.is_current(self._step)


class ReleaseTasks:
    """The edges of the graph; each `task_*` is a task creator by doit's naming rule."""

    def __init__(self, graph: ReleaseGraph, sharing: Sharing | None = None) -> None:
        """Remember whose tasks these are, and how the state is shared with other machines."""
        self._graph = graph
        self._sharing = sharing

    def task_follow(self) -> TaskTable:
        """Take what other machines shared, before anything is read."""
        return {
            "actions": [(_follow, [self._graph, self._sharing])],
            "uptodate": [False],
            "io": {"capture": False},
            "verbosity": 0,
        }

    @property
    def _first(self) -> list[str]:
        return [FOLLOW] if self._sharing is not None else []

    def task_stage(self) -> Iterator[TaskTable]:
        """Freeze each candidate's bytes by content."""
        for candidate in self._graph.candidates:
            task = self._task(self._graph.stage(candidate), name=candidate.slot, file_dep=[])
            yield {**task, "task_dep": self._first}

    def task_benchmark(self) -> Iterator[TaskTable]:
        """Run each staged candidate on each suite of its policy; then against the clock, alone."""
        graph = self._graph
        before: list[str] = []
        for candidate in graph.candidates:
            slot = candidate.slot
            staged = graph.product(slot, stage.PRODUCT)
            for pin in graph.suites(slot):
                step = graph.benchmark(candidate, pin)
                yield self._task(step, name=f"{slot}:{pin.name}", file_dep=[staged])
                before.append(step.task)
        for candidate in graph.candidates:
            slot = candidate.slot
            timed = graph.performance(candidate)
            staged = graph.product(slot, stage.PRODUCT)
            # Nothing else may compute meanwhile, also with `doit -n`: it comes last, in a row.
            yield {
                **self._task(timed, name=f"{slot}:{performance.PRODUCT}", file_dep=[staged]),
                "task_dep": list(before),
            }
            before = [timed.task]

    def task_baseline(self) -> Iterator[TaskTable]:
        """Have the reports of what each candidate is compared with."""
        graph = self._graph
        for candidate in graph.candidates:
            slot = candidate.slot
            staged = graph.product(slot, stage.PRODUCT)
            for pin in graph.suites(slot):
                step = graph.baseline(candidate, pin)
                yield self._task(step, name=f"{slot}:{pin.name}", file_dep=[staged])

    def task_parent(self) -> Iterator[TaskTable]:
        """Have the reports of what each candidate was reduced from, where its row says so."""
        graph = self._graph
        for candidate in graph.candidates:
            for pin in graph.suites(candidate.slot) if candidate.parent else ():
                step = graph.parent(candidate, pin)
                yield self._task(step, name=f"{candidate.slot}:{pin.name}", file_dep=[])

    def task_compare(self) -> Iterator[TaskTable]:
        """Judge each candidate by its policy."""
        graph = self._graph
        for candidate in graph.candidates:
            slot = candidate.slot
            names = [
                stage.PRODUCT,
                *(pin.name for pin in graph.suites(slot)),
                *(graph.baseline(candidate, pin).name for pin in graph.suites(slot)),
                *(
                    graph.parent(candidate, pin).name
                    for pin in (graph.suites(slot) if candidate.parent else ())
                ),
                performance.PRODUCT,
            ]
            made = [graph.product(slot, name) for name in names]
            yield self._task(graph.compare(candidate), name=slot, file_dep=made)

    def task_flip(self) -> TaskTable:
        """Move what is releasable, in one commit."""
        graph = self._graph
        verdicts = [graph.product(slot, compare.PRODUCT) for slot in graph.slots]
        return {**self._task(graph.flip(), name=None, file_dep=verdicts), "task_dep": self._first}

    def task_regenerate(self) -> Iterator[TaskTable]:
        """Write records, cards, benchmark cards, leaderboard and status from what is live."""
        graph = self._graph
        flipped = graph.product(flip.SLOT, flip.PRODUCT)
        for step in derived_steps(graph.world):
            yield self._task(step, name=step.kind, file_dep=[flipped])

    def task_release(self) -> TaskTable:
        """The whole chain; red if anything is not released."""
        return {
            "actions": [(_release, [self._graph, self._sharing])],
            "task_dep": ["flip", "regenerate"],
            "uptodate": [False],
            "io": {"capture": False},
            "verbosity": 0,
        }

    def _task(self, step: Step[Frozen], *, name: str | None, file_dep: list[str]) -> TaskTable:
        return {
            **({"name": name} if name else {}),
            "actions": [(_act, [self._graph, step])],
            "file_dep": file_dep,
            "targets": [self._graph.product(step.slot, step.name)],
            "uptodate": [UpToDateCheck(self._graph, step)],
            "io": {"capture": False},
            "verbosity": 0,
        }


def doit_config(graph: ReleaseGraph, *, prints: bool) -> TaskTable:
    """What doit must know besides the tasks."""
    folder = graph.world.artifacts
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "default_tasks": ["release"],
        "minversion": "0.37.0",
        "backend": "sqlite3",
        "dep_file": str(folder / "doit.sqlite3"),
        "continue": True,
        "verbosity": 0,
        "par_type": "thread",
        "reporter": ReleaseReporter.bound_to(graph, prints=prints),
    }


def namespace(
    graph: ReleaseGraph, *, prints: bool, sharing: Sharing | None = None
) -> dict[str, object]:
    """What a dodo module holds: the task creators and doit's configuration."""
    tasks = ReleaseTasks(graph, sharing)
    names = [name for name in dir(tasks) if name.startswith("task_")]
    if sharing is None:
        names.remove("task_follow")
    creators = {name: getattr(tasks, name) for name in names}
    return {**creators, "DOIT_CONFIG": doit_config(graph, prints=prints)}


def dodo(root: Path) -> dict[str, object]:
    """What `dodo.py` needs; a repository that cannot be used stops doit with one sentence.

    Raises:
        InvalidDodoFile: doit prints it and exits with 3: nothing was run.
    """
    interrupts.install_handlers()
    try:
        graph = open_graph(root)
        git = graph.world.git_state
        sharing = Sharing(graph.world, git, is_judging=True) if git else None
        return namespace(graph, prints=True, sharing=sharing)
    except OpenMedError as error:
        raise InvalidDodoFile(error.diagnostics()) from None


def _act(graph: ReleaseGraph, step: Step[Frozen]) -> bool:
    graph.run_step(step)
    return True


def _follow(graph: ReleaseGraph, sharing: Sharing | None) -> TaskFailed | bool:
    try:
        if sharing is not None:
            sharing.begin()
    except OpenMedError as error:
        fault = fault_of(error, step=FOLLOW)
        result = StepResult(task=FOLLOW, how=StepState.FAILED, seconds=0.0, fault=fault)
        graph.performed.append(result)
        return TaskFailed(error.diagnostics())
    return True


def _release(graph: ReleaseGraph, sharing: Sharing | None) -> TaskFailed | bool:
    report = graph.run_report()
    try:
        if sharing is not None and not sharing.finish():
            return TaskFailed("another machine was first; run doit again to compare with it")
    except OpenMedError as error:
        return TaskFailed(error.diagnostics())
    if report.exit_code == 0:
        return True
    held = [row.slot for row in report.candidates if row.exit_code != 0]
    return TaskFailed(f"not released: {', '.join(held) or 'see artifacts/run-report.json'}")
