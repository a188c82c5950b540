"""Parts of the chain, one command each: for CI, where they run on different machines, and repair.

stage → gate   (candidate code, no key)   → flip → regenerate   (a key, no candidate code)
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Literal

from openmed.app.sync import follow, share
from openmed.context import Context
from openmed.domain.candidates.shard import WHOLE, Shard
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.release.product import VERDICT, Step, VerdictProduct
from openmed.domain.release.results.kept_slot import KeptSlot
from openmed.domain.release.results.part_report import Judged, PartReport, code_of
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.wire import pretty
from openmed.exit_codes import ExitCode, worst_code
from openmed.pipeline import interrupts
from openmed.pipeline.ahead import open_ahead
from openmed.pipeline.definition import EVERY
from openmed.pipeline.events import tell_reused
from openmed.pipeline.publishing.publication import followed_report
from openmed.pipeline.release_graph import (
    ReleaseGraph,
    open_graph,
)
from openmed.pipeline.run_preconditions import (
    no_older_report,
    require_registry,
    require_right_clock,
    require_writable,
)
from openmed.pipeline.run_report import step_records
from openmed.pipeline.standing.answers import GATE, quiet_answers
from openmed.pipeline.uploads import is_staged, read_recheck, take_in

_CODES = {
    Decision.RELEASABLE: ExitCode.DONE,
    Decision.QUARANTINED: ExitCode.HELD,
    Decision.NOT_EVALUATED: ExitCode.NO_VERDICT,
    Decision.ADOPTED: ExitCode.DONE,
}


def run_stage(world: Context, *, pattern: str = EVERY, retry: bool = False) -> PartReport:
    """Freeze the bytes of candidates; measures, judges and releases nothing.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no candidate is meant.
    """
    graph = open_graph(follow(world), retry=retry, pattern=pattern)
    for definition in graph.pipeline.until("stage"):
        _perform(graph, graph.steps(definition))
    return _report("release stage", graph, shard=WHOLE)


def run_gate(
    world: Context, *, pattern: str = EVERY, shard: Shard = WHOLE, retry: bool = False
) -> PartReport:
    """Stage and measure candidates and say what the gates say; needs no key, releases nothing.

    What it measures is kept, so a flip on the same files measures nothing again. Without the suite
    secret generated suites are left to `run_generated`, and so are the gates that need one.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no candidate is meant.
    """
    world = follow(world)
    left = frozenset() if world.generated_suites.has_secret else _generated(world)
    if not left and not retry and (pattern, shard) == (EVERY, WHOLE):
        known = quiet_answers(world).get(GATE)
        if known:
            return _told_again(world, PartReport.model_validate_json(known))
    graph = open_graph(world, retry=retry, pattern=pattern, shard=shard, left=left)
    ahead = open_ahead(graph)
    if ahead is not None:
        ahead.run()
    done = ahead.performed if ahead is not None else frozenset[str]()
    for candidate in graph.candidates:
        _perform(graph, (step for step in graph.measuring(candidate) if step.task not in done))
    judged = tuple(_judged(graph.compare(row).judged()) for row in graph.candidates)
    return _report("release gate", graph, shard=shard, judged=judged)


def judged_nothing(graph: ReleaseGraph, slots: Iterable[KeptSlot]) -> Mapping[str, Judged | None]:
    """What `run_gate` says of slots that have nothing to do; None where a verdict is missing."""
    read = graph.world.products.read
    made = {one.slot: read(one.slot, VERDICT, VerdictProduct) for one in slots}
    return {
        slot: _judged(one.value.verdict) if one and isinstance(one.value, VerdictProduct) else None
        for slot, one in made.items()
    }


def gate_of_nothing(
    slots: Sequence[KeptSlot], report: RunReport, judged: Sequence[bytes]
) -> PartReport | None:
    """What `run_gate` says after a run that had nothing to do; None where a verdict is missing.

    Args:
        slots: all of them.
        report: what that run came to.
        judged: what is said of each slot, as JSON; empty where a verdict is missing.
    """
    if not all(judged):
        return None
    rows = tuple(Judged.model_validate_json(line) for line in judged)
    known = {step.task: step for step in report.steps}
    # The last step of a slot judges it.
    steps = tuple(known[task] for one in slots for task in one.tasks[:-1])
    codes = {_CODES[row.decision] for row in rows}
    faults = (step.fault.exit_code for step in steps if step.fault is not None)
    return PartReport(
        command="release gate",
        shard=WHOLE.name,
        exit_code=worst_code({*codes, *faults}),
        slots=tuple(one.slot for one in slots),
        judged=rows,
        steps=steps,
    )


def _told_again(world: Context, report: PartReport) -> PartReport:
    for step in report.steps:
        tell_reused(world, step.task)
    return report


def run_generated(
    world: Context, *, pattern: str = EVERY, retry: bool = False, shards: int | None = None
) -> PartReport:
    """Measure candidates on generated suites alone; needs the suite secret and no key.

    Args:
        world: the release repository.
        pattern: slots meant, with `*` and `?` as in a shell.
        retry: whether to try again what failed twice.
        shards: into how many shards the plan divided the fleet: then what each brought is
            measured, as far as it can be taken in; None = what is staged here.

    Raises:
        UsageError: queue, policy or pins cannot be used, or no candidate is meant.
        EvidenceError: the secret is missing.
    """
    world = follow(world)
    world.generated_suites.require_secret()
    graph = open_graph(world, retry=retry, pattern=pattern)
    generated = _generated(world)
    if shards is not None:
        take_in(graph, count=shards, has_generated=False)
    for candidate in graph.candidates:
        if shards is not None and not is_staged(graph, candidate):
            continue  # Its shard has said why; the flip takes nothing of it.
        pins = tuple(pin for pin in graph.suites(candidate.slot) if pin.name in generated)
        for name in ("stage", "benchmark", "baseline", "parent"):
            definition = graph.pipeline.named(name)
            _perform(graph, graph.steps_of(definition, candidate, pins=pins))
    return _report("release gate", graph, shard=WHOLE)


def _generated(world: Context) -> frozenset[str]:
    return frozenset(pin.name for pin in world.inputs.pins() if pin.is_generated)


def run_flip(world: Context, *, shards: int | None = None) -> RunReport:
    """Judge, sign and flip what was measured elsewhere, then regenerate; runs no candidate.

    A candidate whose evidence is not here, or was made for other inputs, gets no verdict; the
    others are flipped. Once it runs, the run report is written however it ends.

    Args:
        world: the release repository.
        shards: into how many shards the plan divided the fleet: then only what each brought counts,
            for the slots it holds, once a sample of it was run again; None = what was measured
            here counts.

    Raises:
        UsageError: queue, policy, pins or key cannot be used; nothing was run.
    """
    done = share(world, partial(_flip, shards=shards), is_judging=True)
    return followed_report(world, done)


def _flip(world: Context, *, shards: int | None) -> RunReport:
    with no_older_report(world):
        graph = open_graph(world, may_build=False)
        world.signer.check()
        require_right_clock(world)
        require_writable(world, "record")
        require_registry(world)
    try:
        if shards is not None:
            graph.recheck = read_recheck(graph)
            take_in(graph, count=shards)
        for candidate in graph.candidates:
            for step in graph.measuring(candidate):
                graph.require(step)
        for definition in graph.pipeline.since("compare"):
            _perform(graph, graph.steps(definition))
    finally:
        # An older report would tell CI of another run.
        report = graph.run_report()
        world.run_files.write_report(pretty(report))
    return report


def _perform(graph: ReleaseGraph, steps: Iterable[Step[Frozen]]) -> None:
    for step in steps:
        if interrupts.is_interrupted():
            raise KeyboardInterrupt
        graph.run(step)


def _judged(verdict: Verdict) -> Judged:
    return Judged(
        slot=verdict.slot,
        decision=verdict.decision,
        gates=tuple(gate.id for gate in verdict.deciding),
        reasons=(
            *(fault.message for fault in verdict.faults),
            *(f"{gate.id}: {gate.message}" for gate in verdict.deciding),
        ),
    )


def _report(
    command: Literal["release stage", "release gate"],
    graph: ReleaseGraph,
    *,
    shard: Shard,
    judged: tuple[Judged, ...] = (),
) -> PartReport:
    codes = {_CODES[row.decision] for row in judged} | {code_of(graph.performed)}
    return PartReport(
        command=command,
        shard=shard.name,
        exit_code=worst_code(codes),
        slots=graph.slots,
        judged=judged,
        steps=step_records(graph.performed),
    )
