"""doit's reporter: records skipped and failed steps, and always writes the run report."""

from collections.abc import Mapping
from typing import ClassVar, Protocol, TextIO

from doit.exceptions import BaseFail
from doit.task import Task

from openmed.context import Context
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.wire import pretty
from openmed.pipeline.events import tell_planned

RELEASE = "release"
FOLLOW = "follow"
"""Takes what other machines shared; when it is refused, nothing else may run."""
AHEAD = "ahead"
"""Performs what may run at the same time."""
_NO_STEPS = frozenset({RELEASE, FOLLOW, AHEAD})


class PrintSummary(Protocol):
    """Prints the end of a run; handed in by what prints for people."""

    def __call__(self, report: RunReport) -> None:
        """Print it."""


class RecordsRun(Protocol):
    """What the reporter needs of the graph."""

    world: Context
    crashed: list[str]
    unfollowed: tuple[StepFault, ...]

    def pass_over(self, task: str) -> None:
        """Record a step that had nothing to do."""

    def run_report(self) -> RunReport:
        """What this run came to."""


class ReleaseReporter:
    """doit's reporter; `complete_run` is called however the run went.

    Attributes:
        graph: whose run it is.
        print_summary: prints the summary; None when the caller does.
    """

    desc = "a table at the end"
    graph: ClassVar[RecordsRun]
    print_summary: ClassVar[PrintSummary | None]

    @classmethod
    def bound_to(
        cls, graph: RecordsRun, *, print_summary: PrintSummary | None
    ) -> type["ReleaseReporter"]:
        """A reporter class for one graph: doit makes the instance itself."""
        show = None if print_summary is None else staticmethod(print_summary)
        return type("BoundReporter", (cls,), {"graph": graph, "print_summary": show})

    def __init__(self, outstream: TextIO, options: Mapping[str, object]) -> None:  # noqa: ARG002 - doit's signature
        """Take what doit gives every reporter."""
        self._out = outstream
        self._is_refused = False

    def initialize(self, tasks: Mapping[str, Task], selected_tasks: list[str]) -> None:  # noqa: ARG002 - doit's signature
        """Called when the graph is known."""
        steps = (task.name for task in tasks.values() if task.actions)
        tell_planned(self.graph.world, (name for name in steps if name not in _NO_STEPS))

    def get_status(self, task: Task) -> None:
        """Called before a task is looked at."""

    def execute_task(self, task: Task) -> None:
        """Called before a task runs."""

    def add_success(self, task: Task) -> None:
        """Called after a task ran."""

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        """Called when a task failed; `follow` and `release` are meant to, and say why."""
        if task.name == FOLLOW:
            self._is_refused = True
            self._tell(str(fail.message))
        elif task.name != RELEASE and not self._is_refused:
            self.graph.crashed.append(task.name)
            self._tell(f"{task.name}: {fail.get_name()}")

    def skip_uptodate(self, task: Task) -> None:
        """Called instead of running a task whose product stands."""
        if task.actions:
            self.graph.pass_over(task.name)

    def skip_ignore(self, task: Task) -> None:
        """Called for a task that `doit ignore` set aside: it did not run, so it is broken."""
        self.graph.crashed.append(task.name)

    def cleanup_error(self, exception: BaseFail) -> None:  # noqa: ARG002 - as above
        """Called when a clean-up failed."""
        self.graph.crashed.append("clean-up")

    def runtime_error(self, msg: str) -> None:
        """Called when doit itself could not go on."""
        self.graph.crashed.append("doit")
        self._tell(msg)

    def teardown_task(self, task: Task) -> None:
        """Called before a teardown."""

    def complete_run(self) -> None:
        """Write the run report; print the summary unless the caller does."""
        report = self.graph.run_report()
        self.graph.world.run_files.write_report(pretty(report))
        self.graph.world.progress.ended()
        if self.print_summary is not None:
            self.print_summary(report)

    def _tell(self, line: str) -> None:
        self.graph.world.progress.changed(line, {"type": "trouble", "text": line})
