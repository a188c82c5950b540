"""What doit tells: one line per step that did something, the run report whatever happened."""

import sys
from collections.abc import Mapping
from typing import ClassVar, Protocol, TextIO

from doit.exceptions import BaseFail
from doit.task import Task

from openmed.bootstrap import World, program_name
from openmed.domain.wire import pretty
from openmed.entrypoints.perform import How, Performed
from openmed.entrypoints.run_report import RunReport
from openmed.entrypoints.summary import summary

RELEASE = "release"


class RecordsRun(Protocol):
    """What the reporter needs of the graph."""

    world: World
    performed: list[Performed]
    crashed: list[str]

    def run_report(self) -> RunReport:
        """What this run came to."""


class ReleaseReporter:
    """doit's reporter; `complete_run` is called however the run went.

    Attributes:
        graph: whose run it is.
        prints: whether it prints the summary, or the caller does.
    """

    desc = "one line per computed step, then a table"
    graph: ClassVar[RecordsRun]
    prints: ClassVar[bool]

    @classmethod
    def bound_to(cls, graph: RecordsRun, *, prints: bool) -> type["ReleaseReporter"]:
        """A reporter class for one graph: doit makes the instance itself."""
        return type("BoundReporter", (cls,), {"graph": graph, "prints": prints})

    def __init__(self, outstream: TextIO, options: Mapping[str, object]) -> None:  # noqa: ARG002 - doit's signature
        """Take what doit gives every reporter."""
        self._out = outstream

    def initialize(self, tasks: Mapping[str, Task], selected_tasks: list[str]) -> None:
        """Called when the graph is known."""

    def get_status(self, task: Task) -> None:
        """Called before a task is looked at."""

    def execute_task(self, task: Task) -> None:
        """Called before a task runs."""
        if task.actions and task.name != RELEASE:
            self.graph.world.progress(f"{task.name} …")

    def add_success(self, task: Task) -> None:
        """Called after a task ran."""
        if task.actions and task.name != RELEASE and self.graph.performed:
            self.graph.world.progress(step_line(self.graph.performed[-1]))

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Called when a task failed; only `release` is meant to."""
        if task.name != RELEASE:
            self.graph.crashed.append(task.name)
            self.graph.world.progress(f"{task.name}: {fail.get_name()}")

    def skip_uptodate(self, task: Task) -> None:
        """Called instead of running a task whose product stands."""
        if task.actions:
            self.graph.performed.append(Performed(task=task.name, how=How.REUSED, seconds=0.0))

    def skip_ignore(self, task: Task) -> None:
        """Called for a task that `doit ignore` set aside: it did not run, so it is broken."""
        self.graph.crashed.append(task.name)

    def cleanup_error(self, exception: BaseFail) -> None:  # noqa: ARG002 - as above
        """Called when a clean-up failed."""
        self.graph.crashed.append("clean-up")

    def runtime_error(self, msg: str) -> None:
        """Called when doit itself could not go on."""
        self.graph.crashed.append("doit")
        self.graph.world.progress(msg)

    def teardown_task(self, task: Task) -> None:
        """Called before a teardown."""

    def complete_run(self) -> None:
        """Write the run report; print the summary unless the caller does."""
        report = self.graph.run_report()
        self.graph.world.write_report(pretty(report))
        if self.prints:
            sys.stdout.write(summary(report, program=program_name()))
            sys.stdout.flush()


def step_line(done: Performed) -> str:
    """What became of a step, in a line."""
    match done.how:
        case How.COMPUTED:
            return f"{done.task}: done in {done.seconds:.1f} s"
        case How.REUSED:
            return f"{done.task}: up to date"
        case How.FAILED:
            return f"{done.task}: FAILED: {done.fault.message if done.fault else ''}"
