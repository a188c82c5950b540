"""Two heads of the ledger become one: what is condemned on either side is condemned, always."""

from itertools import product

import pytest
from support import builders, fleets

from openmed.domain.ledger.ancestry import LostHead, Sighting, lost_heads
from openmed.domain.ledger.changes import Change, Held, Reconciled, Revoked, RolledBack, Thawed
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.release.reconcile import ReconcilePlan, plan_reconcile
from openmed.domain.release.rollback import Choice, plan_rollback
from openmed.domain.release.rollback_options import Request, Where, options, restorable

SLOT, OTHER = builders.SLOT, "pii::base::onnx"
A, B, C, D = b"first", b"second", b"third", b"fourth"
WORSE = {"PATIENT_NAME": 10, "SSN": 100}


def _add(state: FleetState, *changes: Change) -> FleetState:
    return fold((*state.entries, next_entry(state.entries, changes, now=builders.NOW)))


def _released(state: FleetState, content: bytes = C) -> FleetState:
    return fleets.released(state, content=content)


def _other_released(state: FleetState) -> FleetState:
    return fleets.released(state, content=D, slot=OTHER)


def _quarantined(state: FleetState) -> FleetState:
    verdict = builders.a_verdict(
        content=C, covered=WORSE, against=state.against(SLOT, artifact=None)
    )
    return fleets.after(state, builders.a_proposal(verdict))


def _rolled_back(state: FleetState) -> FleetState:
    request = Request(
        where=Where(tier="tiny"),
        tag=None,
        generation=None,
        is_revoking=True,
        is_partial=False,
        is_withdrawing=False,
        reason="it leaks",
    )
    choices = tuple(
        Choice(options=row, target=next(iter(row.targets), None), passed_over=())
        for row in options(state, request)
    )
    plan = plan_rollback(state, request, choices, now=builders.NOW)
    return state if plan.entry is None else fold((*state.entries, plan.entry))


def _frozen(state: FleetState) -> FleetState:
    return _add(state, Held(slot=SLOT, reason="audit"))


def _thawed(state: FleetState) -> FleetState:
    return _add(_frozen(state), Thawed(slot=SLOT, reason="done"))


def _nothing(state: FleetState) -> FleetState:
    return state


MOVES = (_released, _other_released, _quarantined, _rolled_back, _frozen, _thawed)


def _newest(state: FleetState, slot: str) -> LiveRelease | None:
    return next(iter(restorable(state, slot)), None)


def _none(state: FleetState, slot: str) -> None:
    del state, slot


def _lost(ours: FleetState, theirs: FleetState) -> LostHead:
    known = {entry.digest: entry for entry in theirs.entries}
    seen = [Sighting(where="a test", head=theirs.entries[-1].digest)]
    (lost,) = lost_heads(ours, seen, known.get)
    return lost


def _reconciled(
    ours: FleetState, theirs: FleetState, *, is_abandoning: bool = False, has_target: bool = True
) -> tuple[ReconcilePlan, FleetState]:
    plan = plan_reconcile(
        ours,
        _lost(ours, theirs),
        is_abandoning=is_abandoning,
        reason="merged",
        fallback=_newest if has_target else _none,
        now=builders.NOW,
    )
    return plan, fold((*ours.entries, plan.entry))


@pytest.mark.parametrize("is_abandoning", [False, True])
@pytest.mark.parametrize("has_target", [False, True])
@pytest.mark.parametrize(("ours", "theirs"), list(product((_nothing, *MOVES), MOVES)))
def test_what_either_side_condemned_is_condemned_and_not_live(
    ours: object, theirs: object, *, is_abandoning: bool, has_target: bool
) -> None:
    """Whatever both did since they went apart; and neither head is lost afterwards."""
    assert callable(ours)
    assert callable(theirs)
    start = fleets.a_fleet(A, B)
    one: FleetState = ours(_add(start, Held(slot=OTHER, reason="ours")))
    two: FleetState = theirs(start)
    _, after = _reconciled(one, two, is_abandoning=is_abandoning, has_target=has_target)
    condemned = {row.fact.artifact for state in (one, two) for row in state.quarantines}
    assert condemned <= {row.fact.artifact for row in after.quarantines}
    assert not condemned & {live.release.artifact for live in after.live}
    assert lost_heads(after, [Sighting(where="a test", head=two.entries[-1].digest)], _no) == ()


def _no(digest: str) -> Entry | None:
    nothing: dict[str, Entry] = {}
    return nothing.get(digest)


def test_a_slot_that_both_moved_stays_and_is_named() -> None:
    """Ours serves what ours released."""
    start = fleets.a_fleet(A)
    plan, after = _reconciled(_released(start, B), _released(start, C))
    live = after.live_in(SLOT)
    assert live is not None
    assert (live.release.artifact, plan.left) == (builders.artifact_of(B), (SLOT,))


def test_a_slot_that_only_they_moved_moves() -> None:
    """With its generation, and everything else they did."""
    start = fleets.a_fleet(A)
    plan, after = _reconciled(_add(start, Held(slot=SLOT, reason="x")), _other_released(start))
    live = after.live_in(OTHER)
    assert live is not None
    assert (live.generation, plan.left) == (1, ())


def test_an_abandoned_release_is_not_taken_over() -> None:
    """The slot is named."""
    start = fleets.a_fleet(A)
    plan, after = _reconciled(
        _add(start, Held(slot=SLOT, reason="x")), _other_released(start), is_abandoning=True
    )
    assert (after.live_in(OTHER), plan.left) == (None, (OTHER,))
    (fact,) = (change for change in plan.entry.changes if isinstance(change, Reconciled))
    assert fact.is_abandoned


def test_what_was_revoked_there_and_is_live_here_goes_back_in_the_same_entry() -> None:
    """Ours released it again meanwhile: not a moment is it live and condemned."""
    start = fleets.a_fleet(A, B)
    theirs = _rolled_back(start)
    ours = _released(start, C)
    again = _add(
        theirs,
        Revoked(
            slot=SLOT,
            generation=3,
            repo_id="org/tiny",
            artifact=builders.artifact_of(C),
            reason="leaks too",
        ),
    )
    plan, after = _reconciled(ours, again)
    live = after.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(A)
    assert any(isinstance(change, RolledBack) for change in plan.entry.changes)


def test_a_head_whose_entries_are_not_here_is_lost_all_the_same() -> None:
    """Its branch is empty, and nothing can be replayed."""
    start = fleets.a_fleet(A)
    (lost,) = lost_heads(start, [Sighting(where="a test", head="f" * 64)], _no)
    assert (lost.branch, lost.is_ahead) == ((), False)


def test_only_the_last_of_several_sightings_is_a_head() -> None:
    """What it descends from is no head of its own, and a tag it has neither."""
    start, later = fleets.a_fleet(A), fleets.a_fleet(A, B, C)
    known = {entry.digest: entry for entry in later.entries}
    seen = [Sighting(where="a test", head=entry.digest) for entry in later.entries]
    tags = [Sighting(where="a page", tag=entry.tag) for entry in later.entries]
    (lost,) = lost_heads(start, [*seen, *tags], known.get)
    assert (lost.digest, lost.is_ahead) == (later.entries[-1].digest, True)


@pytest.mark.parametrize("is_abandoning", [False, True])
def test_what_was_adopted_there_is_adopted_here(*, is_abandoning: bool) -> None:
    """It is no release: what it measured is as true where releases are given up."""
    ours, theirs = _other_released(fold(())), fleets.adopted(fold(()), content=A)
    plan, after = _reconciled(ours, theirs, is_abandoning=is_abandoning)
    assert after.adopted_in(SLOT) is not None
    assert plan.left == ()


def test_what_was_adopted_there_and_released_here_is_named() -> None:
    """A slot that has had a release adopts nothing; nobody loses that in silence."""
    ours, theirs = _released(fold(())), fleets.adopted(fold(()), content=A)
    plan, after = _reconciled(ours, theirs)
    assert (after.adopted, plan.left) == ((), (SLOT,))
