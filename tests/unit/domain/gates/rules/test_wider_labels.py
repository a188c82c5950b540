"""Gates and a label that was split: a finer name takes nothing away, and asks for nothing."""

import json

import pytest
from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Finding, Gate, LabelGate, Outcome
from openmed.domain.gates.rules.critical_leakage import CriticalLeakage
from openmed.domain.gates.rules.precision import PrecisionSettings
from openmed.domain.gates.rules.recall_floor import RecallFloor
from openmed.domain.gates.rules.structured_recall import StructuredRecall
from openmed.domain.text.labels import LABELS, MEANINGS
from openmed.domain.wire import from_plain

CRITICAL = CriticalLeakage()
SPLIT = [facts.name for facts in LABELS if facts.wider and facts.direct]


def _declares(*labels: str) -> Candidate:
    table = {**builders.a_candidate().model_dump(), "labels": labels}
    return Candidate.model_validate(table)


def _decide(gate: Gate, settings: object, *, labels: tuple[str, ...], **covered: int) -> Finding:
    row = _declares(*labels)
    report = builders.a_report(builders.a_staged(row), candidate=row, covered=covered)
    return gate.decide(builders.an_evidence(candidate=row, reports=(report,)), json.dumps(settings))


def _critical(*labels: str) -> dict[str, object]:
    return {"allowed": 0, "labels": labels, "suite": "golden"}


@pytest.mark.parametrize("label", SPLIT)
def test_a_policy_that_calls_the_wider_label_critical_judges_the_finer_one(label: str) -> None:
    """Its gold may be under either name, and the candidate may declare either."""
    wider = MEANINGS[label][-1]
    for declared, gold in ((label, label), (label, wider), (wider, label), (wider, wider)):
        asked = _critical(wider)
        for covered, outcome in ((100, Outcome.PASSED), (99, Outcome.FAILED)):
            needed = {gold: covered, declared: 100} | {gold: covered}
            found = _decide(CRITICAL, asked, labels=(declared,), **needed)
            assert outcome is found.outcome, (declared, gold, found.message)


@pytest.mark.parametrize("label", SPLIT)
def test_a_finer_label_that_is_not_declared_asks_for_no_gold(label: str) -> None:
    """The wider one is critical, declared and measured; nobody here knows the finer one."""
    wider = MEANINGS[label][-1]
    found = _decide(CRITICAL, _critical(wider), labels=(wider,), **{wider: 100})
    assert Outcome.PASSED is found.outcome
    assert {"leaks", wider} == {measure.name for measure in found.measures}


@pytest.mark.parametrize("gate", [CRITICAL, StructuredRecall(), RecallFloor()])
def test_a_declared_label_without_gold_is_an_error(gate: Gate) -> None:
    """By its own name or by a wider one that is critical: nobody measured it."""
    asked = _critical("VEHICLE_ID") if gate is CRITICAL else {"floor": 0.9, "suite": "golden"}
    found = _decide(gate, asked, labels=("VIN", "SSN"), SSN=100)
    assert Outcome.ERROR is found.outcome
    assert "VIN" in found.message


@pytest.mark.parametrize("label", SPLIT)
def test_a_gate_is_about_the_finer_label_too(label: str) -> None:
    """So that a policy cannot call it not applicable for who declares it."""
    assert isinstance(CRITICAL, LabelGate)
    assert label in CRITICAL.about(json.dumps(_critical(MEANINGS[label][-1])))


def test_a_floor_of_the_wider_label_is_that_of_the_finer_one() -> None:
    """Unless it has one of its own."""
    rows = [{"label": "VEHICLE_ID", "floor": 0.5, "reason": "r"}]
    settings = {"floor": 0.9, "suite": "golden", "labels": rows}
    at_half = _decide(StructuredRecall(), settings, labels=("VIN",), VIN=50)
    assert Outcome.PASSED is at_half.outcome
    rows.append({"label": "VIN", "floor": 0.6, "reason": "r"})
    assert Outcome.FAILED is _decide(StructuredRecall(), settings, labels=("VIN",), VIN=50).outcome
    limits = {"suite": "golden", "floor": 0.9, "typed": 0.8, "over_redaction": 0, "false_alarms": 0}
    table = from_plain(
        PrecisionSettings, {**limits, "labels": rows[:1], "typed_labels": rows[:1]}, what="table"
    )
    assert (0.5, 0.5) == (table.floor_of("VIN"), table.typed_of("VIN"))
    assert (0.9, 0.8) == (table.floor_of("SSN"), table.typed_of("SSN"))
