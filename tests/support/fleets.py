"""Fleets with a past: what a test starts from that is about the next release or rollback."""

from support import builders

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
