"""Gate `memory`: peak memory within the tier's budget."""

from support import builders

from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules.memory import Memory

GATE = Memory()


def _settings(limit: float, tier: str = "tiny") -> str:
    return f'{{"tiers":[{{"peak_rss_mib":{limit},"tier":"{tier}"}}]}}'


def test_the_budget_decides() -> None:
    """The builder's child used 100 MiB."""
    evidence = builders.an_evidence()
    assert GATE.decide(evidence, _settings(100)).outcome is Outcome.PASSED
    finding = GATE.decide(evidence, _settings(99))
    assert finding.outcome is Outcome.FAILED
    assert finding.message == "peak 100 MiB (budget 99 MiB), tier tiny"


def test_a_tier_without_a_budget_is_an_error() -> None:
    """Never a pass."""
    finding = GATE.decide(builders.an_evidence(), _settings(100, "base"))
    assert finding.outcome is Outcome.ERROR


def test_memory_that_cannot_be_read_is_an_error() -> None:
    """Unknown is not small."""
    known = builders.a_performance()
    unknown = PerformanceReport.model_validate(
        {
            **{name: getattr(known, name) for name in PerformanceReport.model_fields},
            "peak_rss": None,
        }
    )
    finding = GATE.decide(builders.an_evidence(performance=unknown), _settings(100))
    assert finding.outcome is Outcome.ERROR
