"""Why a verdict is what it is, as lines: what failed first, what passed as a count."""

from collections.abc import Iterator

from openmed.cli.render.layout import aligned, counted, folded, table
from openmed.domain.gates.explanation import (
    ExplainedGate,
    ExplainedMeasure,
    Explanation,
    SuiteLeak,
)
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.verdict import Decision
from openmed.domain.text.number_format import count, number, short_digest

MOST_ROWS = 5
"""Rows of one table unless everything is asked for."""

_HEADINGS = ("NUMBER", "SUITE", "OBSERVED", "LIMIT", "95 % BOUND", "N", "FAMILIES", "OUTCOME")
_ALL_HEADINGS = (*_HEADINGS, "LOST", "GAINED", "LIMIT FROM")
_ORDER = (
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.INCONCLUSIVE,
    Outcome.PASSED,
    Outcome.NOT_APPLICABLE,
)
_FINE = (Outcome.PASSED, Outcome.NOT_APPLICABLE)


def explanation_text(explanation: Explanation, *, program: str, width: int, shows_all: bool) -> str:
    """Lines for a person.

    Args:
        explanation: what to show.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
        shows_all: whether gates that passed are shown, and every row.
    """
    gates = sorted(explanation.gates, key=_rank)
    is_one = len(gates) == 1
    shown = [gate for gate in gates if shows_all or is_one or not _is_fine(gate)]
    lines = list(_head(explanation, width=width))
    for gate in shown:
        lines += ["", *_gate(gate, explanation, width=width, shows_all=shows_all or is_one)]
    lines.append("")
    hidden = len(gates) - len(shown)
    if hidden:
        rest = f"{program} release explain {explanation.slot} --all"
        fine = "passed or not applicable"
        lines += folded(f"{counted(hidden, 'other gate')} {fine}: {rest}", width=width)
    lines += folded(f"reproduce: {program} {explanation.command}", width=width)
    return "\n".join(lines) + "\n"


def _head(explanation: Explanation, *, width: int) -> Iterator[str]:
    decision = explanation.decision.value.replace("_", " ")
    artifact = short_digest(explanation.artifact) or "nothing staged"
    required = [gate for gate in explanation.gates if gate.result.blocking]
    bad = [gate for gate in required if not _is_fine(gate)]
    yield from folded(f"{explanation.slot}: {decision}. {_count(bad, required)}", width=width)
    if explanation.decision is Decision.NOT_EVALUATED:
        yield from folded("No verdict: nothing moved, and nothing is quarantined.", width=width)
    yield from folded(f"artifact {artifact}, judged at {explanation.time_verified}", width=width)
    yield from folded(f"verdict: {explanation.source}", width=width)
    yield from folded(f"policy: {explanation.policy}", width=width)
    if explanation.is_policy_changed:
        text = "The policy changed since, or is gone. The limits below are those of the verdict."
        yield from folded(text, width=width)
    for fault in explanation.faults:
        yield from folded(f"failed step: {fault.step}: {fault.message}", width=width)


def _count(bad: list[ExplainedGate], required: list[ExplainedGate]) -> str:
    if not bad:
        return f"All {counted(len(required), 'required gate')} passed."
    verb = "failed" if all(g.result.outcome is Outcome.FAILED for g in bad) else "did not pass"
    return f"{len(bad)} of {counted(len(required), 'required gate')} {verb}."


def _gate(
    gate: ExplainedGate, explanation: Explanation, *, width: int, shows_all: bool
) -> Iterator[str]:
    advisory = "" if gate.result.blocking else " (advisory)"
    yield from folded(f"{gate.result.outcome} {gate.id}{advisory}", width=width)
    yield from folded(f"  result: {gate.result.message}", width=width)
    if gate.rule:
        yield from folded(f"  rule: {gate.rule} ({gate.heading})", width=width)
    if gate.reason:
        yield from folded(
            f"  reason for the limits: {gate.reason} ({explanation.policy} [gates.{gate.id}])",
            width=width,
        )
    if gate.measures:
        yield from _measures(gate, width=width, shows_all=shows_all)
    if gate.leaks:
        yield from _leaks(gate, width=width, shows_all=shows_all)
    for row in gate.unplaced:
        spans = counted(row.spans, "direct identifier")
        text = f"  left in clear on {row.suite}: {spans}, places unknown: {row.why}"
        yield from folded(text, width=width)
    for suite in gate.missing:
        text = f"  no spans of {suite}: its report is gone or was made again"
        yield from folded(text, width=width)


def _measures(gate: ExplainedGate, *, width: int, shows_all: bool) -> Iterator[str]:
    rows = sorted(gate.measures, key=lambda one: _ORDER.index(one.measure.outcome))
    wanted = rows
    if not shows_all:
        failing = [one for one in rows if one.measure.outcome not in _FINE]
        wanted = failing[:MOST_ROWS]
    headings = _ALL_HEADINGS if shows_all else _HEADINGS
    cells = (_row(gate.id, one)[: len(headings)] for one in wanted)
    if wanted:
        yield from table(headings, cells, width=width, indent=2)
    yield from _rest(len(rows) - len(wanted), "number", width=width)


def _leaks(gate: ExplainedGate, *, width: int, shows_all: bool) -> Iterator[str]:
    spans = counted(len(gate.leaks), "direct identifier")
    text = f"  left in clear: {spans}, by suite, document, offsets and label"
    yield from folded(text, width=width)
    wanted = gate.leaks if shows_all else gate.leaks[:MOST_ROWS]
    yield from aligned(map(_span, wanted), width=width, indent=4)
    yield from _rest(len(gate.leaks) - len(wanted), "span", width=width)


def _rest(more: int, noun: str, *, width: int) -> Iterator[str]:
    if more > 0:
        yield from folded(f"  and {counted(more, f'more {noun}')} (--all)", width=width)


def _row(gate: str, one: ExplainedMeasure) -> tuple[str, ...]:
    measure = one.measure
    return (
        measure.name,
        measure.suite,
        number(measure.observed),
        number(measure.limit),
        _interval(measure.bound, measure.upper),
        count(measure.support),
        count(measure.families) if measure.families else "-",
        measure.outcome.value,
        "-" if measure.lost is None else count(measure.lost),
        "-" if measure.gained is None else count(measure.gained),
        ", ".join(one.keys) or f"gates.{gate}",
    )


def _interval(bound: float | None, upper: float | None) -> str:
    if bound is None:
        return "-"
    return number(bound) if upper is None else f"{number(bound)} to {number(upper)}"


def _span(one: SuiteLeak) -> tuple[str, ...]:
    return one.suite, one.leak.document, f"{one.leak.start}-{one.leak.end}", one.leak.label


def _is_fine(gate: ExplainedGate) -> bool:
    return gate.result.outcome in _FINE


def _rank(gate: ExplainedGate) -> tuple[bool, int]:
    """What decided first, then what is advisory; worst outcome first within each."""
    return not gate.result.blocking and not _is_fine(gate), _ORDER.index(gate.result.outcome)
