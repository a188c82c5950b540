"""Gate `evidence`: enough, of the right candidate, or no verdict."""

import pytest
from support import builders

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Evidence, Outcome
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.rules.evidence import EvidenceComplete
from openmed.domain.wire import dump, parse

SETTINGS = '{"min_families":3,"min_support":50,"suites":["golden"]}'
GATE = EvidenceComplete()


def _decide(evidence: Evidence) -> Outcome:
    return GATE.decide(evidence, SETTINGS).outcome


def test_complete_evidence_passes() -> None:
    """All suites measured, enough gold for every declared label and language."""
    assert _decide(builders.an_evidence()) is Outcome.PASSED


def test_a_missing_report_is_an_error() -> None:
    """No report is never a pass."""
    assert _decide(builders.an_evidence(reports=())) is Outcome.ERROR


def test_two_reports_of_one_suite_are_an_error() -> None:
    """Which one counts would be a choice."""
    twice = (builders.a_report(), builders.a_report())
    assert _decide(builders.an_evidence(reports=twice)) is Outcome.ERROR


def test_a_report_of_a_suite_the_policy_does_not_name_is_an_error() -> None:
    """The suites looked at are exactly the policy's."""
    stranger = builders.a_report(pin=builders.a_pin(name="other"))
    assert _decide(builders.an_evidence(reports=(builders.a_report(), stranger))) is Outcome.ERROR


def test_a_failed_step_is_an_error() -> None:
    """What could not be measured is not judged."""
    fault = StepFault(step="benchmark", error="ExternalError", message="killed", exit_code=5)
    assert _decide(builders.an_evidence(faults=(fault,))) is Outcome.ERROR


def test_thin_gold_is_inconclusive_and_says_how_much_is_wanted() -> None:
    """49 spans where 50 are wanted cannot decide."""
    report = builders.a_report(support=49)
    finding = GATE.decide(builders.an_evidence(reports=(report,)), SETTINGS)
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "50 spans" in finding.message


def test_a_declared_label_without_gold_is_inconclusive() -> None:
    """A label nobody measured is not a perfect one."""
    report = builders.a_report(covered={"SSN": 100})
    assert _decide(builders.an_evidence(reports=(report,))) is Outcome.INCONCLUSIVE


def test_gold_is_counted_only_on_the_suites_named_for_it() -> None:
    """A second suite must be answered whole; it need not have gold for floors."""
    finding = GATE.decide(
        builders.an_evidence(), '{"min_families":3,"min_support":50,"suites":["other"]}'
    )
    assert finding.outcome is Outcome.ERROR
    assert "suite other" in finding.message


def test_unanswered_documents_are_an_error() -> None:
    """A candidate that drops hard documents does not get judged on the easy ones."""
    report = builders.a_report(scored=49, documents=50)
    assert _decide(builders.an_evidence(reports=(report,))) is Outcome.ERROR


TAMPERED = {
    "other artifact": ('"artifact":"', '"artifact":"0'),
    "other slot": ("pii::tiny::onnx", "pii::base::onnx"),
    "other repository": ("org/tiny", "org/huge"),
    "other suite digest": (f'"digest":"{builders.HEX}"', f'"digest":"{"0" * 64}"'),
    "other label schema": ("labels/3", "labels/2"),
    "covered above support": ('"covered":200', '"covered":201'),
    "missed does not add up": ('"missed":0', '"missed":1'),
    "leak without exposure": (
        '"exposed":"00',
        '"exposed":"80',
    ),
    "bitmap too short": ('"bits":"ff', '"bits":"'),
    "bitmap of another result": ('"bits":"ff', '"bits":"0f'),
    "bitmap of another label": ('"label":"PATIENT_NAME"}', '"label":"EMAIL"}'),
    "other declared labels": ('"labels":["PATIENT_NAME","SSN"]', '"labels":["PATIENT_NAME"]'),
    "fewer spans scored": ('"spans":200', '"spans":201'),
    "empty suite": ('"documents":50,"edition"', '"documents":0,"edition"'),
}


@pytest.mark.parametrize("name", sorted(TAMPERED))
def test_a_report_that_does_not_add_up_is_an_error(name: str) -> None:
    """A report of something else, or one that contradicts itself, is never judged."""
    old, new = TAMPERED[name]
    text = dump(builders.a_report()).decode()
    assert old in text
    changed = text.replace(old, new, 1)
    if name == "other artifact":
        artifact = builders.a_staged().artifact
        changed = text.replace(artifact, "0" * 64)
    report = parse(BenchmarkReport, changed.encode(), what="report")
    assert _decide(builders.an_evidence(reports=(report,))) is Outcome.ERROR
