"""Gate `recall_floor`: every declared direct identifier reaches its floor."""

import pytest
from support import builders

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.recall_floor import RecallFloor
from openmed.errors import EvidenceError

GATE = RecallFloor()
SETTINGS = '{"floor":0.9,"suite":"golden"}'


def _decide(covered: dict[str, int], settings: str = SETTINGS) -> Finding:
    report = builders.a_report(covered=covered)
    return GATE.decide(builders.an_evidence(reports=(report,)), settings)


def test_at_the_floor_is_a_pass() -> None:
    """Pass if at least, never fail if less."""
    assert _decide({"PATIENT_NAME": 90, "SSN": 100}).outcome is Outcome.PASSED


def test_one_span_under_the_floor_fails_and_is_named() -> None:
    """A dead label cannot hide in an average."""
    finding = _decide({"PATIENT_NAME": 89, "SSN": 100})
    assert finding.outcome is Outcome.FAILED
    assert finding.message == "PATIENT_NAME recall 89.00 % (100 spans), floor 90 %"


def test_a_label_may_have_its_own_floor() -> None:
    """With its reason, in the policy."""
    rows = '[{"floor":0.5,"label":"PATIENT_NAME","reason":"measured"}]'
    settings = f'{{"floor":0.9,"labels":{rows},"suite":"golden"}}'
    assert _decide({"PATIENT_NAME": 50, "SSN": 100}, settings).outcome is Outcome.PASSED


def test_a_declared_label_without_gold_is_an_error() -> None:
    """No data is neither 1.0 nor 0.0."""
    finding = _decide({"SSN": 100})
    assert finding.outcome is Outcome.ERROR
    assert [m.observed for m in finding.measures] == [None, 1.0]


def test_a_perfect_label_still_shows_what_is_proven() -> None:
    """100 spans of 5 families without a miss do not prove 0.9."""
    measure = _decide({"PATIENT_NAME": 100, "SSN": 100}).measures[0]
    assert measure.bound is not None
    assert measure.bound < 0.6


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        '{"floor":0,"suite":"golden"}',
        '{"floor":1.1,"suite":"golden"}',
        '{"floor":"0.9","suite":"golden"}',
        '{"floor":0.9,"suite":"golden","extra":1}',
        '{"floor":0.9,"labels":[{"floor":0.5,"label":"CITY","reason":"r"}],"suite":"golden"}',
        '{"floor":0.9,"labels":[{"floor":0.5,"label":"NOPE","reason":"r"}],"suite":"golden"}',
    ],
)
def test_a_table_it_does_not_know_is_refused(settings: str) -> None:
    """Missing, extra, out of range, not a direct identifier."""
    with pytest.raises(EvidenceError):
        GATE.check(settings)
