"""The run report: what CI reads, because doit, nox and make flatten exit codes."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from openmed.context import Context
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.fleet_facts import CondemnedFact
from openmed.domain.records.run_record import StageTimes
from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.run_report import (
    RollbackRecord,
    RunReport,
    StepRecord,
)
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.slot_undo import Undo
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.domain.release.rollback import RollbackPlan
from openmed.domain.release.rollback_options import Request
from openmed.errors import OpenMedError
from openmed.exit_codes import ExitCode, worst_code

FOLLOWING: Final = "publish:"
"""How the name of the step begins by which one slot's public repository follows."""


def report_of(  # noqa: PLR0913 - every part of the report is named
    *,
    started: str,
    performed: tuple[StepResult, ...],
    flip: FlipRecord | None,
    crashed: tuple[str, ...],
    is_interrupted: bool,
    status_page: str,
    condemned: tuple[CondemnedFact, ...] = (),
    kept: tuple[StepRecord, ...] = (),
    unfollowed: tuple[StepFault, ...] = (),
) -> RunReport:
    """Add up a run.

    Args:
        started: when it started.
        performed: its steps, in order.
        flip: what the flip left; None when it left nothing usable.
        crashed: tasks that doit itself reports as broken.
        is_interrupted: whether it was told to end.
        status_page: path of the status page; empty when there is none.
        condemned: live releases of the slots meant that today's policy condemns.
        kept: steps of slots that were not asked.
        unfollowed: why public repositories did not follow the pointer.
    """
    moved = any(step.task == "flip" and step.how is StepState.COMPUTED for step in performed)
    results = () if flip is None else flip.results if moved else _settled(flip.results)
    steps = (*kept, *step_records(performed))
    faults = (*(step.fault for step in steps if step.fault is not None), *unfollowed)
    fleet_wide = [
        f
        for f in faults
        if f.step in ("flip", "follow") or f.step.startswith(("regenerate:", "shard:", FOLLOWING))
    ]
    codes = {result.exit_code for result in results} | {fault.exit_code for fault in fleet_wide}
    if crashed or flip is None:
        is_ours = bool(crashed) or not fleet_wide
        codes.add(ExitCode.INTERNAL if is_ours else fleet_wide[0].exit_code)
    if condemned:
        codes.add(ExitCode.HELD)
    if is_interrupted:
        codes = {ExitCode.INTERRUPTED}
    return RunReport(
        started=started,
        tag=flip.tag if flip and moved else None,
        exit_code=worst_code(codes),
        candidates=results,
        steps=steps,
        faults=faults,
        crashed=crashed,
        status_page=status_page,
        alarms=(
            *(
                f"{row.fact.slot} serves generation {row.fact.generation}, which fails policy "
                f"{row.fact.policy.name} since {row.tag}: {', '.join(row.fact.gates)}"
                for row in condemned
            ),
            *map(unfollowed_line, unfollowed),
        ),
    )


def unfollowed_line(fault: StepFault) -> str:
    """What a person must know of a public repository that did not follow the pointer."""
    return f"{fault.step.removeprefix(FOLLOWING)} is not published: {fault.message}"


def with_unfollowed(report: RunReport, unfollowed: tuple[StepFault, ...]) -> RunReport:
    """A report that also says which public repositories did not follow the pointer."""
    if not unfollowed:
        return report
    fields = {name: getattr(report, name) for name in RunReport.model_fields}
    return RunReport(
        **fields
        | {
            "exit_code": worst_code({report.exit_code, *(one.exit_code for one in unfollowed)}),
            "faults": (*report.faults, *unfollowed),
            "alarms": (*report.alarms, *map(unfollowed_line, unfollowed)),
        }
    )


def timed_report(
    report: RunReport, *, times: tuple[StageTimes, ...], told: tuple[StepFault, ...]
) -> RunReport:
    """A rollback's report with every stage, and with what could not be told.

    Args:
        report: as it was when the pages were written.
        times: its stages; none when nothing moved.
        told: why people were not told.
    """
    record = report.rollback
    if record is None or not (times or told):
        return report
    stages = times[0] if times else record.times
    fields = {name: getattr(report, name) for name in RunReport.model_fields}
    slow = (f"slower than promised: {stages.until_undone:.0f} s",) if stages.is_slow else ()
    return RunReport(
        **fields
        | {
            "exit_code": worst_code({report.exit_code, *(ExitCode.UNFINISHED for _ in told)}),
            "faults": (*report.faults, *told),
            "alarms": (*report.alarms, *slow),
            "rollback": RollbackRecord(
                reason=record.reason,
                is_dry_run=record.is_dry_run,
                slots=record.slots,
                also_live=record.also_live,
                times=stages,
                is_slow=stages.is_slow,
            ),
        }
    )


def rollback_report(  # noqa: PLR0913 - every part of the report is named
    request: Request,
    plan: RollbackPlan,
    *,
    started: str,
    times: StageTimes,
    is_dry_run: bool,
    performed: tuple[StepResult, ...],
    status_page: str,
    notice: str,
) -> RunReport:
    """Add up a rollback that could be planned.

    Args:
        request: what was asked for.
        plan: what was decided.
        started: when it started.
        times: how long it took.
        is_dry_run: whether nothing was written.
        performed: steps that wrote what is derived.
        status_page: path of the status page; empty when there is none.
        notice: what is to be said of the clock; may be empty.
    """
    faults = tuple(step.fault for step in performed if step.fault is not None)
    is_moved = plan.entry is not None and not is_dry_run
    # What is live did change, so no code that says "nothing moved" fits.
    codes = {fault.exit_code for fault in faults}
    if is_moved and faults:
        codes = {ExitCode.UNFINISHED}
    refused = [row for row in plan.slots if row.undo is Undo.REFUSED]
    return RunReport(
        command="release rollback",
        started=started,
        tag=plan.entry.tag if plan.entry and not is_dry_run else None,
        exit_code=worst_code({plan.exit_code, *codes}),
        candidates=(),
        steps=step_records(performed),
        faults=faults,
        status_page=status_page,
        rollback=RollbackRecord(
            reason=request.reason,
            is_dry_run=is_dry_run,
            slots=plan.slots,
            also_live=plan.also_live,
            times=times,
        ),
        alarms=(
            *(f"{row.slot} cannot go back: {row.reason}" for row in refused),
            *(f"{slot} still serves what was taken back elsewhere" for slot in plan.also_live),
            *((notice,) if notice else ()),
        ),
    )


def failed_rollback_report(started: str, fault: StepFault) -> RunReport:
    """The report of a rollback that moved nothing: it could not even be planned or written."""
    return RunReport(
        command="release rollback",
        started=started,
        tag=None,
        exit_code=fault.exit_code,
        candidates=(),
        steps=(),
        faults=(fault,),
        status_page="",
        alarms=(f"rollback failed: {fault.message}",),
    )


def step_records(performed: Iterable[StepResult]) -> tuple[StepRecord, ...]:
    """Steps as a report tells them."""
    return tuple(
        StepRecord(task=s.task, how=s.how, seconds=s.seconds, fault=s.fault) for s in performed
    )


def kept_steps(slots: Iterable[KeptSlot]) -> tuple[StepRecord, ...]:
    """Steps of slots of which nothing moved since they had nothing to do."""
    return tuple(
        StepRecord(task=task, how=StepState.REUSED, seconds=0.0, fault=faults.get(task))
        for slot in slots
        for faults in (dict(slot.faults),)
        for task in slot.tasks
    )


def _settled(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """What an earlier run released is live now."""
    return tuple(
        Result(
            slot=row.slot,
            standing=SlotOutcome.LIVE if row.standing is SlotOutcome.RELEASED else row.standing,
            repo_id=row.repo_id,
            artifact=row.artifact,
            grade=row.grade,
            generation=row.generation,
            tag=row.tag,
            reason="already live"
            if row.standing in (SlotOutcome.RELEASED, SlotOutcome.LIVE)
            else row.reason,
            gates=row.gates,
            exit_code=row.exit_code,
        )
        for row in results
    )


def condemned_of(world: Context, pattern: str) -> tuple[CondemnedFact, ...]:
    """Live releases that today's policy condemns, with or without a candidate."""
    try:
        state = world.releases.state()
    except OpenMedError:
        return ()  # The flip says what is wrong with the state.
    return tuple(row for row in state.condemned if fnmatchcase(row.fact.slot, pattern))
