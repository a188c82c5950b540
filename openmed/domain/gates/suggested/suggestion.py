"""A preview policy out of what a candidate measured: values in, values out.

It starts from the policy that holds for the slot without a file of its own, and keeps its gates.
Every number that can be measured is the measured value with a stated margin (`margins.py`); the
others stay. It releases nothing: a person reviews it, and then every gate judges by it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

from openmed.domain.digest import Json
from openmed.domain.evaluation.report import BenchmarkReport, Scope
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.gates.gate import Evidence, Gate, is_idle
from openmed.domain.gates.policy import LOCAL, Policy, suites_of
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.suggested import cost, recall, usefulness
from openmed.domain.gates.suggested.margins import LARGER, POINTS, SHARE, SLOWER, SPANS
from openmed.domain.gates.suggested.values import Measured, SuggestedGate
from openmed.domain.suites.suite import Suite
from openmed.domain.text import labels
from openmed.domain.text.number_format import exact_share
from openmed.domain.wire import from_plain, plain


class Suggestion(NamedTuple):
    """A policy to be reviewed.

    Attributes:
        frame: its keys besides the gates; its gates are those it started from.
        gates: tables of its gates.
        said: what a reviewer must know, one sentence each.
    """

    frame: Policy
    gates: tuple[SuggestedGate, ...]
    said: tuple[str, ...]

    @property
    def weak(self) -> tuple[str, ...]:
        """Why the candidate is too weak for any policy; empty when it is not."""
        found = [sentence for gate in self.gates for sentence in gate.weak]
        return tuple(dict.fromkeys(found))

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """Why there is too little evidence for a policy; empty when there is enough."""
        found = [sentence for gate in self.gates for sentence in gate.unmeasured]
        return tuple(dict.fromkeys(found))


def has_gold(suite: Suite, scope: Scope) -> bool:
    """Whether a suite holds gold of a declared label in a declared language."""
    documents = in_scope(suite, scope)
    return any(labels.claims(scope.labels, s.label) for one in documents for s in one.spans)


def preview_frame(base: Policy, *, present: Policy, name: str, suites: Collection[str]) -> Policy:
    """What a suggestion begins with.

    Args:
        base: policy of the slot without a file of its own.
        present: policy that holds for the slot now; it says how a candidate may be run.
        name: of the file to be.
        suites: suites that have gold of what the candidate declares.
    """
    table = plain(base)
    changes: dict[str, Json] = {
        "name": name,
        "grade": Grade.PREVIEW.value,
        "verifiers": [LOCAL],
        "suites": [suite for suite in base.suites if suite in suites],
        "performance_suite": present.performance_suite,
    }
    waived = {"isolation": present.isolation, "isolation_reason": present.isolation_reason}
    if present.isolation_reason is not None:
        changes.update(waived)
    kept = dict(table) if isinstance(table, Mapping) else {}
    return from_plain(Policy, {**kept, **changes}, what=f"gates/policy/{name}.toml")


def suggest(evidence: Evidence, *, frame: Policy, gates: tuple[Gate, ...]) -> Suggestion:
    """Suggest a table for every gate of the frame."""
    known = {gate.id: gate for gate in gates}
    rows = [Measured(known[table.id], table, evidence) for table in frame.gates]
    return Suggestion(
        frame=frame,
        gates=tuple(_gate(measured, frozenset(frame.suites)) for measured in rows),
        said=(*_origin(evidence), _margins(), *_left(rows)),
    )


def _gate(measured: Measured, suites: frozenset[str]) -> SuggestedGate:
    declared = measured.evidence.candidate.labels
    is_without_object = is_idle(measured.gate, measured.table.settings, declared=declared)
    if measured.table.not_applicable is not None or is_without_object:
        return measured.kept()  # A label that is declared later is judged by the table as it is.
    named = suites_of(measured.settings)
    gone = named - suites
    kept = _without(measured, gone) if gone else measured
    if gone and (gone == named or not kept.settings.get("suites", [""])):
        return measured.idle(
            f"{', '.join(sorted(gone))}: no gold of what the candidate declares, in its languages"
        )
    rule = _RULES.get(measured.gate.id)
    return kept.kept() if rule is None else rule(kept)


def _without(measured: Measured, gone: frozenset[str]) -> Measured:
    """The same table without rows and names of suites that are left out."""
    changes: dict[str, Json] = {
        name: [row for row in value if _suite_of(row) not in gone]
        for name, value in measured.settings.items()
        if isinstance(value, list)
    }
    return measured.with_settings({**measured.settings, **changes})


def _suite_of(row: Json) -> str:
    """The suite that an item of a list is about; empty when it is about none."""
    value = row.get("suite") if isinstance(row, Mapping) else row
    return value if isinstance(value, str) else ""


def _origin(evidence: Evidence) -> tuple[str, ...]:
    staged, row = evidence.staged, evidence.candidate
    artifact = staged.artifact[:16] if staged else "nothing"
    measured = ", ".join(f"{r.suite.name} ({_edition(r)})" for r in evidence.reports)
    begin = f"A preview of {row.title} ({row.slot}), suggested from what it measured, and not"
    begin += " reviewed yet. Look at each number, then change this line."
    return begin, f"Measured: artifact {artifact} on {measured}."


def _edition(report: BenchmarkReport) -> str:
    return f"{report.suite.edition}, {report.suite.documents} documents"


def _margins() -> str:
    return (
        f"Margins: {SPANS} spans or {exact_share(SHARE)} of them, whichever is more; "
        f"{exact_share(POINTS)} of characters; {SLOWER} times the latency and {LARGER:g} times the "
        "memory. Another processor rounds otherwise, and must not fail."
    )


def _left(rows: list[Measured]) -> tuple[str, ...]:
    return tuple(
        sentence
        for measured in rows
        if measured.gate.id == "evidence" and measured.table.not_applicable is None
        for sentence in recall.left_in_clear(measured)
    )


_RULES: Final[Mapping[str, Callable[[Measured], SuggestedGate]]] = {
    "evidence": recall.suggested_evidence,
    "recall_floor": recall.suggested_floors,
    "structured_recall": recall.suggested_floors,
    "name_recall": recall.suggested_floors,
    "critical_leakage": recall.suggested_critical,
    "residual_leakage": recall.suggested_leakage,
    "per_language": recall.suggested_languages,
    "regression": usefulness.suggested_regression,
    "generalization": usefulness.suggested_generalization,
    "precision": usefulness.suggested_precision,
    "latency": cost.suggested_latency,
    "memory": cost.suggested_memory,
    "calibration": cost.suggested_calibration,
    "quantization": cost.suggested_quantization,
}
"""Gates whose numbers can be measured; tables of others are kept."""
