"""Gate `latency`: the budget of the slot's tier."""

import pytest
from support import builders

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.rules.latency import Latency
from openmed.errors import EvidenceError

GATE = Latency()
SETTINGS = '{"tiers":[{"p50_ms":60,"p95_ms":150,"tier":"tiny"}]}'


def _decide(p50: float, *, slot: str = builders.SLOT) -> Finding:
    row = builders.a_candidate(slot=slot)
    timed = builders.a_performance(builders.a_staged(row), p50=p50)
    return GATE.decide(builders.an_evidence(candidate=row, performance=timed), SETTINGS)


def test_within_the_budget_passes() -> None:
    """At most."""
    assert _decide(60).outcome is Outcome.PASSED


def test_over_it_at_one_percentile_fails() -> None:
    """The builder's 95th percentile is twice the median."""
    finding = _decide(80)
    assert finding.outcome is Outcome.FAILED
    assert [m.outcome for m in finding.measures] == [Outcome.FAILED, Outcome.FAILED]
    assert _decide(61).outcome is Outcome.FAILED


def test_a_tier_without_a_budget_is_an_error() -> None:
    """Never a pass."""
    finding = _decide(1, slot="pii::medium::onnx")
    assert finding.outcome is Outcome.ERROR
    assert "no latency budget for the tier of pii::medium::onnx" in finding.message


def test_no_measurement_is_an_error_with_its_reason() -> None:
    """The child was killed."""
    evidence = builders.an_evidence()
    fault = StepFault(step="benchmark:x:performance", error="E", message="killed", exit_code=5)
    bare = type(evidence).model_validate(
        {
            **{name: getattr(evidence, name) for name in type(evidence).model_fields},
            "performance": None,
            "faults": (fault,),
        }
    )
    finding = GATE.decide(bare, SETTINGS)
    assert (finding.outcome, finding.message) == (
        Outcome.ERROR,
        "no performance report: killed",
    )


def test_a_measurement_of_another_artifact_is_an_error() -> None:
    """Foreign evidence."""
    other = builders.a_performance(builders.a_staged(content=b"other"))
    finding = GATE.decide(builders.an_evidence(performance=other), SETTINGS)
    assert finding.outcome is Outcome.ERROR


def test_two_budgets_for_one_tier_are_refused() -> None:
    """Which one counts would be a choice."""
    row = '{"p50_ms":60,"p95_ms":150,"tier":"tiny"}'
    with pytest.raises(EvidenceError, match="two budgets"):
        GATE.check(f'{{"tiers":[{row},{row}]}}')
