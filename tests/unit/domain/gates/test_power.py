"""What a suite can decide, label by label and gate by gate."""

import pytest
from support import builders
from support import scoring_reference as reference

from openmed.domain.gates.decidable_thresholds import Gold, Threshold, rounded_down
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.power import Power, suite_power
from openmed.domain.text.span import Document, GoldSpan
from openmed.errors import EvidenceError

SPANS, FAMILIES = 300, 20
GATES = {
    "evidence": {"reason": "r", "suites": ["golden"], "min_support": 100, "min_families": 10},
    "recall_floor": {"reason": "r", "suite": "golden", "floor": 0.99},
    "structured_recall": {
        "reason": "r",
        "suite": "golden",
        "floor": 0.995,
        "labels": [{"label": "SSN", "floor": 1.0, "reason": "r"}],
    },
    "name_recall": {"reason": "r", "suite": "other", "floor": 0.99},
    "critical_leakage": {"reason": "r", "suite": "golden", "labels": ["SSN", "MRN"], "allowed": 0},
    "residual_leakage": {"reason": "r", "suite": "golden", "limit": 0.05, "steward": 0.001},
    "regression": {
        "reason": "r",
        "suite": "golden",
        "overall": 0.02,
        "per_label": 0.05,
        "widest": 0.1,
        "discordance": 0.005,
    },
    "precision": {
        "reason": "r",
        "suite": "golden",
        "floor": 0.8,
        "typed": 0.8,
        "over_redaction": 0.02,
        "false_alarms": 0.5,
    },
    "latency": {"reason": "r", "tiers": []},
    "memory": {"reason": "r", "not_applicable": "no budget for this tier", "tiers": []},
}


def _documents() -> list[Document]:
    """300 names and 20 SSNs, one of each a document at most; 10 documents without gold."""
    rows = []
    for number in range(SPANS + 10):
        spans = [GoldSpan(start=0, end=4, label="PATIENT_NAME")] if number < SPANS else []
        spans += [GoldSpan(start=5, end=9, label="SSN")] if number < FAMILIES else []
        rows.append(
            Document(
                id=f"d{number}",
                language="en",
                family=f"f{number % FAMILIES}",
                slice="base",
                smoke=False,
                text="Anna 1234 seen",
                spans=tuple(spans),
            )
        )
    return rows


def _policy(**gates: object) -> Policy:
    return policy_from_table(
        "test",
        {
            "schema": "openmed.policy/1",
            "milestone": "v2.0",
            "grade": "green",
            "reason": "a test",
            "suites": ["golden", "other"],
            "performance_suite": "smoke",
            "max_age_hours": 24,
            "verifiers": ["release"],
            "gates": {**GATES, **gates},  # type: ignore[dict-item]
        },
    )


def _power(policy: Policy | None = None) -> Power:
    documents = _documents()
    gold = Gold.of(
        documents,
        suite="golden",
        declared=("SSN", "PATIENT_NAME", "PHOTO"),
        languages=("en", "de"),
        discordance=0.005,
    )
    return suite_power(gold, pin=reference.suite_of(documents).pin, policy=policy or _policy())


def _rows(gate: str) -> dict[str, Threshold]:
    power = _power()
    return {row.name: row for g in power.gates if g.gate == gate for row in g.thresholds}


def test_a_label_proves_what_its_spans_and_its_families_prove() -> None:
    """0.05^(1/300) without a miss; as 20 trials when families go together."""
    rows = {row.gold.name: row for row in _power().labels}
    assert list(rows) == ["PATIENT_NAME", "PHOTO", "SSN", "all labels"]
    name = rows["PATIENT_NAME"]
    assert (name.gold.spans, name.gold.families, name.gold.documents) == (300, 20, 300)
    assert name.without_miss == pytest.approx(0.05 ** (1 / 300), abs=1e-6)
    assert name.with_one_miss == pytest.approx(0.984284, abs=1e-6)
    assert name.by_family == pytest.approx(0.05 ** (1 / 20), abs=1e-6)
    assert name.visible_drop == pytest.approx(0.020609, abs=1e-6)
    assert rows["all labels"].gold.spans == 320


def test_no_gold_proves_nothing() -> None:
    """And no drop is ever seen."""
    row = next(row for row in _power().labels if row.gold.name == "PHOTO")
    assert (row.without_miss, row.with_one_miss, row.by_family, row.visible_drop) == (0, 0, 0, None)


SENTENCES = {
    ("evidence", "SSN"): "SSN: 20 spans of 20 families, needs 100 of 10: no verdict, "
    "whatever is predicted",
    ("evidence", "PATIENT_NAME"): "PATIENT_NAME: 300 spans of 20 families (minimum 100 of 10)",
    ("evidence", "de"): "de: 0 spans of 0 families, needs 100 of 10: no verdict, "
    "whatever is predicted",
    ("recall_floor", "PATIENT_NAME"): "PATIENT_NAME: 300 spans prove 0.9900 with up to 0 missed",
    ("recall_floor", "SSN"): "SSN: 20 spans prove 0.8608 at best; 0.9900 needs 299 without a "
    "miss, 473 with one",
    ("recall_floor", "PHOTO"): "PHOTO: no gold; 0.9900 needs 299 without a miss, 473 with one",
    ("structured_recall", "SSN"): "SSN: 20 spans prove 0.8608 at best; 1.0000 needs more than "
    "there can be",
    ("critical_leakage", "SSN"): "SSN: no leak in 20 documents proves that fewer than 13.92 % leak",
    ("residual_leakage", "leaked characters"): "leaked characters: 320 spans prove 0.9906 at "
    "best; 0.9990 needs 2995 without a miss, 4742 with one",
    ("regression", "all labels"): "all labels: 320 spans can detect drops of 1.94 % or more",
    ("regression", "SSN"): "SSN: 20 spans can detect drops of 30.92 % or more; a drop "
    "of 5 % needs 124; margin used: 10.00 %",
    ("regression", "PHOTO"): "PHOTO: no gold; a drop of 5 % needs 124",
    ("precision", "SSN"): "SSN: 20 spans prove 0.8000 with up to 0 missed",
    ("precision", "over-redaction"): "over-redaction: 310 documents prove 0.9800 with up to 1 "
    "missed",
    ("precision", "false alarms"): "false alarms: 10 documents prove 0.5000 with up to 1 missed",
}


@pytest.mark.parametrize(("gate", "name"), sorted(SENTENCES))
def test_every_threshold_says_what_it_can_prove_or_what_would(gate: str, name: str) -> None:
    """In one sentence, with numbers."""
    row = _rows(gate)[name]
    assert SENTENCES[gate, name] == row.sentence
    is_small = any(word in row.sentence for word in ("needs", "no gold", "no verdict"))
    assert row.is_decidable == (not is_small)


def test_what_cannot_be_decided_is_listed() -> None:
    """Nothing too small passes unseen."""
    power = _power()
    small = {(row.gate, row.name) for row in power.undecidable}
    assert ("recall_floor", "SSN") in small
    assert ("recall_floor", "PATIENT_NAME") not in small
    assert all(row.needs is None or row.has < row.needs for row in power.undecidable)


NOTES = {
    "name_recall": "sets no threshold on suite golden for the declared labels",
    "latency": "does not depend on how much gold there is",
    "memory": "not applicable: no budget for this tier",
}


def test_a_gate_without_a_threshold_here_says_why() -> None:
    """Another suite, a fact, or the policy's own reason."""
    notes = {gate.gate: gate.note for gate in _power().gates if gate.note}
    assert notes == NOTES


def test_critical_labels_without_gold_decide_nothing() -> None:
    """A candidate that declares one gets no verdict."""
    documents = [document for document in _documents() if not document.spans]
    gold = Gold.of(documents, suite="golden", declared=("SSN",), languages=("en",), discordance=0.0)
    pin = reference.suite_of(documents).pin
    rows = suite_power(gold, pin=pin, policy=_policy()).undecidable
    critical = next(row for row in rows if row.gate == "critical_leakage")
    assert critical.sentence == "SSN: no gold: no verdict for who declares it"


def test_a_table_that_is_not_the_gates_own_is_refused() -> None:
    """Before anything is said about it."""
    with pytest.raises(EvidenceError):
        _power(_policy(precision={"reason": "r", "suite": "golden"}))


def test_the_builders_gates_are_read_as_they_are() -> None:
    """A policy of three gates has three rows."""
    power = _power(builders.a_policy())
    assert [gate.gate for gate in power.gates] == ["evidence", "recall_floor", "critical_leakage"]


def test_a_share_is_never_rounded_up() -> None:
    """It says no more than is proven."""
    assert rounded_down(0.99999) == "0.9999"
