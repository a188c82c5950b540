"""What is kept of slots whose steps had nothing to do in a run."""

from collections.abc import Iterable, Iterator, Mapping

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.release.product import ErrorProduct
from openmed.domain.release.results.kept_slot import KeptSlot, rests_on
from openmed.domain.release.results.run_report import RunReport, StepRecord
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.step_result import StepState
from openmed.domain.wire import digest_value
from openmed.pipeline.release_graph import ReleaseGraph
from openmed.pipeline.standing.lasting import slot_lasts_until
from openmed.steps import stage


def quiet_rows(graph: ReleaseGraph, report: RunReport) -> tuple[Candidate, ...]:
    """Candidates that were asked, and had nothing to do."""
    reused = {step.task for step in report.steps if step.how is StepState.REUSED}
    return tuple(row for row in graph.candidates if reused.issuperset(_tasks(graph, row)))


def closed_slots(
    graph: ReleaseGraph, report: RunReport, rows: Iterable[Candidate]
) -> Iterator[KeptSlot]:
    """What is kept of candidates that had nothing to do.

    One of which a flip planned now would say something else than was reported is left open: its
    bytes may not be served.

    Args:
        graph: of the run.
        report: what it came to.
        rows: the candidates.
    """
    steps = {step.task: step for step in report.steps}
    reported = {row.slot: row for row in report.candidates}
    flip = graph.flip()
    planned = {row.slot: row for row in flip.planned().results}
    for row in rows:
        tasks, result = tuple(_tasks(graph, row)), planned[row.slot]
        if row.slot in reported and _facts(reported[row.slot]) == _facts(result):
            verdict = flip.verdict_digest(row.slot)
            yield _kept(graph.world, row, steps, tasks=tasks, result=result, verdict=verdict)


def _tasks(graph: ReleaseGraph, row: Candidate) -> Iterator[str]:
    for definition in graph.pipeline.until("compare"):
        yield from (step.task for step in graph.steps_of(definition, row))


def _facts(result: Result) -> tuple[object, ...]:
    is_live = result.standing in (SlotOutcome.RELEASED, SlotOutcome.LIVE)
    standing = SlotOutcome.LIVE if is_live else result.standing
    return (standing, result.artifact, result.generation, result.tag, result.exit_code)


def _kept(  # noqa: PLR0913 - each is another fact of the slot
    context: Context,
    row: Candidate,
    steps: Mapping[str, StepRecord],
    *,
    tasks: tuple[str, ...],
    result: Result,
    verdict: str,
) -> KeptSlot:
    made = context.products.read(row.slot, stage.PRODUCT, StagedCandidate)
    is_staged = made is not None and not isinstance(made.value, ErrorProduct)
    staged = made.value.artifact if made and isinstance(made.value, StagedCandidate) else None
    state = context.releases.state()
    live = state.live_in(row.slot)
    judged = frozenset({result.artifact} if result.artifact else ())
    faults = ((task, steps[task].fault) for task in tasks)
    return KeptSlot(
        slot=row.slot,
        row=row.row,
        listed=digest_value(context.inputs.listed(row.repo_id)),
        source=row.source,
        profile=row.profile,
        parent=row.parent,
        repo_id=row.repo_id,
        artifacts=tuple(sorted(rests_on(state, row, staged=staged) | judged)),
        is_live=is_staged and live is not None and live.release.artifact == staged,
        until=slot_lasts_until(context, row),
        verdict=verdict,
        tasks=tasks,
        faults=tuple((task, fault) for task, fault in faults if fault is not None),
        result=result,
    )
