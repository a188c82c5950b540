"""Gates about labels nobody declares do not apply, unless the policy or what is live asks."""

import pytest
from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import Json
from openmed.domain.gates.gate import Against, Evidence, GateResult, LabelGate, Outcome
from openmed.domain.gates.order.policy_order import weakenings
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import NO_OBJECT
from openmed.domain.wire import from_plain, plain, read_table
from openmed.errors import PolicyError

OF_LABELS = tuple(gate.id for gate in GATES if isinstance(gate, LabelGate))
AGE = ("AGE",)
"""A label that no gate about labels judges."""


def _row(*labels: str) -> Candidate:
    table = plain(builders.a_candidate())
    assert isinstance(table, dict)
    return from_plain(Candidate, {**table, "labels": labels}, what="row")


def _policy(gates: dict[str, dict[str, Json]] | None = None, **keys: Json) -> Policy:
    table = read_table(builders.a_policy(grade="preview").content, what="policy")
    floors: Json = {"reason": "r", "suite": "golden", "floor": 0.9}
    critical: Json = {"reason": "r", "suite": "golden", "labels": ["SSN"], "allowed": 0}
    evidence: Json = {"reason": "r", "suites": ["golden"], "min_support": 50, "min_families": 3}
    tables = {name: floors for name in OF_LABELS if name != "critical_leakage"}
    head = {k: v for k, v in table.items() if k not in ("gates", "name")}
    named = {"evidence": evidence, "critical_leakage": critical, **tables, **(gates or {})}
    return policy_from_table("test", {**head, **keys, "gates": named})


def _evidence(row: Candidate, *, before: Candidate | None = None) -> Evidence:
    live = builders.a_staged(before or row, content=b"live").artifact
    return builders.an_evidence(
        candidate=row,
        before=before,
        against=Against(generation=1, artifact=live) if before else builders.NOTHING_LIVE,
        reports=(
            builders.a_report(
                builders.a_staged(row), candidate=row, covered={"AGE": 100, "SSN": 0}
            ),
        ),
    )


def _results(evidence: Evidence, policy: Policy) -> dict[str, GateResult]:
    return {row.id: row for row in builders.judged(evidence, policy=policy).results}


def test_every_gate_about_labels_is_one_of_these() -> None:
    """A new one is judged by the same rule."""
    known = {"recall_floor", "structured_recall", "name_recall", "critical_leakage"}
    assert known == set(OF_LABELS)


@pytest.mark.parametrize("gate", OF_LABELS)
def test_a_gate_without_an_object_does_not_apply(gate: str) -> None:
    """It says why, and the candidate is released by the gates that have one."""
    verdict = builders.judged(_evidence(_row(*AGE)), policy=_policy())
    result = next(row for row in verdict.results if row.id == gate)
    assert (Outcome.NOT_APPLICABLE, NO_OBJECT) == (result.outcome, result.message)
    assert () == verdict.deciding


@pytest.mark.parametrize("gate", OF_LABELS)
def test_a_policy_may_require_an_object(gate: str) -> None:
    """That gate is an ERROR, the others do not apply."""
    results = _results(_evidence(_row(*AGE)), _policy(requires=[gate]))
    assert {gate} == {row.id for row in results.values() if row.outcome is Outcome.ERROR}


@pytest.mark.parametrize("label", ["SSN", "PATIENT_NAME"])
def test_who_declares_less_than_what_is_live_is_judged_as_before(label: str) -> None:
    """Leaving a label out gets rid of no gate that judged it."""
    before = _row("AGE", label)
    judging = {gate.id for gate in GATES if isinstance(gate, LabelGate) and label in _about(gate)}
    results = _results(_evidence(_row(*AGE), before=before), _policy())
    assert judging == {row.id for row in results.values() if row.outcome is Outcome.ERROR}


def _about(gate: LabelGate) -> set[str]:
    tables = {table.id: table.settings for table in _policy().gates}
    return set(gate.about(tables[gate.id]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("required", ["precision", "drift", "no_such_gate"])
def test_what_is_required_has_a_table_that_applies(required: str) -> None:
    """A gate that is not there, or is let off, cannot be required."""
    off: dict[str, dict[str, Json]] = {"drift": {"reason": "r", "not_applicable": "why"}}
    with pytest.raises(PolicyError, match=f"requires names {required}"):
        _policy(off, requires=[required])


def test_requiring_less_is_weaker() -> None:
    """It needs a statement, as any other key."""
    old, new = _policy(requires=["structured_recall", "name_recall"]), _policy()
    (found,) = weakenings(old, new, gates=GATES, slot=builders.SLOT)
    assert "requires" == found.key
    assert () == weakenings(new, old, gates=GATES, slot=builders.SLOT)


def test_a_policy_without_it_has_the_digest_it_had() -> None:
    """Verdicts of before name it."""
    assert b"requires" not in _policy().content


@pytest.mark.parametrize(("declared", "critical"), [("VEHICLE_ID", "VIN"), ("VIN", "VEHICLE_ID")])
def test_a_wider_or_narrower_name_is_an_object_too(declared: str, critical: str) -> None:
    """Another name for what is critical gets rid of no gate."""
    table: dict[str, Json] = {
        "reason": "r", "suite": "golden", "labels": [critical], "allowed": 0,
    }  # fmt: skip
    results = _results(_evidence(_row(*AGE, declared)), _policy({"critical_leakage": table}))
    assert results["critical_leakage"].outcome is Outcome.ERROR
