"""Put earlier releases back, then write everything that is derived.

`make rollback` and `openmed release rollback` only read options and print. The chain from here to
the bytes, call by call, is in docs/concepts/flip.md, "Rollback, freeze and thaw".
"""

from collections.abc import Iterator
from contextlib import contextmanager

from openmed.app.sync import share
from openmed.app.undo_conclusion import (
    Deliver,
    Undone,
    conclude,
    leave_in_outbox,
)
from openmed.context import Context
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.clock_rules import clock_notice
from openmed.domain.records.run_record import StageTimes
from openmed.domain.release.product import fault_of
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_undo import MOVES
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.domain.release.rollback import RollbackPlan
from openmed.domain.release.rollback_options import Request
from openmed.domain.release.undoing.undo_notices import undo_notice
from openmed.domain.wire import pretty
from openmed.errors import OpenMedError, UsageError
from openmed.exit_codes import ExitCode
from openmed.pipeline.reaction.stage_clock import StageClock
from openmed.pipeline.reaction.undo_step import rollback_step
from openmed.pipeline.regeneration import regenerate_all
from openmed.pipeline.run_report import (
    failed_rollback_report,
    rollback_report,
    timed_report,
    with_unfollowed,
)

ROLLBACK = "rollback"


def run_rollback(
    context: Context,
    request: Request,
    *,
    is_dry_run: bool,
    deliver: Deliver = leave_in_outbox,
) -> RunReport:
    """Put earlier releases back.

    Neither queue nor policies are read, so a broken one holds up no rollback. Times count from
    the call: that is when the reason was known.

    Args:
        context: the release repository.
        request: what is asked for.
        is_dry_run: only say what would be done.
        deliver: delivers messages.

    Raises:
        UsageError: no such slot, tag or generation, or several slots without leave; nothing was
            written.
        OpenMedError: the state cannot be trusted or another process is moving it.
    """
    if is_dry_run:
        with _failure_recorded(context):
            plan = rollback_step(context).plan(request)
            times = StageTimes(detected_at=context.now)
            return _report(context, request, plan, times=times)
    clock = StageClock(context.timer, now=context.now)
    done = share(context, lambda context: _carried_out(context, request, clock), is_urgent=True)
    return _concluded(context, done, clock=clock, deliver=deliver)


def _carried_out(context: Context, request: Request, clock: StageClock) -> RunReport:
    with _failure_recorded(context):
        plan = rollback_step(context).commit(request, decided=lambda: clock.mark("decided"))
        if plan.entry is not None:
            clock.mark("flipped")
        # Also when nothing moved: an earlier run may have been killed before it came to this.
        performed = regenerate_all(context)
        if plan.entry is not None:
            clock.mark("regenerated")
        times = clock.times(request.detected_at or context.now)
        report = _report(context, request, plan, times=times, performed=performed)
        fault = _write_report(context, report)
        if fault is None:
            return report
        failed = StepResult(fault.step, StepState.FAILED, 0.0, fault)
        return _report(context, request, plan, times=times, performed=(*performed, failed))


def _concluded(
    context: Context, report: RunReport, *, clock: StageClock, deliver: Deliver
) -> RunReport:
    """Have it served and tell of it; the report then has every stage."""
    record = report.rollback
    if record is None:
        return report
    slots = [row.slot for row in record.slots if row.undo in MOVES]
    undone = tuple(
        Undone("" if len(slots) > 1 else slots[0], tag, record.times.detected_at)
        for tag in (report.tag,)
        if tag
    )
    made = (
        undo_notice(row, reason=record.reason, tag=report.tag or "", created=context.now)
        for row in record.slots
    )
    notices = [one for one in made if one is not None]
    told = conclude(context, undone, notices=notices, clock=clock, deliver=deliver)
    whole = timed_report(report, times=told.times, told=told.faults)
    whole = with_unfollowed(whole, told.unfollowed)
    if whole != report:
        _write_report(context, whole)
    return whole


def _report(
    context: Context,
    request: Request,
    plan: RollbackPlan,
    *,
    times: StageTimes,
    performed: tuple[StepResult, ...] | None = None,
) -> RunReport:
    """The report; nothing performed means that it only says what it would do."""
    return rollback_report(
        request,
        plan,
        started=context.now,
        times=times,
        is_dry_run=performed is None,
        performed=performed or (),
        status_page=context.status_page,
        notice=clock_notice((plan.entry,), now=context.now) if plan.entry else "",
    )


@contextmanager
def _failure_recorded(context: Context) -> Iterator[None]:
    """Leave in the run report whatever ends a rollback, but wrong usage."""
    try:
        yield
    except UsageError:
        raise
    except (OpenMedError, OSError) as error:
        _write_failure(context, fault_of(error, step=ROLLBACK))
        raise
    except KeyboardInterrupt:
        message = "interrupted; run it again to go on"
        fault = StepFault(
            step=ROLLBACK, error="Interrupted", message=message, exit_code=ExitCode.INTERRUPTED
        )
        _write_failure(context, fault)
        raise


def _write_failure(context: Context, fault: StepFault) -> None:
    _write_report(context, failed_rollback_report(context.now, fault))


def _write_report(context: Context, report: RunReport) -> StepFault | None:
    """Write the run report, or remove the one of an earlier run; why it could not be written."""
    try:
        context.run_files.write_report(pretty(report))
    except OSError as error:
        context.run_files.remove_report()
        return fault_of(error, step="run-report.json")
    return None
