"""Gate `structured_recall`: identifiers of fixed form reach their floors, whatever others do."""

import pytest
from support import builders

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.structured_recall import StructuredRecall
from openmed.errors import EvidenceError

GATE = StructuredRecall()
SETTINGS = '{"floor":0.9,"suite":"golden"}'


def _decide(covered: dict[str, int]) -> Finding:
    report = builders.a_report(covered=covered)
    return GATE.decide(builders.an_evidence(reports=(report,)), SETTINGS)


def test_at_the_floor_is_a_pass_whatever_other_labels_do() -> None:
    """Only SSN counts here."""
    assert _decide({"SSN": 90, "PATIENT_NAME": 0}).outcome is Outcome.PASSED


def test_one_span_under_the_floor_fails() -> None:
    """The label is named."""
    finding = _decide({"SSN": 89, "PATIENT_NAME": 100})
    assert finding.outcome is Outcome.FAILED
    assert finding.message.startswith("SSN recall 89.00 %")


def test_no_gold_is_an_error() -> None:
    """A label nobody measured is not a perfect one."""
    assert _decide({"PATIENT_NAME": 100}).outcome is Outcome.ERROR


def test_a_floor_for_a_label_it_is_not_about_is_refused() -> None:
    """It would look judged and never be."""
    rows = '[{"floor":0.5,"label":"PATIENT_NAME","reason":"r"}]'
    with pytest.raises(EvidenceError, match="PATIENT_NAME is not a label of this gate"):
        GATE.check(f'{{"floor":0.9,"labels":{rows},"suite":"golden"}}')
