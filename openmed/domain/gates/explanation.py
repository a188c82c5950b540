"""Why a verdict is what it is: each gate's rule, numbers, where its limits come from, and leaks.

Drawn from a verdict, its policy and its reports. Offsets and labels only, never text.
"""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias, cast

from openmed.domain.digest import Json
from openmed.domain.evaluation.leaks import count_leaks
from openmed.domain.evaluation.report import BenchmarkReport, Count, Leak
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR, Gate, GateResult, Measure
from openmed.domain.gates.policy import GatePolicy, Policy
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.slot import parse_slot
from openmed.errors import UsageError

LEAK_GATES = frozenset({"critical_leakage", "residual_leakage"})
"""Gates that count what is left in clear, so their spans are shown."""


Leaks: TypeAlias = "tuple[Leak, ...] | str"
"""What leaked on a suite, with its places; or why these are not known."""


class ExplainedMeasure(Frozen):
    """One number, and where its limit comes from.

    Attributes:
        measure: the number.
        keys: keys of the policy file that hold the limit; empty = the gate's table as a whole.
    """

    measure: Measure
    keys: tuple[str, ...]


class SuiteLeak(Frozen):
    """One leaked span of one suite."""

    suite: str
    leak: Leak


class UnplacedLeaks(Frozen):
    """How many spans of one suite leaked, and why it is not known where."""

    suite: str
    spans: Count
    why: str


class ExplainedGate(Frozen):
    """One gate.

    Attributes:
        id: gate.
        rule: its rule in one sentence.
        heading: where the documentation has it.
        result: what it said.
        reason: why the policy's numbers are what they are; empty when the policy is gone.
        measures: its numbers.
        leaks: spans left in clear that it is about.
        missing: suites whose report is not here any more, so that leaks cannot be shown.
        unplaced: suites whose text is not as it was measured, so that leaks are counted only.
    """

    id: str
    rule: str
    heading: str
    result: GateResult
    reason: str
    measures: tuple[ExplainedMeasure, ...]
    leaks: tuple[SuiteLeak, ...]
    missing: tuple[str, ...]
    unplaced: tuple[UnplacedLeaks, ...] = ()


class Explanation(Frozen):
    """Why a verdict is what it is.

    Attributes:
        slot: whose.
        artifact: tree digest judged; None when nothing was staged.
        decision: what followed.
        time_verified: when.
        source: file the verdict stands in.
        policy: file the limits stand in.
        is_policy_changed: whether that file is another one now than the verdict was made under.
        faults: steps that failed.
        gates: the gates asked for, in the policy's order.
        command: arguments of `openmed` that measure the same again.
    """

    slot: str
    artifact: str | None
    decision: Decision
    time_verified: str
    source: str
    policy: str
    is_policy_changed: bool
    faults: tuple[StepFault, ...]
    gates: tuple[ExplainedGate, ...]
    command: str


def explain(  # noqa: PLR0913 - everything a verdict rests on
    verdict: Verdict,
    *,
    source: str,
    policy: Policy | None,
    reports: tuple[BenchmarkReport, ...],
    leaks: Mapping[str, Leaks],
    gates: tuple[Gate, ...],
    only: str = "",
) -> Explanation:
    """Explain a verdict.

    Args:
        verdict: what to explain.
        source: file it stands in.
        policy: the slot's policy now; None when it cannot be read.
        reports: the reports the verdict names, as far as they are here.
        leaks: by suite what leaked, with its places, or why these are not known.
        gates: gates of this engine, for their rules.
        only: one gate; empty = all.

    Raises:
        UsageError: the verdict has no such gate.
    """
    ids = [result.id for result in verdict.results]
    if only and only not in ids:
        msg = f"the verdict on {verdict.slot} has no gate {only[:60]!r}; it has {', '.join(ids)}"
        raise UsageError(msg)
    is_same = policy is not None and policy.digest == verdict.policy.digest
    tables = {table.id: table for table in policy.gates} if policy and is_same else {}
    rules = {gate.id: _first_sentence(gate) for gate in gates}
    rules[CONDEMNED_BEHAVIOUR] = "It does not predict the same as a condemned artifact."
    measured = _Measured({report.suite.name: report for report in reports}, leaks)
    explained = tuple(
        _gate(verdict, result, tables.get(result.id), rules.get(result.id, ""), measured)
        for result in verdict.results
        if only in ("", result.id)
    )
    return Explanation(
        slot=verdict.slot,
        artifact=verdict.artifact,
        decision=verdict.decision,
        time_verified=verdict.time_verified,
        source=source,
        policy=f"gates/policy/{verdict.policy.name}.toml",
        is_policy_changed=not is_same,
        faults=verdict.faults,
        gates=explained,
        command=_command(verdict.slot, explained),
    )


class _Measured(NamedTuple):
    """Reports that are here, and what leaked, by suite."""

    reports: Mapping[str, BenchmarkReport]
    leaks: Mapping[str, Leaks]


def _gate(
    verdict: Verdict, result: GateResult, table: GatePolicy | None, rule: str, measured: _Measured
) -> ExplainedGate:
    here, leaks = measured
    suites = tuple(dict.fromkeys(m.suite for m in result.measures if result.id in LEAK_GATES))
    return ExplainedGate(
        id=result.id,
        rule=rule,
        heading=f"docs/reference/gates.md#{result.id}",
        result=result,
        reason=table.reason if table else "",
        measures=tuple(
            ExplainedMeasure(measure=m, keys=_keys(verdict.slot, table, m) if table else ())
            for m in result.measures
        ),
        leaks=tuple(
            SuiteLeak(suite=suite, leak=leak)
            for suite in suites
            if suite in here
            for leak in _placed(leaks[suite])
            if leak.label in _labels(here[suite], result)
        ),
        missing=tuple(suite for suite in suites if suite not in here),
        unplaced=tuple(
            UnplacedLeaks(
                suite=suite,
                spans=count_leaks(here[suite], _labels(here[suite], result)),
                why=why,
            )
            for suite in suites
            if suite in here and isinstance(why := leaks[suite], str)
        ),
    )


def _placed(leaks: Leaks) -> tuple[Leak, ...]:
    return () if isinstance(leaks, str) else leaks


def _labels(report: BenchmarkReport, result: GateResult) -> set[str]:
    """Labels the gate measured; all declared ones if it measured none by name."""
    known = {row.name for row in report.labels}
    named = {m.name for m in result.measures if m.suite == report.suite.name} & known
    return named or set(report.scope.labels)


def _keys(slot: str, table: GatePolicy, measure: Measure) -> tuple[str, ...]:
    settings = cast("Json", json.loads(table.settings))
    prefix = f"gates.{table.id}"
    found = _numbers(settings, prefix, tier=parse_slot(slot).tier, label=measure.name)
    return tuple(path for path, value in found if abs(value) == abs(measure.limit))


def _numbers(value: Json, path: str, *, tier: str, label: str) -> Iterator[tuple[str, float]]:
    """Every number of a gate's table with its key; rows for other tiers and labels left out."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield path, float(value)
    elif isinstance(value, dict):
        if value.get("tier", tier) == tier and value.get("label", label) == label:
            for key, inner in value.items():
                yield from _numbers(inner, f"{path}.{key}", tier=tier, label=label)
    elif isinstance(value, list):
        for inner in value:
            name = inner.get("tier") or inner.get("label") if isinstance(inner, dict) else None
            place = f"{path}[{name}]" if name else path
            yield from _numbers(inner, place, tier=tier, label=label)


def _first_sentence(gate: Gate) -> str:
    return (type(gate).__doc__ or "").strip().partition("\n")[0]


def _command(slot: str, gates: tuple[ExplainedGate, ...]) -> str:
    suites = {m.measure.suite for gate in gates for m in gate.measures}
    one = f" --suite {next(iter(suites))}" if len(suites) == 1 else ""
    return f"benchmark run {slot}{one}"
