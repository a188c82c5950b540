"""Which condemnations are about what an artifact predicts."""

import pytest
from support import builders
from support.gate_cases import cases

from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules import GATES
from openmed.domain.ledger.changes import Quarantined
from openmed.domain.ledger.cited.condemned_behaviour import (
    NOT_OVER_PREDICTIONS,
    is_over_predictions,
)
from openmed.domain.ledger.fleet_facts import QuarantineFact

FAILING = [case for case in cases() if case.outcome is Outcome.FAILED]


def _row(*gates: str) -> QuarantineFact:
    verdict = builders.a_verdict(covered={"PATIENT_NAME": 0, "SSN": 0})
    fact = Quarantined(
        slot=verdict.slot,
        repo_id=verdict.repo_id,
        artifact=builders.HEX,
        policy=verdict.policy,
        verdict=builders.HEX,
        reports=verdict.reports,
        gates=gates,
        reasons=("r",) * len(gates),
    )
    return QuarantineFact(tag="2026.11.24-1", time=builders.NOW, fact=fact)


def test_every_gate_that_fails_without_a_report_is_named() -> None:
    """Each gate's own failing cases, judged without any report: those that still fail."""
    found = set()
    for case in FAILING:
        (gate,) = (gate for gate in GATES if gate.id == case.gate)
        table = dict(case.evidence)
        bare = type(case.evidence).model_validate(
            {**table, "reports": (), "baselines": (), "parents": ()}
        )
        if gate.decide(bare, case.settings).outcome is Outcome.FAILED:
            found.add(gate.id)
    # A language that is dropped fails without a report; the gates are about predictions all the
    # same, and who declares it again with the same predictions asks for a waiver.
    assert found - {"regression", "shield_regression"} == NOT_OVER_PREDICTIONS


@pytest.mark.parametrize("gate", sorted(gate.id for gate in GATES))
def test_every_other_gate_is_about_predictions(gate: str) -> None:
    """One of ours that is added is, unless it is named."""
    assert is_over_predictions(_row(gate)) is (gate not in NOT_OVER_PREDICTIONS)


def test_one_such_gate_among_others_is_enough() -> None:
    """A typo beside a leak; a gate of another package; but not a copy's own result."""
    assert is_over_predictions(_row("manifest_coherence", "recall_floor"))
    assert is_over_predictions(_row("manifest_coherence", "somebodys_own_gate"))
    assert not is_over_predictions(_row("condemned_behaviour"))
    assert not is_over_predictions(_row("condemned_behaviour", "latency"))
