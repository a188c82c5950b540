"""A parent: what is live in another slot, and a verdict that was made beside it."""

import pytest
from support import builders, fleets

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import ParentEvidence
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import from_plain, plain

PARENT = "pii::base::onnx"


def _child() -> Candidate:
    table = plain(builders.a_candidate())
    assert isinstance(table, dict)
    return from_plain(Candidate, {**table, "parent": PARENT}, what="row")


def _standing(made_in: FleetState, flipped_in: FleetState) -> tuple[SlotOutcome, str]:
    """A child judged in one fleet and flipped in another."""
    row = _child()
    evidence = builders.an_evidence(candidate=row, parent=made_in.parent_of(row))
    verdict = builders.judged(evidence)
    proposal = builders.a_proposal(verdict, candidate=row)
    result = plan_flip(flipped_in, (proposal,), now=builders.NOW).results[0]
    return result.standing, result.reason


ONE = fleets.a_fleet(b"one", slot=PARENT)
TWO = fleets.released(ONE, content=b"two", slot=PARENT)


def test_the_parent_is_what_is_live_in_its_slot() -> None:
    """With its grade; nothing where nothing is live or no parent is declared."""
    live = ONE.live_in(PARENT)
    assert live is not None
    assert ONE.parent_of(_child()) == ParentEvidence(
        slot=PARENT, generation=1, artifact=live.release.artifact, grade=Grade.GREEN
    )
    assert fold(()).parent_of(_child()) is None
    assert ONE.parent_of(builders.a_candidate()) is None


@pytest.mark.parametrize(("before", "after"), [(ONE, TWO), (TWO, ONE), (ONE, fold(()))])
def test_a_verdict_beside_another_parent_is_void(before: FleetState, after: FleetState) -> None:
    """The parent moved, went back or went away between the verdict and the flip."""
    standing, reason = _standing(before, after)
    assert standing is SlotOutcome.REFUSED
    assert reason == "the live release of the parent's slot changed since comparison"


def test_a_verdict_beside_the_same_parent_holds() -> None:
    """Nothing moved."""
    assert _standing(ONE, ONE)[0] is SlotOutcome.RELEASED
