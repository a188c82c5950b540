"""Gate `residual_leakage`: characters of declared labels left in clear."""

from support import builders

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.residual_leakage import ResidualLeakage

GATE = ResidualLeakage()


def _decide(covered: dict[str, int], settings: str = '{"limit":0.005,"suite":"golden"}') -> Finding:
    report = builders.a_report(covered=covered)
    return GATE.decide(builders.an_evidence(reports=(report,)), settings)


def test_at_the_limit_is_a_pass() -> None:
    """1 of 200 spans is exactly 0.5 % of the characters."""
    assert _decide({"PATIENT_NAME": 99, "SSN": 100}).outcome is Outcome.PASSED


def test_over_the_limit_fails_with_the_numbers() -> None:
    """2 of 200."""
    finding = _decide({"PATIENT_NAME": 98, "SSN": 100})
    assert finding.outcome is Outcome.FAILED
    assert finding.message.startswith("20 of 2,000 sensitive characters left in clear (1.00 %)")


def test_the_stewards_target_is_the_stricter_one() -> None:
    """It can only tighten."""
    settings = '{"limit":0.005,"steward":0.001,"suite":"golden"}'
    assert _decide({"PATIENT_NAME": 99, "SSN": 100}, settings).outcome is Outcome.FAILED
    loose = '{"limit":0.005,"steward":0.5,"suite":"golden"}'
    assert _decide({"PATIENT_NAME": 98, "SSN": 100}, loose).outcome is Outcome.FAILED


def test_labels_that_are_not_declared_do_not_count() -> None:
    """They are shown on the card, not judged."""
    covered = {"PATIENT_NAME": 100, "SSN": 100, "IBAN": 0}
    assert _decide(covered).outcome is Outcome.PASSED


def test_no_gold_of_declared_labels_is_an_error() -> None:
    """Zero of zero is no data."""
    assert _decide({"IBAN": 100}).outcome is Outcome.ERROR
