"""Gate `name_recall`: names, addresses and dates reach their floors, whatever the others do."""

import pytest
from support import builders

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.name_recall import NameRecall
from openmed.errors import EvidenceError

GATE = NameRecall()
SETTINGS = '{"floor":0.9,"suite":"golden"}'


def _decide(covered: dict[str, int]) -> Finding:
    report = builders.a_report(covered=covered)
    return GATE.decide(builders.an_evidence(reports=(report,)), SETTINGS)


def test_at_the_floor_is_a_pass_whatever_other_labels_do() -> None:
    """Only PATIENT_NAME counts here."""
    assert _decide({"PATIENT_NAME": 90, "SSN": 0}).outcome is Outcome.PASSED


def test_one_span_under_the_floor_fails() -> None:
    """The label is named."""
    finding = _decide({"PATIENT_NAME": 89, "SSN": 100})
    assert finding.outcome is Outcome.FAILED
    assert finding.message.startswith("PATIENT_NAME recall 89.00 %")


def test_no_gold_is_an_error() -> None:
    """A label nobody measured is not a perfect one."""
    assert _decide({"SSN": 100}).outcome is Outcome.ERROR


def test_a_floor_for_a_label_it_is_not_about_is_refused() -> None:
    """It would look judged and never be."""
    rows = '[{"floor":0.5,"label":"SSN","reason":"r"}]'
    with pytest.raises(EvidenceError, match="SSN is not a label of this gate"):
        GATE.check(f'{{"floor":0.9,"labels":{rows},"suite":"golden"}}')
