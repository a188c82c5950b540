"""Gate `generalization`: what it decides is in `tests/cases/gates/generalization`."""

import json

import pytest
from support.gate_cases import cases

from openmed.domain.digest import Json
from openmed.domain.evaluation.scoring.two_suites import Difference
from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.generalization import Generalization, outcome_of
from openmed.errors import EvidenceError

GATE = Generalization()
# Read when the module is loaded: a test of the core touches nothing.
PASS = next(c for c in cases() if (c.gate, c.name) == ("generalization", "pass"))
PAIRED = next(c for c in cases() if (c.gate, c.name) == ("generalization", "pass-paired"))
SETTINGS = json.loads(PASS.settings)


def _decide(**changes: Json) -> Finding:
    """The passing case by another table."""
    return GATE.decide(PASS.evidence, json.dumps({**SETTINGS, **changes}))


@pytest.mark.parametrize(
    ("observed", "lower", "upper", "outcome"),
    [
        (0.0, -0.9, 0.9, Outcome.PASSED),
        (-0.01, -0.05, 0.03, Outcome.PASSED),
        (-0.01, -0.051, 0.03, Outcome.INCONCLUSIVE),
        (-0.2, -0.3, -0.05, Outcome.INCONCLUSIVE),
        (-0.2, -0.3, -0.051, Outcome.FAILED),
    ],
)
def test_the_interval_decides(
    observed: float, lower: float, upper: float, outcome: Outcome
) -> None:
    """Within the gap passes, beyond it fails, across it decides nothing; no drop passes."""
    assert outcome_of(Difference(observed, lower, upper), gap=0.05) is outcome


def test_a_label_with_little_gold_is_not_judged_alone() -> None:
    """It counts in all labels; the floor is about the suite, not a label."""
    few = [m.name for m in _decide(min_support=301).measures]
    all_of_them = [m.name for m in _decide(min_support=300).measures]
    assert few == ["all labels", "all labels", "recall"]
    assert all_of_them == [
        "all labels", "DATE", "PATIENT_NAME", "SSN", "all labels", "DATE", "PATIENT_NAME", "recall",
    ]  # fmt: skip


def test_each_suite_has_its_own_gap() -> None:
    """SHIELD is worded otherwise: its drop is held against its own gap, with its reason."""
    assert _decide().outcome is Outcome.PASSED
    narrow: list[Json] = [{"suite": "shield", "gap": 0.02, "reason": "r"}]
    finding = _decide(gaps=narrow)
    assert finding.outcome is Outcome.FAILED
    assert [m.suite for m in finding.measures if m.outcome is Outcome.FAILED] == ["shield"]


def test_the_floor_is_held_at_exactly_its_value() -> None:
    """570 of 600 is 0.95, whatever the last bit of the product says."""
    assert _decide(floor=0.95).outcome is Outcome.PASSED
    assert _decide(floor=0.9501).outcome is Outcome.FAILED


def test_a_label_gap_is_that_of_its_suite() -> None:
    """DATE loses 2.3 points on SHIELD."""
    rows: list[Json] = [{"suite": "shield", "gap": 0.005, "reason": "r"}]
    failed = [m for m in _decide(label_gaps=rows).measures if m.outcome is Outcome.FAILED]
    assert {(m.suite, m.name) for m in failed} <= {("shield", "DATE"), ("shield", "PATIENT_NAME")}
    assert failed


def test_live_is_compared_on_the_suites_that_are_named() -> None:
    """On no other; without a live release there is nothing to compare with."""
    settings = {**json.loads(PAIRED.settings)}
    assert "against generation 3" in GATE.decide(PAIRED.evidence, json.dumps(settings)).message
    settings["paired"] = []
    assert "generation" not in GATE.decide(PAIRED.evidence, json.dumps(settings)).message
    assert "generation" not in GATE.decide(PASS.evidence, PASS.settings).message


REFUSED: dict[str, dict[str, Json]] = {
    "itself": {"suites": ["fresh", "shield", "golden"]},
    "no other suite": {"suites": []},
    "a suite twice": {"suites": ["fresh", "shield", "fresh"]},
    "a gap of another suite": {"gaps": [{"suite": "other", "gap": 0.1, "reason": "r"}]},
    "a label gap of another suite": {"label_gaps": [{"suite": "other", "gap": 0.1, "reason": "r"}]},
    "a floor of another suite": {"floor_suites": ["other"]},
    "a pair of another suite": {"paired": ["other"]},
    "two gaps": {"gaps": [{"suite": "shield", "gap": 0.1, "reason": "r"}] * 2},
    "a gap without a reason": {"gaps": [{"suite": "shield", "gap": 0.1, "reason": ""}]},
    "no gap": {"gap": 0},
    "any gap": {"gap": 0.51},
    "any gap of a label": {"per_label": 0.51},
    "no floor": {"floor": 0},
    "every chance": {"alpha": 0.5},
    "another key": {"gape": 0.1},
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_table_it_does_not_know_is_refused(name: str) -> None:
    """Before anything is measured."""
    with pytest.raises(EvidenceError):
        GATE.check(json.dumps({**SETTINGS, **REFUSED[name]}))


def test_its_table_is_accepted() -> None:
    """The others differ from it in one key."""
    GATE.check(json.dumps(SETTINGS))
