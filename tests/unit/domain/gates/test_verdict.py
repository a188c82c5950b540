"""From outcomes to a decision; from a policy to the gates that must be evaluated."""

import itertools

import pytest
from support import builders

from openmed.domain.gates.gate import Evidence, GateResult, Outcome, ParentEvidence
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import (
    Decision,
    Verdict,
    check_policy,
    contradiction_in,
    decide,
)
from openmed.domain.wire import dump, parse, plain
from openmed.errors import PolicyError

FAULT = StepFault(step="benchmark", error="ExternalError", message="killed", exit_code=5)


def _results(*outcomes: Outcome, blocking: bool = True) -> tuple[GateResult, ...]:
    return tuple(
        GateResult(id=f"gate_{n}", outcome=outcome, blocking=blocking, message="m")
        for n, outcome in enumerate(outcomes)
    )


@pytest.mark.parametrize("outcomes", list(itertools.product(Outcome, repeat=2)))
def test_every_pair_of_outcomes_has_its_decision(outcomes: tuple[Outcome, Outcome]) -> None:
    """Failed condemns; undecided decides nothing; only passes and exemptions release."""
    decision = decide(_results(*outcomes), faults=())
    if Outcome.FAILED in outcomes:
        assert decision is Decision.QUARANTINED
    elif set(outcomes) & {Outcome.INCONCLUSIVE, Outcome.ERROR}:
        assert decision is Decision.NOT_EVALUATED
    elif Outcome.PASSED in outcomes:
        assert decision is Decision.RELEASABLE
    else:
        assert decision is Decision.NOT_EVALUATED


def test_no_results_decide_nothing() -> None:
    """An empty list is not a pass."""
    assert decide((), faults=()) is Decision.NOT_EVALUATED


def test_advisory_gates_alone_decide_nothing() -> None:
    """They report, they do not release."""
    advisory = _results(Outcome.PASSED, blocking=False)
    assert decide(advisory, faults=()) is Decision.NOT_EVALUATED


def test_an_advisory_failure_does_not_block() -> None:
    """It is shown, and that is all."""
    results = (*_results(Outcome.PASSED), *_results(Outcome.FAILED, blocking=False))
    assert decide(results, faults=()) is Decision.RELEASABLE


def test_a_failed_step_keeps_a_candidate_from_release() -> None:
    """Even if every gate that could look had passed."""
    assert decide(_results(Outcome.PASSED), faults=(FAULT,)) is Decision.NOT_EVALUATED


def test_a_verdict_names_its_world() -> None:
    """Row, artifact, policy, reports and what it was compared with."""
    verdict = builders.a_verdict()
    assert verdict.row == builders.a_candidate().row
    assert verdict.artifact == builders.a_staged().artifact
    assert verdict.policy.digest == builders.a_policy().digest
    assert [gate.id for gate in verdict.results] == [
        "evidence",
        "recall_floor",
        "critical_leakage",
    ]


def test_a_policy_with_an_unknown_gate_is_refused() -> None:
    """A gate that nobody evaluates must not look evaluated."""
    policy = _policy({"evidenz": {"reason": "r"}})
    with pytest.raises(PolicyError, match="unknown gate evidenz"):
        builders.judged(
            builders.an_evidence(),
            policy=policy,
            gates=GATES,
        )


@pytest.mark.parametrize(
    "gates",
    [
        {},
        {"evidence": {"reason": "r", "blocking": False}},
        {"evidence": {"reason": "r", "not_applicable": "because"}},
        {"evidence": {}},
        {"evidence": 1},
        {"evidence": {"reason": "r", "min_support": float("nan")}},
    ],
)
def test_a_policy_that_decides_nothing_is_refused(gates: dict[str, object]) -> None:
    """No gates, no blocking gates, no reason, not a table, not a number."""
    with pytest.raises(PolicyError):
        _policy(gates)


def _policy(gates: dict[str, object]) -> Policy:
    table = plain(builders.a_policy())
    assert isinstance(table, dict)
    return policy_from_table("test", {**table, "gates": gates})  # type: ignore[dict-item]


def test_the_gates_evaluated_are_the_gates_named() -> None:
    """By construction: each table is looked up and evaluated once, in the policy's order."""
    for ids in itertools.permutations(("evidence", "recall_floor", "critical_leakage")):
        gates = {gate.id: gate for gate in builders.a_policy().gates}
        policy = builders.a_policy().__class__.model_validate(
            {
                **{n: getattr(builders.a_policy(), n) for n in Policy.model_fields},
                "gates": tuple(gates[name] for name in ids),
            }
        )
        verdict = builders.judged(builders.an_evidence(), policy=policy)
        assert tuple(result.id for result in verdict.results) == ids


def test_a_gate_that_is_not_there_is_not_left_out() -> None:
    """With one gate fewer the policy is refused, never judged by the rest."""
    for missing in ("evidence", "recall_floor", "critical_leakage"):
        fewer = tuple(gate for gate in GATES if gate.id != missing)
        with pytest.raises(PolicyError, match=f"unknown gate {missing}"):
            builders.judged(
                builders.an_evidence(),
                policy=builders.a_policy(),
                gates=fewer,
            )


def test_an_advisory_gate_is_evaluated_signed_and_decides_nothing() -> None:
    """A leak that an advisory gate reports does not hold the candidate; its number is there."""
    gates: dict[str, object] = {
        "evidence": {"reason": "r", "suites": ["golden"], "min_support": 50, "min_families": 3},
        "critical_leakage": {
            "reason": "r", "suite": "golden", "labels": ["SSN"], "allowed": 0, "blocking": False,
        },
    }  # fmt: skip
    policy = _policy(gates)
    verdict = builders.a_verdict(covered={"PATIENT_NAME": 100, "SSN": 99}, policy=policy)
    advisory = verdict.results[1]
    assert (advisory.outcome, advisory.blocking) == (Outcome.FAILED, False)
    assert verdict.decision is Decision.RELEASABLE
    assert verdict.deciding == ()


def test_the_reports_of_a_parent_are_named_in_the_verdict() -> None:
    """What it was compared with is part of what is signed."""
    parent = builders.a_report(builders.a_staged(content=b"parent"))
    of = ParentEvidence(slot="pii::tiny::onnx", generation=1, artifact="0" * 64, grade=Grade.GREEN)
    evidence = builders.an_evidence(parent=of, parents=(parent,))
    verdict = builders.judged(evidence)
    assert of == verdict.parent
    assert [row.suite for row in verdict.reports] == ["golden", "parent-golden", "performance"]


def test_a_fault_alone_keeps_a_judged_candidate_from_release() -> None:
    """Also when no gate of the policy looks at faults."""
    table = {"recall_floor": {"reason": "r", "suite": "golden", "floor": 0.5}}
    evidence = builders.an_evidence(faults=(FAULT,))
    verdict = builders.judged(evidence, policy=_policy(dict(table)))
    assert [Outcome.PASSED] == [gate.outcome for gate in verdict.results]
    assert Decision.NOT_EVALUATED is verdict.decision
    assert "" == contradiction_in(verdict)
    claimed = dump(verdict).replace(b"NOT_EVALUATED", b"RELEASABLE")
    said = contradiction_in(parse(Verdict, claimed, what="verdict"))
    assert "its decision is RELEASABLE, its gates give another" == said


def test_a_verdict_about_nothing_names_nothing() -> None:
    """No artifact, no files, no build, no speed."""
    evidence = builders.an_evidence(reports=())
    fields = {name: getattr(evidence, name) for name in Evidence.model_fields}
    bare = Evidence(**{**fields, "staged": None, "performance": None})
    verdict = builders.judged(bare)
    assert (None, (), None, None, ()) == (
        verdict.artifact,
        verdict.files,
        verdict.repro,
        verdict.repro_hash,
        verdict.reports,
    )
    assert Decision.NOT_EVALUATED is verdict.decision


def test_tables_of_gates_that_do_not_apply_are_not_read() -> None:
    """The others are, wherever they stand; the sentence names policy, gate and key."""
    exempt = {"reason": "r", "not_applicable": "because", "strange": 1}
    floor = {"reason": "r", "suite": "golden", "floor": 0.5}
    check_policy(_policy({"critical_leakage": exempt, "recall_floor": floor}), GATES)
    with pytest.raises(PolicyError, match=r"^policy test: gates\.recall_floor: table is not valid"):
        check_policy(
            _policy({"critical_leakage": exempt, "recall_floor": {**floor, "floor": 2}}), GATES
        )
