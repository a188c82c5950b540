"""Whole operations: run a release, benchmark a candidate, look at what is live."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from openmed.context import Context, EventSink, open_context
from openmed.domain.attestation.rotation import Rotation
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import StepFault
from openmed.domain.release.product import ErrorProduct, fault_of
from openmed.domain.release.rollback import RollbackPlan
from openmed.domain.release.rollback_options import Request
from openmed.domain.slot import parse_slot
from openmed.domain.wire import pretty
from openmed.errors import EvidenceError, ExternalError, OpenMedError, UsageError
from openmed.pipeline import interrupts
from openmed.pipeline.doit_main import run_graph
from openmed.pipeline.doit_tasks import namespace
from openmed.pipeline.regeneration import derived_steps
from openmed.pipeline.release_graph import (
    EVERY,
    ReleaseGraph,
    open_graph,
    require_registry,
    require_writable,
)
from openmed.pipeline.run_report import (
    RollbackTimes,
    RunReport,
    failed_rollback_report,
    rollback_report,
)
from openmed.pipeline.step_runner import StepResult, run_step
from openmed.steps.hold import Hold
from openmed.steps.lift import Lift, Lifting, Waived
from openmed.steps.rollback import Rollback
from openmed.steps.rotate import Rotate

ROLLBACK = "rollback"


def run_release(
    root: Path,
    *,
    retry: bool,
    quiet: bool,
    pattern: str = EVERY,
    tell: EventSink | None = None,
) -> RunReport:
    """Run the whole chain of a release repository.

    Raises:
        UsageError: queue, policy, pins or key cannot be used; nothing was run.
    """
    graph = open_graph(root, retry=retry, quiet=quiet, pattern=pattern, tell=tell)
    graph.world.signer.check()
    require_writable(graph.world, graph.world.root / "gates")
    require_registry(graph.world)
    run_graph(namespace(graph, prints=False))
    return graph.run_report()


class CandidateMeasurement(NamedTuple):
    """One candidate measured on one suite.

    Attributes:
        slot: its slot.
        report: as it would be released.
        bare: the same without the profile's rules; None when nobody asked.
    """

    slot: str
    report: BenchmarkReport
    bare: BenchmarkReport | None = None


def run_benchmark(  # noqa: PLR0913 - each is an option of the command
    root: Path,
    *,
    slot: str,
    suite: str,
    retry: bool,
    quiet: bool,
    wants_bare: bool = False,
    tell: EventSink | None = None,
) -> list[CandidateMeasurement]:
    """Stage and measure candidates of the queue; judges and releases nothing.

    Args:
        root: release repository.
        slot: one slot, or empty for every candidate.
        suite: one pinned suite, or empty for those the slot's policy names.
        retry: whether to try again what failed twice.
        quiet: whether to keep progress to itself.
        wants_bare: whether to measure without the profile's rules too.
        tell: takes events; None = nobody follows them.

    Raises:
        UsageError: no such slot or suite.
        OpenMedError: staging or measuring failed.
    """
    graph = open_graph(root, retry=retry, quiet=quiet, tell=tell)
    wanted = parse_slot(slot).key if slot else ""
    candidates = [c for c in graph.candidates if wanted in ("", c.slot)]
    if not candidates:
        msg = f"there is no candidate for slot {wanted}; the queue has {', '.join(graph.slots)}"
        raise UsageError(msg)
    pins = {pin.name: pin for pin in graph.world.inputs.pins()}
    if suite and suite not in pins:
        msg = f"suite {suite!r} is not pinned; gates/suites.toml has {', '.join(pins)}"
        raise UsageError(msg)
    measured: list[CandidateMeasurement] = []
    for candidate in candidates:
        _raise_fault(graph.run_step(graph.stage(candidate)))
        for pin in [pins[suite]] if suite else graph.suites(candidate.slot):
            step = graph.benchmark(candidate, pin)
            _raise_fault(graph.run_step(step))
            report = _report(graph, candidate.slot, pin.name)
            bare = step.measured(has_backstop=False) if wants_bare else None
            measured.append(CandidateMeasurement(candidate.slot, report, bare))
    return measured


def run_rollback(root: Path, request: Request, *, is_dry_run: bool, quiet: bool) -> RunReport:
    """Put earlier releases back, then write everything that is derived.

    Neither queue nor policies are read, so a broken one holds up no rollback. Times count from
    the call: that is when the reason was known.

    Raises:
        UsageError: no such slot, tag or generation, or several slots without leave; nothing was
            written.
        OpenMedError: the state cannot be trusted or another process is moving it.
    """
    world = open_context(root, quiet=quiet)
    step = Rollback(
        releases=world.releases,
        registry=world.registry,
        store=world.store,
        verifiers=world.verifiers,
        now=world.now,
    )
    try:
        if is_dry_run:
            times = RollbackTimes(detected_at=world.now)
            return _rollback_report(world, request, step.plan(request), times=times)
        return _carried_out(world, request, step)
    except UsageError:
        raise
    except (OpenMedError, OSError) as error:
        _write_failure(world, fault_of(error, step=ROLLBACK))
        raise
    except KeyboardInterrupt:
        message = "interrupted; run it again to go on"
        fault = StepFault(
            step=ROLLBACK, error="Interrupted", message=message, exit_code=interrupts.EXIT_CODE
        )
        _write_failure(world, fault)
        raise


def run_hold(root: Path, *, slot: str, reason: str, is_thaw: bool) -> str | None:
    """Freeze or thaw a slot and write everything that is derived.

    Returns:
        Tag of the ledger entry; None when the slot was so already.

    Raises:
        UsageError: there is no such slot.
    """
    world = open_context(root, quiet=True)
    step = Hold(releases=world.releases, now=world.now)
    key = parse_slot(slot).key
    entry = step.thaw(key, reason=reason) if is_thaw else step.freeze(key, reason=reason)
    _settle(world)
    return entry.tag if entry else None


def run_rotation(root: Path, *, verifier: str, is_lost: bool) -> tuple[Rotation, str]:
    """Replace a key, close the old one, and write everything that is derived.

    Returns:
        What was replaced by what, and the tag of the ledger entry; empty when an earlier call
        that was killed had made it.

    Raises:
        UsageError: there is no such key.
    """
    world = open_context(root, quiet=True)
    step = Rotate(releases=world.releases, ring=world.ring, now=world.now)
    rotated = step.rotate(verifier, is_lost=is_lost)
    _settle(world)
    return rotated


def run_waive(  # noqa: PLR0913 - each is an option of the command
    root: Path, *, digest: str, reason: str, expires: str, key: Path | None, is_recording: bool
) -> Waived:
    """Sign a waiver for a quarantined artifact; lift the quarantine, unless it is only signed.

    Raises:
        UsageError: there is no such artifact, or no key.
        RefusedError: what was revoked is not lifted; or the waiver expired.
        IntegrityError: this key may not sign it.
    """
    world = open_context(root, quiet=True)
    signer = world.signer if key is None else world.signer_of(key)
    waived = _lift(world).waive(
        signer, digest, reason=reason, expires=expires, is_recording=is_recording
    )
    _settle(world)
    return waived


def run_lift(root: Path) -> Lifting:
    """Record the waivers that people put into the repository."""
    world = open_context(root, quiet=True)
    lifting = _lift(world).record()
    _settle(world)
    return lifting


def _lift(world: Context) -> Lift:
    return Lift(
        releases=world.releases,
        verifiers=world.verifiers,
        waivers=world.waivers,
        now=world.now,
    )


def _settle(world: Context) -> None:
    """Write everything that is derived, after an entry that moved no slot."""
    world.sweep()
    for done in _derive(world):
        _raise_fault(done)


def _carried_out(world: Context, request: Request, step: Rollback) -> RunReport:
    clock = _Stopwatch(world.timer)
    plan = step.commit(request, decided=clock.decide)
    flipped = clock.read()
    world.sweep()
    # Also when nothing moved: an earlier run may have been killed before it came to this.
    performed = tuple(_derive(world))
    is_moved = plan.entry is not None
    times = RollbackTimes(
        detected_at=request.detected_at or world.now,
        decided=clock.decided,
        flipped=flipped if is_moved else None,
        regenerated=clock.read() if is_moved else None,
    )
    report = _rollback_report(world, request, plan, times=times, performed=performed)
    world.run_files.write_report(pretty(report))
    return report


def _rollback_report(
    world: Context,
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
        started=world.now,
        times=times,
        is_dry_run=performed is None,
        performed=performed or (),
        status_page=world.status_page,
    )


def _write_failure(world: Context, fault: StepFault) -> None:
    world.run_files.write_report(pretty(failed_rollback_report(world.now, fault)))


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


def _derive(world: Context) -> Iterator[StepResult]:
    for step in derived_steps(world):
        yield run_step(step, products=world.products, retry=True)


def _raise_fault(done: StepResult) -> None:
    if done.fault is None:
        return
    error = ExternalError(done.fault.message, next_step=done.fault.next_step)
    error.exit_code = done.fault.exit_code
    raise error


def _report(graph: ReleaseGraph, slot: str, name: str) -> BenchmarkReport:
    made = graph.world.products.read(slot, name, BenchmarkReport)
    if made is None or isinstance(made.value, ErrorProduct):
        msg = f"{slot}: the report of suite {name} vanished"
        raise EvidenceError(msg)
    return made.value
