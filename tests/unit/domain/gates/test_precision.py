"""Gate `precision`: a model that redacts everything must not pass."""

import builders
import pytest

from openmed.domain.gate import Finding, Outcome
from openmed.domain.gates.precision import Precision
from openmed.domain.report import BenchmarkReport
from openmed.domain.wire import dump, from_plain, parse, plain

GATE = Precision()
SETTINGS = '{"false_alarms":0.1,"floor":0.9,"over_redaction":0.05,"suite":"golden"}'


def _report(*changes: tuple[str, str]) -> BenchmarkReport:
    # The matchings count predictions too; without them one number can be changed alone.
    text = dump(builders.a_report()).decode()
    start = text.index('"matchings":[')
    text = text[:start] + '"matchings":[]' + text[text.index("]", start) + 1 :]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse(BenchmarkReport, text.encode(), what="report")


def _decide(*changes: tuple[str, str]) -> Finding:
    return GATE.decide(builders.an_evidence(reports=(_report(*changes),)), SETTINGS)


def test_predictions_that_touch_gold_pass() -> None:
    """Everything within its limit."""
    assert _decide().outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"predicted":101', '"predicted":130', "PATIENT_NAME 0.7769 of 130"),
        ('"over_redacted":0', '"over_redacted":6', "over-redacted characters 0.0600 of 100"),
        (
            '"false_alarm_documents":0',
            '"false_alarm_documents":2',
            "false-alarm documents 0.2000 of 10",
        ),
    ],
)
def test_each_limit_fails_alone(old: str, new: str, said: str) -> None:
    """And names itself."""
    finding = _decide((old, new))
    assert finding.outcome is Outcome.FAILED
    assert said in finding.message


def test_a_model_that_predicts_nothing_has_no_precision() -> None:
    """That is no pass."""
    report = plain(builders.a_report(covered={"PATIENT_NAME": 0, "SSN": 0}))
    assert isinstance(report, dict)
    silent = from_plain(
        BenchmarkReport, {**report, "predictions": [], "matchings": []}, what="report"
    )
    finding = GATE.decide(builders.an_evidence(reports=(silent,)), SETTINGS)
    assert (Outcome.ERROR, "the candidate predicted nothing, so there is no precision") == (
        finding.outcome,
        finding.message,
    )


def test_a_suite_without_text_outside_gold_is_an_error() -> None:
    """Over-redaction cannot be seen there."""
    assert _decide(('"outside":100', '"outside":0')).outcome is Outcome.ERROR
