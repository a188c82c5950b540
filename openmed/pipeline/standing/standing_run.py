"""A run with nothing to do is not run: what the last one came to stands while nothing moved.

Only a run of the whole fleet that reused every product is kept. Reading it decides nothing: it
moves no pointer, and a flip, a rollback, `verify` and the monitors look at everything themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from openmed.context import Context
from openmed.context.watch import watching
from openmed.domain.candidates.candidate import OWN_SCHEMES
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.step_result import StepState
from openmed.domain.wire import pretty
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode
from openmed.pipeline.definition import EVERY
from openmed.pipeline.release_graph import ReleaseGraph
from openmed.pipeline.standing.answers import QUESTION, REPORT, standing_report
from openmed.pipeline.standing.lasting import lasts_until

AnsweredToo = Callable[[ReleaseGraph, RunReport], Mapping[str, bytes]]


class StandingRun:
    """What a run of a release repository came to, while nothing it rests on moved."""

    def __init__(
        self, context: Context, *, retry: bool, pattern: str, answered: AnsweredToo
    ) -> None:
        """Remember what is asked; only the whole fleet has an index, and no second try.

        Args:
            context: the release repository.
            retry: whether what failed twice is tried again.
            pattern: slots meant.
            answered: what else a run that had nothing to do answers, by name.
        """
        self._answered = answered
        self._context = context
        self._is_kept = not retry and pattern == EVERY
        self._graph: ReleaseGraph | None = None

    def report(self) -> RunReport | None:
        """Report of this run, where it has nothing to do; it is written as a run writes it."""
        return standing_report(self._context) if self._is_kept else None

    def of(self, graph: ReleaseGraph) -> ReleaseGraph:
        """Name the graph that is run."""
        self._graph = graph
        return graph

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Run, and keep what it came to if it had nothing to do."""
        if not self._is_kept:
            yield
            return
        context = self._context
        place = context.memory.folder
        with watching(
            context.standing, root=context.root, artifacts=context.artifacts, witness=place
        ) as watch:
            yield
            graph = self._graph
            report = graph.run_report() if graph else None
            if graph is None or report is None or not _did_nothing(report):
                return
            if not _is_seen(graph):
                return
            with suppress(OpenMedError):
                watch.keep(
                    QUESTION,
                    {REPORT: pretty(report), **self._answered(graph, report)},
                    since=self._context.now,
                    until=lasts_until(self._context),
                    sources=[row.source_reference.partition("#")[0] for row in graph.candidates],
                )


def _did_nothing(report: RunReport) -> bool:
    is_reused = all(step.how is StepState.REUSED for step in report.steps)
    is_whole = not report.crashed and report.exit_code != ExitCode.INTERRUPTED
    return bool(report.steps) and is_reused and is_whole


def _is_seen(graph: ReleaseGraph) -> bool:
    """Whether all that decides is files here.

    A registry elsewhere is asked each time, and so is a source that another package brings.
    """
    is_ours = OWN_SCHEMES.issuperset(row.scheme for row in graph.candidates)
    return is_ours and graph.world.is_registry_local
