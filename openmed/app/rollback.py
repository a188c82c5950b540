"""Put earlier releases back, then write everything that is derived.

`make rollback` and `openmed release rollback` only read options and print. The chain from here to
the bytes, call by call, is in docs/concepts/flip.md, "Rollback, freeze and thaw".
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.clock_rules import clock_notice
from openmed.domain.release.product import fault_of
from openmed.domain.release.results.run_report import RollbackTimes, RunReport
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.domain.release.rollback import RollbackPlan
from openmed.domain.release.rollback_options import Request
from openmed.domain.wire import pretty
from openmed.errors import OpenMedError, UsageError
from openmed.exit_codes import ExitCode
from openmed.pipeline.publishing.publication import followed_report
from openmed.pipeline.regeneration import regenerate_all
from openmed.pipeline.run_report import failed_rollback_report, rollback_report
from openmed.steps.rollback import Rollback

ROLLBACK = "rollback"


def run_rollback(context: Context, request: Request, *, is_dry_run: bool) -> RunReport:
    """Put earlier releases back.

    Neither queue nor policies are read, so a broken one holds up no rollback. Times count from
    the call: that is when the reason was known.

    Raises:
        UsageError: no such slot, tag or generation, or several slots without leave; nothing was
            written.
        OpenMedError: the state cannot be trusted or another process is moving it.
    """
    if is_dry_run:
        with _failure_recorded(context):
            plan = _step(context).plan(request)
            times = RollbackTimes(detected_at=context.now)
            return _report(context, request, plan, times=times)
    done = share(context, lambda context: _carried_out(context, request), is_urgent=True)
    return followed_report(context, done)


def _step(context: Context) -> Rollback:
    return Rollback(
        releases=context.releases,
        registry=context.registry,
        store=context.store,
        verifiers=context.verifiers,
        released=context.released_bytes,
        now=context.now,
        is_local=context.is_registry_local,
    )


def _carried_out(context: Context, request: Request) -> RunReport:
    with _failure_recorded(context):
        clock = _Stopwatch(context.timer)
        plan = _step(context).commit(request, decided=clock.decide)
        flipped = clock.read()
        # Also when nothing moved: an earlier run may have been killed before it came to this.
        performed = regenerate_all(context)
        is_moved = plan.entry is not None
        times = RollbackTimes(
            detected_at=request.detected_at or context.now,
            decided=clock.decided,
            flipped=flipped if is_moved else None,
            regenerated=clock.read() if is_moved else None,
        )
        report = _report(context, request, plan, times=times, performed=performed)
        fault = _write_report(context, report)
        if fault is None:
            return report
        failed = StepResult(fault.step, StepState.FAILED, 0.0, fault)
        return _report(context, request, plan, times=times, performed=(*performed, failed))


def _report(
    context: Context,
    request: Request,
    plan: RollbackPlan,
    *,
    times: RollbackTimes,
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


class _Stopwatch:
    """Seconds since it was made.

    Attributes:
        decided: reading when the plan stood; None before.
    """

    def __init__(self, ticks: Callable[[], float]) -> None:
        """Start."""
        self._ticks = ticks
        self._start = ticks()
        self.decided: float | None = None

    def read(self) -> float:
        """Seconds so far."""
        return round(self._ticks() - self._start, 3)

    def decide(self) -> None:
        """Note that the plan stands."""
        self.decided = self.read()
