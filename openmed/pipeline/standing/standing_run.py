"""A run asks what may have moved: what else the last one came to stands.

Slot by slot: one whose steps all had nothing to do is kept, and not asked again while nothing of it
moved; where that is all of them and nothing else was done, the next run is not run at all. Reading
it decides nothing: it moves no pointer, and a flip, a rollback, `verify` and the monitors look at
what they move, or prove, themselves.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

from pydantic import ValidationError

from openmed.context import Context
from openmed.context.covered_files import PREDICTIONS
from openmed.context.watch import Seen, Standing, Watch, watching
from openmed.domain.candidates.candidate import OWN_SCHEMES
from openmed.domain.release.results.kept_slot import KeptSlot, KeptSlots
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.step_result import StepState
from openmed.domain.wire import dump, pretty
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode
from openmed.pipeline.definition import EVERY
from openmed.pipeline.release_graph import NOTHING_KEPT, ReleaseGraph
from openmed.pipeline.standing.answers import (
    CATALOGUE,
    GATE,
    JUDGED,
    PLANS,
    QUESTION,
    QUIET_UNTIL,
    REPORT,
    SLOTS,
    quiet_at,
    told_again,
)
from openmed.pipeline.standing.closing import closed_slots, quiet_rows
from openmed.pipeline.standing.lasting import fleet_lasts_until
from openmed.pipeline.standing.reopening import standing_slots

_WORTH: Final = 4
"""So many slots that can be kept are worth writing the index for; fewer are asked again."""


class SlotLines(NamedTuple):
    """What other commands say of one slot that has nothing to do: JSON without a line end.

    Attributes:
        plan: `release plan`.
        judged: `release gate`; empty where there is no verdict.
    """

    plan: bytes
    judged: bytes


class AnsweredToo(NamedTuple):
    """What other commands say while a run has nothing to do.

    Attributes:
        of_slots: of each slot that was asked in the run.
        of_catalogue: what a plan says of the catalogue, as JSON.
        of_gate: what `release gate` says of the fleet, from the lines of all slots; empty where it
            says nothing.
    """

    of_slots: Callable[[ReleaseGraph, Sequence[KeptSlot]], Mapping[str, SlotLines]]
    of_catalogue: Callable[[Context], bytes]
    of_gate: Callable[[Sequence[KeptSlot], RunReport, Sequence[bytes]], bytes]


class StandingRun:
    """What a run of a release repository came to, and how much of it stands.

    Attributes:
        kept: slots that are not asked again.
    """

    def __init__(
        self, context: Context, *, retry: bool, pattern: str, answered: AnsweredToo
    ) -> None:
        """Remember what is asked; only the whole fleet has an index, and no second try.

        Args:
            context: the release repository.
            retry: whether what failed twice is tried again.
            pattern: slots meant.
            answered: what else a run that had nothing to do answers.
        """
        self._answered = answered
        self._context = context
        self._is_kept = not retry and pattern == EVERY
        self._graph: ReleaseGraph | None = None
        self._seen: Seen | None = None
        self._head: str | None = None
        self.kept: Mapping[str, KeptSlot] = NOTHING_KEPT

    def report(self) -> RunReport | None:
        """Report of this run, where it has nothing to do; it is written as a run writes it."""
        if not self._is_kept:
            return None
        context = self._context
        self._seen = context.standing.look(QUESTION, now=context.now)
        if self._seen is None or self._seen.moved:
            return None
        known = quiet_at(self._seen.standing, context.now).get(REPORT)
        return None if known is None else told_again(context, known)

    def of(self, graph: ReleaseGraph) -> ReleaseGraph:
        """Name the graph that is run."""
        self._graph = graph
        return graph

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Run, and keep what had nothing to do."""
        if not self._is_kept:
            yield
            return
        context = self._context
        with watching(context.standing, root=context.root, artifacts=context.artifacts) as watch:
            self._begin(watch)
            yield
            self._end(watch)

    def _begin(self, watch: Watch) -> None:
        context = self._context
        if self._seen is not None:
            self.kept = standing_slots(context, self._seen, watch)
        if not self.kept:
            watch.look(context.memory.folder)
        # What was recorded until here is what all that is kept stands under.
        with suppress(OpenMedError):
            last = context.releases.state().last
            self._head = last.digest if last else ""

    def _end(self, watch: Watch) -> None:
        graph = self._graph
        report = graph.run_report() if graph else None
        is_whole = report is not None and not report.crashed
        if graph is None or report is None or not is_whole or not _is_seen(graph):
            return
        if report.exit_code == ExitCode.INTERRUPTED:
            return
        with suppress(OpenMedError, OSError, ValidationError):
            self._keep(watch, graph, report)

    def _keep(self, watch: Watch, graph: ReleaseGraph, report: RunReport) -> None:
        context = self._context
        is_quiet = all(step.how is StepState.REUSED for step in report.steps)
        quiet = quiet_rows(graph, report)
        if not is_quiet and len(quiet) < _WORTH:
            return
        more = tuple(closed_slots(graph, report, quiet))
        is_everything = is_quiet and len(graph.kept) + len(more) == len(graph.slots)
        if self._head is None or not (is_everything or len(more) >= _WORTH):
            return
        lines = {**self._lines(), **self._answered.of_slots(graph, more)}
        slots = {**graph.kept, **{one.slot: one for one in more}}
        rows = tuple(slots[slot] for slot in graph.slots if slot in slots)
        until = fleet_lasts_until(context)
        plans = [lines[row.slot].plan for row in rows]
        judged = [lines[row.slot].judged for row in rows]
        answers = {
            SLOTS: dump(KeptSlots(head=self._head, slots=rows)),
            PLANS: b"\n".join(plans),
            JUDGED: b"\n".join(judged),
            CATALOGUE: self._answered.of_catalogue(context),
            QUIET_UNTIL: min((until, *(row.until for row in rows))).encode(),
        }
        if is_everything:
            answers[REPORT] = pretty(report)
            if self._has_predictions():
                answers[GATE] = self._answered.of_gate(rows, report, judged)
        watch.keep(
            QUESTION,
            Standing(since=context.now, until=until, answers=answers),
            sources=[row.source_reference.partition("#")[0] for row in graph.candidates],
            may_move=not is_quiet,
        )

    def _has_predictions(self) -> bool:
        """Whether what slots that were not asked were counted from is as it was."""
        moved = self._seen.moved if self._seen and self.kept else ()
        return str(self._context.artifacts / PREDICTIONS) not in moved

    def _lines(self) -> Mapping[str, SlotLines]:
        """What was kept of the slots that were not asked."""
        if self._seen is None or not self.kept:
            return {}
        answers = self._seen.standing.answers
        rows = KeptSlots.model_validate_json(answers[SLOTS]).slots
        plans, judged = answers[PLANS].split(b"\n"), answers[JUDGED].split(b"\n")
        lines = map(SlotLines, plans, judged)
        return {row.slot: line for row, line in zip(rows, lines, strict=True)}


def _is_seen(graph: ReleaseGraph) -> bool:
    """Whether all that decides is files here.

    A registry elsewhere is asked each time, and so is a source that another package brings.
    """
    is_ours = OWN_SCHEMES.issuperset(row.scheme for row in graph.candidates)
    return is_ours and graph.world.is_registry_local
