"""Gate `critical_leakage`: critical identifiers are never left in clear."""

import pytest
from support import builders

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.critical_leakage import CriticalLeakage
from openmed.errors import EvidenceError

GATE = CriticalLeakage()


def _decide(covered: dict[str, int], *, labels: str = '["SSN"]', allowed: int = 0) -> Finding:
    settings = f'{{"allowed":{allowed},"labels":{labels},"suite":"golden"}}'
    report = builders.a_report(covered=covered)
    return GATE.decide(builders.an_evidence(reports=(report,)), settings)


def test_no_leak_passes_and_says_what_that_proves() -> None:
    """Zero of 50 documents: fewer than 5.8 % leak, at 95 %."""
    finding = _decide({"PATIENT_NAME": 100, "SSN": 100})
    assert finding.outcome is Outcome.PASSED
    assert "fewer than 5.82 % of documents leak" in finding.message


def test_one_leak_fails() -> None:
    """The limit is a count, not a share."""
    assert _decide({"PATIENT_NAME": 100, "SSN": 99}).outcome is Outcome.FAILED


def test_the_policy_may_allow_a_number() -> None:
    """A preview says how many."""
    assert _decide({"PATIENT_NAME": 100, "SSN": 98}, allowed=2).outcome is Outcome.PASSED
    assert _decide({"PATIENT_NAME": 100, "SSN": 97}, allowed=2).outcome is Outcome.FAILED


def test_leaks_of_all_critical_labels_count_together() -> None:
    """Two labels with one leak each are two leaks."""
    finding = _decide({"PATIENT_NAME": 99, "SSN": 99}, labels='["SSN","PATIENT_NAME"]', allowed=1)
    assert finding.outcome is Outcome.FAILED


def test_labels_the_policy_does_not_call_critical_do_not_count() -> None:
    """A missed name is another gate's business."""
    assert _decide({"PATIENT_NAME": 0, "SSN": 100}).outcome is Outcome.PASSED


def test_a_declared_critical_label_without_gold_is_an_error() -> None:
    """Zero leaks of zero spans proves nothing."""
    assert _decide({"PATIENT_NAME": 100}).outcome is Outcome.ERROR


def test_a_candidate_without_critical_labels_is_an_error() -> None:
    """Not applicable is the policy's word, never drawn from what is missing."""
    assert _decide({"PATIENT_NAME": 100, "SSN": 100}, labels='["MRN"]').outcome is Outcome.ERROR


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        '{"allowed":-1,"labels":["SSN"],"suite":"golden"}',
        '{"allowed":0,"labels":[],"suite":"golden"}',
        '{"allowed":0,"labels":["DATE"],"suite":"golden"}',
        '{"allowed":0.5,"labels":["SSN"],"suite":"golden"}',
    ],
)
def test_a_table_it_does_not_know_is_refused(settings: str) -> None:
    """Missing, negative, empty, not a direct identifier, not a count."""
    with pytest.raises(EvidenceError):
        GATE.check(settings)
