"""The pipeline for doit: each step becomes a task, its materials and product the task's files.

The edges are those of `definition.py`; doit runs them in order. Whether a product stands is asked
of the step itself, so the graph is right with an old database, a lost one, or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

from doit.exceptions import InvalidDodoFile, TaskFailed
from doit.task import Task

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.product import Step, fault_of
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode
from openmed.pipeline import interrupts
from openmed.pipeline.ahead import Ahead
from openmed.pipeline.definition import Each, StepDefinition
from openmed.pipeline.doit_reporter import AHEAD, FOLLOW, PrintSummary, RecordsRun, ReleaseReporter
from openmed.pipeline.publishing.publication import follow_pointer, publish_again
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.pipeline.run_preconditions import require_right_clock
from openmed.pipeline.run_report import with_unfollowed
from openmed.pipeline.sharing import Sharing
from openmed.pipeline.sharing_rules import require_alone
from openmed.pipeline.standing.standing_run import StandingRun

TaskTable = dict[str, object]


class UpToDateCheck:
    """doit's up-to-date check: asks the step, not the database."""

    def __init__(self, graph: ReleaseGraph, step: Step[Frozen], ahead: Ahead | None) -> None:
        """Remember whom to ask."""
        self._graph = graph
        self._step = step
        self._ahead = ahead

    def __call__(self, task: Task, values: Mapping[str, object]) -> bool:  # noqa: ARG002 - doit's
        """Whether there is nothing to do."""
        if self._ahead is not None:
            if self._step.task in self._ahead.performed:
                return False  # It is recorded as what it came to, not as one that stands.
            if self._step.task in self._ahead.standing:
                return True
        return self._graph.is_current(self._step)


class ReleaseTasks:
    """The pipeline as tasks of doit: one for each step, after those it is made from."""

    def __init__(
        self,
        graph: ReleaseGraph,
        sharing: Sharing | None = None,
        ahead: Ahead | None = None,
        *,
        is_whole: bool = False,
    ) -> None:
        """Remember whose tasks these are.

        Args:
            graph: their steps.
            sharing: how the state is shared with other machines; None = it is not.
            ahead: performs steps that may run at the same time; None = they run in order.
            is_whole: whether they are all of the command; if not, the caller goes on after them.
        """
        self._is_whole = is_whole
        self._graph = graph
        self._sharing = sharing
        self._ahead = ahead

    def task_follow(self) -> TaskTable:
        """Take what other machines shared, before anything is read."""
        return {
            "actions": [(_follow, [self._graph, self._sharing])],
            "uptodate": [False],
            "io": {"capture": False},
            "verbosity": 0,
        }

    def task_ahead(self) -> TaskTable:
        """Perform what may run at the same time."""
        return {
            "actions": [(_perform_ahead, [self._ahead])],
            "task_dep": [FOLLOW] if self._sharing is not None else [],
            "uptodate": [False],
            "io": {"capture": False},
            "verbosity": 0,
        }

    def task_pipeline(self) -> Iterator[TaskTable]:
        """Every task of the pipeline."""
        groups: set[str] = set()
        for definition in self._graph.pipeline.steps:
            tasks = list(self._tasks_of(definition))
            if definition.group not in groups and all("name" in task for task in tasks):
                yield {"basename": definition.group, "name": None, "doc": definition.summary}
            groups.add(definition.group)
            yield from tasks

    def task_release(self) -> TaskTable:
        """The whole chain; red if anything is not released."""
        fleet = (step for step in self._graph.pipeline.steps if step.each is Each.FLEET)
        groups = [step.group for step in fleet]
        return _release_task(self._graph, self._sharing, groups=groups, is_whole=self._is_whole)

    def task_publish(self) -> TaskTable:
        """Publish again what the pointer says and a registry does not serve; not by itself."""
        return {
            "actions": [(_publish, [self._graph])],
            "uptodate": [False],
            "io": {"capture": False},
            "verbosity": 0,
        }

    def _tasks_of(self, definition: StepDefinition) -> Iterator[TaskTable]:
        graph = self._graph
        if definition.each is Each.FLEET:
            made = self._products(definition)
            yield from (
                self._task(step, definition, file_dep=made) for step in graph.steps(definition)
            )
            return
        names = map(graph.pipeline.named, definition.alone_after)
        before = [step.task for name in names for step in graph.steps(name)]
        for candidate in graph.candidates:
            made = self._products(definition, candidate)
            for step in graph.steps_of(definition, candidate):
                task = self._task(step, definition, file_dep=made)
                if definition.alone_after:
                    # Nothing else may compute meanwhile, also with `doit -n`: one after another.
                    task["task_dep"] = [*self._first, *before]
                    before = [step.task]
                yield task

    def _products(
        self, definition: StepDefinition, candidate: Candidate | None = None
    ) -> list[str]:
        """Files a step is made from: of one candidate, or of all."""
        graph = self._graph
        made = [graph.pipeline.named(name) for name in definition.made_from]
        steps = (
            step
            for one in made
            for step in (graph.steps_of(one, candidate) if candidate else graph.steps(one))
        )
        return [graph.product(step.slot, step.name) for step in steps]

    @property
    def _first(self) -> list[str]:
        follow = [FOLLOW] if self._sharing is not None else []
        return follow if self._ahead is None else [*follow, AHEAD]

    def _run(self, step: Step[Frozen]) -> None:
        if self._ahead is None or step.task not in self._ahead.performed:
            self._graph.run(step)

    def _task(
        self, step: Step[Frozen], definition: StepDefinition, *, file_dep: list[str]
    ) -> TaskTable:
        basename, _, name = step.task.partition(":")
        return {
            "basename": basename,
            **({"name": name} if name else {"doc": definition.summary}),
            "actions": [(self._run, [step])],
            "file_dep": file_dep,
            "task_dep": self._first,
            "targets": [self._graph.product(step.slot, step.name)],
            "uptodate": [UpToDateCheck(self._graph, step, self._ahead)],
            "io": {"capture": False},
            "verbosity": 0,
        }


def doit_config(graph: RecordsRun, *, print_summary: PrintSummary | None) -> TaskTable:
    """What doit must know besides the tasks."""
    graph.world.artifacts.mkdir(parents=True, exist_ok=True)
    if not graph.world.graph_cache.is_usable():
        discard_cache(graph.world)
    return {
        "default_tasks": ["release"],
        "minversion": "0.37.0",
        "backend": "sqlite3",
        "dep_file": str(graph.world.graph_cache.file),
        "continue": True,
        "verbosity": 0,
        "par_type": "thread",
        "reporter": ReleaseReporter.bound_to(graph, print_summary=print_summary),
    }


def discard_cache(world: Context) -> None:
    """Throw doit's database away, and say so: the graph is right without it."""
    world.graph_cache.discard()
    text = f"{world.graph_cache.file.name} was damaged; it is made again, nothing else is lost"
    world.progress.changed(text, {"type": "trouble", "text": text})


def namespace(
    graph: ReleaseGraph,
    *,
    print_summary: PrintSummary | None = None,
    sharing: Sharing | None = None,
    ahead: Ahead | None = None,
    is_whole: bool = False,
) -> dict[str, object]:
    """What a dodo module holds: the task creators and doit's configuration.

    Args:
        graph: the steps.
        print_summary: prints the end of the run; None = the caller does.
        sharing: how the state is shared with other machines; None = the caller shares it.
        ahead: performs steps that may run at the same time; None = doit has the order alone.
        is_whole: whether this is all of the command; if not, the caller goes on after it.

    Raises:
        IntegrityError: the clock is too far behind the ledger.
    """
    require_right_clock(graph.world)
    tasks = ReleaseTasks(graph, sharing, ahead, is_whole=is_whole)
    names = [name for name in dir(tasks) if name.startswith("task_")]
    if sharing is None:
        names.remove(f"task_{FOLLOW}")
    if ahead is None:
        names.remove(f"task_{AHEAD}")
    creators = {name: getattr(tasks, name) for name in names}
    return {**creators, "DOIT_CONFIG": doit_config(graph, print_summary=print_summary)}


def dodo(
    world: Context, *, print_summary: PrintSummary, standing: StandingRun | None = None
) -> dict[str, object]:
    """What `dodo.py` needs; a repository that cannot be used stops doit with one sentence.

    Args:
        world: the release repository.
        print_summary: prints the end of the run.
        standing: what stands of the whole fleet, where that is what doit runs; None = every task
            is there, as whoever lists or picks them wants it.

    Raises:
        InvalidDodoFile: doit prints it and exits with 3: nothing was run.
    """
    interrupts.install_handlers()
    try:
        git = world.git_state
        if git is None:
            require_alone(world)
            return _alone(world, print_summary, standing)
        # What others shared is not here yet, so nothing is known to stand.
        sharing = Sharing(world, git, is_judging=True)
        return namespace(
            open_graph(world), print_summary=print_summary, sharing=sharing, is_whole=True
        )
    except OpenMedError as error:
        raise InvalidDodoFile(error.diagnostics()) from None


def _alone(
    world: Context, print_summary: PrintSummary, standing: StandingRun | None
) -> dict[str, object]:
    if standing is None:
        return namespace(open_graph(world), print_summary=print_summary, is_whole=True)
    known = standing.report()
    if known is not None:
        quiet = QuietRun(world, known)
        config = doit_config(quiet, print_summary=print_summary)
        return {"task_release": quiet.task_release, "DOIT_CONFIG": config}
    watched = ExitStack()
    watched.enter_context(standing.watched())
    graph = standing.of(open_graph(world, kept=standing.kept))

    def end(report: RunReport) -> None:
        print_summary(report)
        watched.close()

    return namespace(graph, print_summary=end, is_whole=True)


class QuietRun:
    """A run that has nothing to do.

    Attributes:
        world: the release repository.
        crashed: tasks that doit could not run.
        unfollowed: why public repositories did not follow the pointer.
    """

    def __init__(self, world: Context, report: RunReport) -> None:
        """Remember what it came to."""
        self.world = world
        self.crashed: list[str] = []
        self.unfollowed: tuple[StepFault, ...] = ()
        self._report = report

    def pass_over(self, task: str) -> None:
        """Nothing: the report has every step."""

    def run_report(self) -> RunReport:
        """What the run came to."""
        return with_unfollowed(self._report, self.unfollowed)

    def task_release(self) -> TaskTable:
        """The whole chain; red if anything is not released."""
        return _release_task(self, is_whole=True)


def _release_task(
    run: RecordsRun,
    sharing: Sharing | None = None,
    *,
    groups: Sequence[str] = (),
    is_whole: bool,
) -> TaskTable:
    return {
        "actions": [(_release, [run, sharing], {"is_whole": is_whole})],
        "task_dep": list(groups),
        "uptodate": [False],
        "io": {"capture": False},
        "verbosity": 0,
    }


def _perform_ahead(ahead: Ahead | None) -> None:
    if ahead is not None:
        ahead.run()


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


def _publish(graph: ReleaseGraph) -> TaskFailed | bool:
    try:
        done = publish_again(graph.world)
    except OpenMedError as error:
        return TaskFailed(error.diagnostics())
    lost = [f"{row.slot} {row.sentence}" for row in done.unserved if row.is_lost]
    return TaskFailed("; ".join(lost)) if lost else True


def _release(graph: RecordsRun, sharing: Sharing | None, *, is_whole: bool) -> TaskFailed | bool:
    try:
        if sharing is not None and not sharing.finish():
            return TaskFailed("another machine was first; run doit again to compare with it")
        if is_whole:
            graph.unfollowed = follow_pointer(graph.world)
    except OpenMedError as error:
        return TaskFailed(error.diagnostics())
    report = graph.run_report()
    if report.exit_code == ExitCode.DONE:
        return True
    held = [row.slot for row in report.candidates if row.exit_code != ExitCode.DONE]
    return TaskFailed(f"not released: {', '.join(held) or 'see artifacts/run-report.json'}")
