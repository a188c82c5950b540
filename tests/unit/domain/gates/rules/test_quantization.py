"""Gate `quantization`: what it decides is in `tests/cases/gates/quantization`."""

import pytest
from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Evidence, Outcome, ParentEvidence
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.rules.quantization import Quantization
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError

GATE = Quantization()
SETTINGS = (
    '{"formats":[{"below":0.005,"format":"onnx-int8","reason":"r"}],'
    '"grades":["green"],"suite":"golden"}'
)
PARENT = "pii::tiny::onnx"


def _row(slot: str) -> Candidate:
    table = plain(builders.a_candidate(slot=slot))
    assert isinstance(table, dict)
    return from_plain(Candidate, {**table, "parent": PARENT}, what="row")


def _evidence(*, covered: int, support: int, parent_slot: str = PARENT) -> Evidence:
    row = _row("pii::tiny::onnx-int8")
    staged = builders.a_staged(row)
    other = builders.a_candidate(slot=PARENT)
    released = builders.a_staged(other, content=b"parent")
    return builders.an_evidence(
        candidate=row,
        reports=(
            builders.a_report(staged, candidate=row, support=support, covered={"SSN": covered}),
        ),
        parent=ParentEvidence(
            slot=parent_slot, generation=1, artifact=released.artifact, grade=Grade.GREEN
        ),
        parents=(
            builders.a_report(released, candidate=other, support=support, covered={"SSN": support}),
        ),
    )


@pytest.mark.parametrize("support", [200, 400, 600, 1000, 2000, 3000, 7000])
def test_a_drop_of_exactly_the_limit_never_passes(support: int) -> None:
    """Counts are compared, so no rounding of the limit lets one through."""
    lost = round(support * 0.005)
    at = GATE.decide(_evidence(covered=support - lost, support=support), SETTINGS)
    under = GATE.decide(_evidence(covered=support - lost + 1, support=support), SETTINGS)
    assert at.outcome in {Outcome.FAILED, Outcome.INCONCLUSIVE}
    assert under.outcome is Outcome.PASSED


def test_a_better_candidate_passes() -> None:
    """It gained; nothing was lost."""
    evidence = _evidence(covered=100, support=100)
    assert GATE.decide(evidence, SETTINGS).outcome is Outcome.PASSED


def test_the_parent_of_another_slot_is_an_error() -> None:
    """What was gathered must be what the row declares."""
    evidence = _evidence(covered=100, support=100, parent_slot="pii::base::onnx")
    finding = GATE.decide(evidence, SETTINGS)
    assert finding.outcome is Outcome.ERROR
    assert "the parent is of slot pii::base::onnx, the row declares pii::tiny::onnx" in (
        finding.message
    )


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        SETTINGS.replace("0.005", "0"),
        SETTINGS.replace("0.005", "1.5"),
        SETTINGS.replace('"r"', '""'),
        SETTINGS.replace('["green"]', "[]"),
        SETTINGS.replace('["green"]', '["best"]'),
        '{"formats":[],"grades":["green"],"suite":"golden"}',
        (
            '{"formats":[{"below":0.1,"format":"q","reason":"r"},{"below":0.2,"format":"q",'
            '"reason":"r"}],"grades":["green"],"suite":"golden"}'
        ),
    ],
)
def test_a_table_it_does_not_know_is_refused(settings: str) -> None:
    """Before anything is measured."""
    with pytest.raises(EvidenceError):
        GATE.check(settings)


def test_a_slot_is_not_its_own_parent() -> None:
    """The row is refused."""
    with pytest.raises(EvidenceError, match="own parent"):
        _row(PARENT)
