"""Explaining a slot's last verdict: where it stands, and its lines for a person."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from openmed.context import Context, open_context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.explanation import (
    ExplainedGate,
    ExplainedMeasure,
    Explanation,
    SuiteLeak,
    explain,
)
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import BASELINE, PERFORMANCE, Verdict
from openmed.domain.pages.inputs import verified_release
from openmed.domain.release.product import ErrorProduct, VerdictProduct
from openmed.domain.slot import parse_slot
from openmed.domain.wire import digest_value
from openmed.errors import EvidenceError, OpenMedError, UsageError
from openmed.pipeline.summary import table

_VERDICT = "verdict"
_HEADINGS = (
    "NUMBER", "SUITE", "OBSERVED", "LIMIT", "INTERVAL", "N", "FAMILIES", "LOST", "GAINED",
    "OUTCOME", "LIMIT FROM",
)  # fmt: skip


def explain_slot(root: Path, *, slot: str, gate: str) -> Explanation:
    """Explain the last verdict on a slot: the product of its last run, else what is live.

    Raises:
        UsageError: there is no such gate, or never was a verdict on this slot.
        EvidenceError: judging failed, so there is no verdict.
        IntegrityError: the evidence of what is live does not verify.
    """
    world = open_context(root, quiet=True)
    key = parse_slot(slot).key
    found = _found(world, key)
    return explain(
        found.verdict,
        source=found.source,
        policy=_policy(world, key),
        reports=found.reports,
        gates=GATES,
        only=gate,
    )


class _Found(NamedTuple):
    verdict: Verdict
    source: str
    reports: tuple[BenchmarkReport, ...]


def _found(world: Context, slot: str) -> _Found:
    made = world.products.read(slot, _VERDICT, VerdictProduct)
    if made is not None and isinstance(made.value, VerdictProduct):
        verdict = made.value.verdict
        source = world.products.path(slot, _VERDICT).relative_to(world.root).as_posix()
        return _Found(verdict, source, tuple(_reports(world, verdict)))
    live = world.releases.state().live_in(slot)
    if live is not None:
        record = verified_release(
            live,
            state=world.releases.state(),
            evidence=world.releases.evidence,
            verify=world.verifiers.recorded(world.releases.evidence),
        )
        source = f"gates/evidence/{live.release.verdict}.json"
        return _Found(record.verdict, source, record.reports)
    if made is not None and isinstance(made.value, ErrorProduct):
        fault = made.value.fault
        raise EvidenceError(fault.message, next_step=fault.next_step or "openmed release run")
    msg = f"there is no verdict on slot {slot}: it was never judged here and serves nothing"
    raise UsageError(msg, next_step="openmed release run")


def _reports(world: Context, verdict: Verdict) -> Iterator[BenchmarkReport]:
    """Reports of a run, if they are still the ones its verdict names."""
    for reference in verdict.reports:
        if reference.suite == PERFORMANCE or reference.suite.startswith(BASELINE):
            continue
        made = world.products.read(verdict.slot, reference.suite, BenchmarkReport)
        report = made.value if made else None
        if isinstance(report, BenchmarkReport) and digest_value(report) == reference.report:
            yield report


def _policy(world: Context, slot: str) -> Policy | None:
    try:
        return world.inputs.policy(slot)
    except OpenMedError:
        return None


def explanation_text(explanation: Explanation, *, program: str) -> str:
    """An explanation in lines for a person.

    Args:
        explanation: what to say.
        program: how the person can call `openmed` from where they stand.
    """
    artifact = explanation.artifact[:16] if explanation.artifact else "nothing staged"
    when = explanation.time_verified
    lines = [
        f"{explanation.slot}: {explanation.decision} at {when}, artifact {artifact}",
        f"verdict: {explanation.source}",
        f"policy: {explanation.policy}",
    ]
    if explanation.is_policy_changed:
        lines.append("  it was changed since, or is gone: the limits below are the verdict's")
    lines += [f"fault: {fault.step}: {fault.message}" for fault in explanation.faults]
    for gate in explanation.gates:
        lines += ["", *_gate(gate, explanation.policy)]
    lines += ["", f"reproduce: {program} {explanation.command}"]
    return "\n".join(lines) + "\n"


def _gate(gate: ExplainedGate, policy: str) -> Iterator[str]:
    advisory = "" if gate.result.blocking else " (advisory)"
    yield f"{gate.id}: {gate.result.outcome}{advisory}"
    if gate.rule:
        yield f"  rule: {gate.rule} ({gate.heading})"
    yield f"  said: {gate.result.message}"
    if gate.reason:
        yield f"  why these limits: {gate.reason} ({policy} [gates.{gate.id}])"
    if gate.measures:
        rows = table((_HEADINGS, *(_row(gate.id, one) for one in gate.measures)))
        yield from (f"  {line}" for line in rows)
    if gate.leaks:
        count = len(gate.leaks)
        yield f"  direct identifiers left in clear: {count}, by document, offsets and label"
        yield from (f"    {line}" for line in table(tuple(_span(one) for one in gate.leaks)))
    for suite in gate.missing:
        yield f"  the report of {suite} is gone or was made again, so no spans can be shown"


def _row(gate: str, one: ExplainedMeasure) -> tuple[str, ...]:
    measure = one.measure
    return (
        measure.name,
        measure.suite,
        _number(measure.observed),
        _number(measure.limit),
        _interval(measure.bound, measure.upper),
        str(measure.support),
        str(measure.families) if measure.families else "-",
        "-" if measure.lost is None else str(measure.lost),
        "-" if measure.gained is None else str(measure.gained),
        measure.outcome.value,
        ", ".join(one.keys) or f"gates.{gate}",
    )


def _interval(bound: float | None, upper: float | None) -> str:
    if bound is None:
        return "-"
    return f"bound {bound:.6g}" if upper is None else f"[{bound:.6g}, {upper:.6g}]"


def _number(value: float | None) -> str:
    return "no data" if value is None else f"{value:.6g}"


def _span(one: SuiteLeak) -> tuple[str, ...]:
    return one.suite, one.leak.document, f"{one.leak.start}-{one.leak.end}", one.leak.label
