"""Gate `span_integrity`: spans inside the text, none overlapping, the same twice."""

import pytest
from support import builders

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.span_integrity import SpanIntegrity
from openmed.domain.wire import dump, parse

GATE = SpanIntegrity()
SETTINGS = '{"allowed":0}'


def _decide(*changes: tuple[str, str], differing: int = 0) -> Finding:
    text = dump(builders.a_report()).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    report = parse(BenchmarkReport, text.encode(), what="report")
    evidence = builders.an_evidence(
        reports=(report,), performance=builders.a_performance(differing=differing)
    )
    return GATE.decide(evidence, SETTINGS)


def test_sound_spans_pass() -> None:
    """With how many were looked at."""
    finding = _decide()
    assert finding.outcome is Outcome.PASSED
    assert finding.message == "all 202 spans valid; 40 documents gave identical output twice"


@pytest.mark.parametrize("kind", ["invalid", "overlapping"])
def test_one_faulty_span_fails(kind: str) -> None:
    """Outside the text, empty, or over another one."""
    finding = _decide((f'"{kind}_predictions":0', f'"{kind}_predictions":1'))
    assert finding.outcome is Outcome.FAILED
    assert finding.message == f"1 {kind} spans on golden; limit 0"


def test_another_answer_the_second_time_fails() -> None:
    """Dynamic quantisation depends on the batch."""
    assert _decide(differing=1).outcome is Outcome.FAILED


def test_no_spans_at_all_is_an_error() -> None:
    """There was nothing to look at."""
    start = dump(builders.a_report()).decode()
    rows = start[start.index('"predictions":') : start.index(',"redaction"')]
    assert _decide((rows, '"predictions":[]')).outcome is Outcome.ERROR
