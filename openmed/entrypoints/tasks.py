"""The release graph for doit: a step's materials and products become one task each.

    stage:SLOT → benchmark:SLOT:SUITE → compare:SLOT → flip → regenerate:KIND → release

doit owns the order. Whether a product stands is asked of the step itself, so the graph
is right with an old database, a lost one, or none.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

from doit.exceptions import InvalidDodoFile, TaskFailed
from doit.task import Task

from openmed.bootstrap import World, build_world
from openmed.domain.candidate import Candidate
from openmed.domain.flip import FlipRecord
from openmed.domain.frozen import Frozen
from openmed.domain.gates import GATES
from openmed.domain.policy import Policy
from openmed.domain.product import ErrorProduct, Step
from openmed.domain.suite import SuitePin
from openmed.domain.trust import RENDERERS
from openmed.domain.verdict import check_policy
from openmed.entrypoints.perform import Performed, does_stand, perform
from openmed.entrypoints.reporter import ReleaseReporter
from openmed.entrypoints.run_report import RunReport, report_of
from openmed.errors import OpenMedError, PolicyError
from openmed.steps import benchmark, compare, flip, regenerate, stage

TaskTable = dict[str, object]


class ReleaseGraph:
    """The tasks of one release repository, and the record of one run of them."""

    def __init__(self, world: World, *, retry: bool = False) -> None:
        """Read queue, pins and policies once; nothing is run yet.

        Raises:
            UsageError: any of them cannot be used.
        """
        self.world = world
        self._retry = retry
        self.performed: list[Performed] = []
        self.crashed: list[str] = []
        self.candidates: tuple[Candidate, ...] = world.inputs.queue()
        self._pins = {pin.name: pin for pin in world.inputs.pins()}
        self._policies = {c.slot: self._policy(c.slot) for c in self.candidates}

    @property
    def slots(self) -> tuple[str, ...]:
        """Slots that have a candidate."""
        return tuple(candidate.slot for candidate in self.candidates)

    def suites(self, slot: str) -> tuple[SuitePin, ...]:
        """Suites the slot's policy names."""
        return tuple(self._pins[name] for name in self._policies[slot].suites)

    def stage(self, candidate: Candidate) -> stage.Stage:
        """The step that freezes a candidate's bytes."""
        return stage.Stage(
            candidate=candidate, sources=self.world.sources, store=self.world.store
        )

    def benchmark(self, slot: str, pin: SuitePin) -> benchmark.Benchmark:
        """The step that measures a candidate on a suite."""
        world = self.world
        return benchmark.Benchmark(
            slot=slot,
            pin=pin,
            staged_product=stage.PRODUCT,
            inputs=world.inputs,
            products=world.products,
            store=world.store,
            runners=world.runners,
            predictions=world.predictions,
            progress=world.progress,
            scorer=world.scorer_code,
            timeout=world.child_seconds,
        )

    def compare(self, candidate: Candidate) -> compare.Compare:
        """The step that judges a candidate."""
        world = self.world
        return compare.Compare(
            candidate=candidate,
            staged_product=stage.PRODUCT,
            inputs=world.inputs,
            products=world.products,
            releases=world.releases,
            signer=world.signer,
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

    def regenerate(self, kind: str, render: regenerate.Renderer) -> regenerate.Regenerate:
        """The step that writes one kind of trust artifact."""
        world = self.world
        return regenerate.Regenerate(
            kind=kind,
            render=render,
            inputs=world.inputs,
            releases=world.releases,
            verifiers=world.verifiers,
            pages=world.pages,
            pages_code=world.pages_code,
        )

    def product(self, slot: str, name: str) -> str:
        """File of a product, as doit wants it."""
        return str(self.world.products.path(slot, name))

    def perform(self, step: Step[Frozen]) -> Performed:
        """Perform a step and record it."""
        done = perform(step, products=self.world.products, retry=self._retry)
        self.performed.append(done)
        return done

    def does_stand(self, step: Step[Frozen]) -> bool:
        """Whether a step has nothing to do."""
        return does_stand(step, products=self.world.products, retry=self._retry)

    def run_report(self) -> RunReport:
        """What this run came to."""
        made = self.world.products.read(flip.SLOT, flip.PRODUCT, FlipRecord)
        record = None if made is None or isinstance(made.value, ErrorProduct) else made.value
        page = self.world.artifacts / "trust" / "status" / "index.html"
        return report_of(
            started=self.world.now,
            performed=tuple(self.performed),
            flip=record,
            crashed=tuple(self.crashed),
            status_page=str(page) if page.exists() else "",
        )

    def _policy(self, slot: str) -> Policy:
        policy = self.world.inputs.policy(slot)
        check_policy(policy, GATES)
        missing = [name for name in policy.suites if name not in self._pins]
        if missing:
            msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
            raise PolicyError(msg)
        return policy


class Standing:
    """doit's up-to-date check: asks the step, not the database."""

    def __init__(self, graph: ReleaseGraph, step: Step[Frozen]) -> None:
        """Remember whom to ask."""
        self._graph = graph
        self._step = step

    def __call__(self, task: Task, values: Mapping[str, object]) -> bool:
        """Whether there is nothing to do."""
        return self._graph.does_stand(self._step)


def release_tasks(graph: ReleaseGraph) -> dict[str, Callable[[], Iterator[TaskTable] | TaskTable]]:
    """Task creators of the whole graph, by doit's naming rule."""

    def task(step: Step[Frozen], *, name: str, file_dep: list[str]) -> TaskTable:
        return {
            "name": name,
            "actions": [(_act, [graph, step])],
            "file_dep": file_dep,
            "targets": [graph.product(step.slot, step.name)],
            "uptodate": [Standing(graph, step)],
            "io": {"capture": False},
            "verbosity": 0,
        }

    def task_stage() -> Iterator[TaskTable]:
        """Freeze each candidate's bytes by content."""
        for candidate in graph.candidates:
            yield task(graph.stage(candidate), name=candidate.slot, file_dep=[])

    def task_benchmark() -> Iterator[TaskTable]:
        """Run each staged candidate on each suite of its policy."""
        for slot in graph.slots:
            for pin in graph.suites(slot):
                step = graph.benchmark(slot, pin)
                staged = graph.product(slot, stage.PRODUCT)
                yield task(step, name=f"{slot}:{pin.name}", file_dep=[staged])

    def task_compare() -> Iterator[TaskTable]:
        """Judge each candidate by its policy."""
        for candidate in graph.candidates:
            slot = candidate.slot
            reports = [graph.product(slot, pin.name) for pin in graph.suites(slot)]
            staged = graph.product(slot, stage.PRODUCT)
            yield task(graph.compare(candidate), name=slot, file_dep=[staged, *reports])

    def task_flip() -> TaskTable:
        """Move what is releasable, in one commit."""
        verdicts = [graph.product(slot, compare.PRODUCT) for slot in graph.slots]
        table = task(graph.flip(), name="flip", file_dep=verdicts)
        del table["name"]
        return table

    def task_regenerate() -> Iterator[TaskTable]:
        """Write cards, benchmark cards, leaderboard and status from what is live."""
        for kind, render in RENDERERS:
            flipped = graph.product(flip.SLOT, flip.PRODUCT)
            yield task(graph.regenerate(kind, render), name=kind, file_dep=[flipped])

    def task_release() -> TaskTable:
        """The whole chain; red if anything is not released."""
        return {
            "actions": [(_release, [graph])],
            "task_dep": ["regenerate"],
            "uptodate": [False],
            "io": {"capture": False},
            "verbosity": 0,
        }

    return {
        creator.__name__: creator
        for creator in (
            task_stage,
            task_benchmark,
            task_compare,
            task_flip,
            task_regenerate,
            task_release,
        )
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


def open_graph(root: Path, *, retry: bool = False, quiet: bool = False) -> ReleaseGraph:
    """Open the release graph of one repository.

    Raises:
        UsageError: queue, policy or pins cannot be used.
    """
    return ReleaseGraph(build_world(root, quiet=quiet), retry=retry)


def namespace(graph: ReleaseGraph, *, prints: bool) -> dict[str, object]:
    """What a dodo module holds: the tasks and doit's configuration."""
    tasks = cast("dict[str, object]", release_tasks(graph))
    return {**tasks, "DOIT_CONFIG": doit_config(graph, prints=prints)}


def _act(graph: ReleaseGraph, step: Step[Frozen]) -> bool:
    graph.perform(step)
    return True


def _release(graph: ReleaseGraph) -> TaskFailed | bool:
    report = graph.run_report()
    held = [row.slot for row in report.candidates if row.exit_code != 0]
    if report.exit_code == 0:
        return True
    return TaskFailed(f"not released: {', '.join(held) or 'see artifacts/run-report.json'}")


def dodo(root: Path) -> dict[str, object]:
    """What `dodo.py` needs; a repository that cannot be used stops doit with one sentence.

    Raises:
        InvalidDodoFile: doit prints it and exits with 3: nothing was run.
    """
    try:
        return namespace(open_graph(root), prints=True)
    except OpenMedError as error:
        raise InvalidDodoFile(error.diagnostics()) from None
