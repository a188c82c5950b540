"""Revisions of a slot: what became of each."""

from support import builders, fleets

from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.revisions import State, revisions_of
from openmed.domain.release.rollback import Choice, plan_rollback
from openmed.domain.release.rollback_options import Request, Where, options

SLOT = builders.SLOT
A, B = b"first", b"second"


def _rolled_back(state: FleetState) -> FleetState:
    request = Request(
        where=Where(family="pii"), tag=None, generation=None, is_revoking=True, is_partial=False,
        is_withdrawing=False, reason="it leaks",
    )  # fmt: skip
    choices = tuple(
        Choice(options=row, target=row.targets[0], passed_over=row.passed_over)
        for row in options(state, request)
    )
    entry = plan_rollback(state, request, choices, now=builders.NOW).entry
    assert entry is not None
    return fold((*state.entries, entry))


def test_the_newest_is_live_and_the_one_before_superseded() -> None:
    """Newest first."""
    rows = revisions_of(fleets.a_fleet(A, B), SLOT)
    assert [(row.generation, row.state) for row in rows] == [(2, State.LIVE), (1, State.SUPERSEDED)]


def test_what_a_rollback_left_is_revoked() -> None:
    """The restored release is live again under a new generation, with the reason."""
    rows = revisions_of(_rolled_back(fleets.a_fleet(A, B)), SLOT)
    assert [(row.generation, row.kind, row.state, row.reason) for row in rows] == [
        (3, "rollback", State.LIVE, "it leaks"),
        (2, "release", State.REVOKED, ""),
        (1, "release", State.SUPERSEDED, ""),
    ]
    assert rows[0].artifact == rows[2].artifact


def test_what_a_gate_refused_is_held_and_has_no_generation() -> None:
    """With the gates as the reason."""
    bad = builders.a_verdict(
        candidate=builders.a_candidate(), covered={"PATIENT_NAME": 1, "SSN": 100}, content=B,
        against=fleets.a_fleet(A).against(SLOT, artifact=None),
    )  # fmt: skip
    state = fleets.after(fleets.a_fleet(A), builders.a_proposal(bad))
    newest = revisions_of(state, SLOT)[0]
    assert (newest.generation, newest.state, newest.artifact) == (None, State.HELD, bad.artifact)
    assert newest.reason == ", ".join(gate.id for gate in bad.failing)


def test_another_slot_has_none() -> None:
    """Nothing happened to it."""
    assert revisions_of(fleets.a_fleet(A), "pii::base::onnx") == ()
