"""Fleets with a past: what a test starts from that is about the next release or rollback."""

from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.flip_preconditions import Proposal


def a_fleet(*contents: bytes, slot: str = builders.SLOT) -> FleetState:
    """A slot that released these contents one after the other."""
    state = fold(())
    for content in contents:
        state = released(state, content=content, slot=slot)
    return state


def released(state: FleetState, *, content: bytes, slot: str = builders.SLOT) -> FleetState:
    """The fleet after one more release of a slot."""
    candidate = builders.a_candidate(slot=slot)
    before = state.against(slot, artifact=None)
    verdict = builders.a_verdict(candidate=candidate, content=content, against=before)
    return after(state, builders.a_proposal(verdict, candidate=candidate))


def after(state: FleetState, *proposals: Proposal, now: str = builders.NOW) -> FleetState:
    """The fleet after a flip."""
    entry = plan_flip(state, proposals, now=now).entry
    return fold((*state.entries, *((entry,) if entry else ())))


def adopted(
    state: FleetState, *, content: bytes, slot: str = builders.SLOT, covered: int = 100
) -> FleetState:
    """The fleet after a slot's row asked only for what is published to be measured.

    Args:
        state: before.
        content: what is published.
        slot: the slot.
        covered: spans of a hundred of each label that it finds.
    """
    asked = {"slot": slot, "bootstrap": False, "adopted": True}
    row = Candidate.model_validate({**dict(builders.a_candidate()), **asked})
    found = {"PATIENT_NAME": covered, "SSN": covered}
    against = state.against(slot, artifact=builders.artifact_of(content))
    verdict = builders.a_verdict(candidate=row, content=content, covered=found, against=against)
    return after(state, builders.a_proposal(verdict, candidate=row))
