"""Planning a rollback: what goes back, to what, and why the rest does not."""

import pytest
from support import builders, fleets

from openmed.domain.gates.gate import Against
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.release.results.slot_undo import Undo
from openmed.domain.release.rollback import Choice, RollbackPlan, plan_rollback
from openmed.domain.release.rollback_options import Request, Where, options, select_slots
from openmed.errors import UsageError

SLOT = builders.SLOT
OTHER = "pii::base::onnx"
A, B, C = b"first", b"second", b"third"


ONE, TWO = Where(tier="tiny"), Where(tier="base")
BOTH = Where(all_slots=True)


def _request(  # noqa: PLR0913 - a builder lets a test change any one thing
    where: Where = ONE,
    *,
    tag: str | None = None,
    generation: int | None = None,
    is_revoking: bool = True,
    is_partial: bool = False,
    is_withdrawing: bool = False,
) -> Request:
    return Request(
        where=where,
        tag=tag,
        generation=generation,
        is_revoking=is_revoking,
        is_partial=is_partial,
        is_withdrawing=is_withdrawing,
        reason="it leaks",
    )


def _plan(
    state: FleetState, request: Request, *, damaged: frozenset[str] = frozenset()
) -> RollbackPlan:
    """Plan with every target whole but those with a damaged artifact."""

    def is_whole(row: LiveRelease) -> bool:
        return row.release.artifact not in damaged

    choices = tuple(
        Choice(
            options=row,
            target=next(filter(is_whole, row.targets), None),
            passed_over=row.passed_over,
        )
        for row in options(state, request)
    )
    return plan_rollback(state, request, choices, now=builders.NOW)


def _undone(state: FleetState, request: Request) -> FleetState:
    entry = _plan(state, request).entry
    assert entry is not None
    return fold((*state.entries, entry))


def _undos(plan: RollbackPlan) -> list[Undo]:
    """What became of `SLOT`, then of `OTHER`."""
    return [row.undo for row in sorted(plan.slots, key=lambda row: row.slot != SLOT)]


def _live(state: FleetState, slot: str = SLOT) -> tuple[int, str] | None:
    row = state.live_in(slot)
    return (row.generation, row.release.artifact) if row else None


def test_the_release_before_is_live_again_under_a_new_generation() -> None:
    """Forward-moving: generation 3 serves what generation 1 served."""
    state = _undone(fleets.a_fleet(A, B), _request())
    assert _live(state) == (3, builders.artifact_of(A))


def test_what_is_left_is_condemned_in_the_same_entry() -> None:
    """So that no release brings it back, in this slot or another."""
    state = fleets.a_fleet(A, B)
    entry = _plan(state, _request()).entry
    assert entry is not None
    assert [change.event for change in entry.changes] == ["rolled_back", "revoked"]
    assert fold((*state.entries, entry)).is_quarantined(builders.artifact_of(B))


def test_a_release_does_not_bring_it_back() -> None:
    """A fresh, green, signed verdict on revoked bytes moves nothing."""
    state = _undone(fleets.a_fleet(A, B), _request())
    proposal = builders.a_proposal(builders.a_verdict(content=B))
    plan = plan_flip(state, (proposal,), now=builders.NOW)
    assert (plan.entry, plan.results[0].standing) == (None, SlotOutcome.QUARANTINED)


def test_a_second_rollback_changes_nothing() -> None:
    """What is live was itself made by a rollback."""
    plan = _plan(_undone(fleets.a_fleet(A, B, C), _request()), _request())
    assert (plan.entry, _undos(plan), plan.exit_code) == (None, [Undo.UNCHANGED], 0)


def test_a_generation_named_by_hand_is_restored_even_then() -> None:
    """The second step back has to be asked for by name."""
    state = _undone(fleets.a_fleet(A, B, C), _request())
    assert _live(state) == (4, builders.artifact_of(B))
    assert _live(_undone(state, _request(generation=1))) == (5, builders.artifact_of(A))


def test_with_one_release_there_is_nothing_to_go_back_to() -> None:
    """Refused with exit code 4; the pointer stays."""
    plan = _plan(fleets.a_fleet(A), _request())
    assert (plan.entry, plan.pointer, plan.exit_code) == (None, None, 4)
    assert _undos(plan) == [Undo.REFUSED]


def test_condemned_releases_are_passed_over() -> None:
    """From C, B is revoked, so A it is."""
    state = fleets.released(_undone(fleets.a_fleet(A, B), _request()), content=C)
    plan = _plan(state, _request())
    assert plan.slots[0].artifact == builders.artifact_of(A)


def test_a_release_that_is_not_whole_today_is_passed_over() -> None:
    """The next older green one is taken."""
    damaged = frozenset({builders.artifact_of(B)})
    plan = _plan(fleets.a_fleet(A, B, C), _request(), damaged=damaged)
    assert plan.slots[0].artifact == builders.artifact_of(A)


def test_if_none_is_whole_nothing_moves() -> None:
    """Exit code 4, not a success with nothing done."""
    damaged = frozenset({builders.artifact_of(A)})
    plan = _plan(fleets.a_fleet(A, B), _request(), damaged=damaged)
    assert (plan.entry, plan.exit_code, _undos(plan)) == (None, 4, [Undo.REFUSED])


def test_without_revoking_the_slot_is_frozen_instead() -> None:
    """The bytes stay eligible, but no release moves the slot until it is thawed."""
    state = _undone(fleets.a_fleet(A, B), _request(is_revoking=False))
    assert not state.is_quarantined(builders.artifact_of(B))
    live = state.live_in(SLOT)
    assert live is not None
    before = Against(generation=live.generation, artifact=live.release.artifact)
    proposal = builders.a_proposal(builders.a_verdict(content=C, against=before))
    plan = plan_flip(state, (proposal,), now=builders.NOW)
    assert (plan.entry, plan.results[0].standing) == (None, SlotOutcome.FROZEN)
    assert plan.results[0].exit_code == 3


def test_a_tag_names_the_state_of_the_whole_fleet() -> None:
    """Slots go back to what they served then; unchanged ones are left alone."""
    state = fleets.released(fleets.a_fleet(A), content=A, slot=OTHER)
    state = fleets.released(state, content=B)
    plan = _plan(state, _request(BOTH, tag=state.entries[1].tag))
    assert _undos(plan) == [Undo.ROLLED_BACK, Undo.UNCHANGED]


def test_a_slot_younger_than_the_tag_stays_and_is_listed() -> None:
    """Unless it is to be withdrawn."""
    state = fleets.released(fleets.a_fleet(A, B), content=C, slot=OTHER)
    tag = state.entries[0].tag
    assert _undos(_plan(state, _request(BOTH, tag=tag))) == [
        Undo.ROLLED_BACK,
        Undo.YOUNGER,
    ]
    emptied = _undone(state, _request(BOTH, tag=tag, is_withdrawing=True))
    assert _live(emptied, OTHER) is None
    assert emptied.generation_of(OTHER) == 2


def test_one_refused_slot_holds_all_unless_told_otherwise() -> None:
    """The fleet goes back as one; `is_partial` moves what can be moved, and still says 4."""
    state = fleets.released(fleets.a_fleet(A, B), content=C, slot=OTHER)
    tag = state.entries[-1].tag
    state = fleets.released(state, content=b"newer", slot=OTHER)
    state = _undone(state, _request(generation=1))
    plan = _plan(state, _request(BOTH, tag=tag))
    assert (plan.entry, _undos(plan)) == (None, [Undo.REFUSED, Undo.WAITING])
    partial = _plan(state, _request(BOTH, tag=tag, is_partial=True))
    assert (_undos(partial), partial.exit_code) == ([Undo.REFUSED, Undo.ROLLED_BACK], 4)
    assert partial.entry is not None


def test_what_one_slot_leaves_another_may_not_restore() -> None:
    """A digest is never condemned and made live in one entry."""
    state = fleets.released(fleets.a_fleet(A, B), content=B, slot=OTHER)
    state = fleets.released(state, content=C, slot=OTHER)
    plan = _plan(state, _request(BOTH))
    assert _undos(plan) == [Undo.WAITING, Undo.REFUSED]
    assert "another slot" in plan.slots[0].reason


def test_other_slots_that_still_serve_what_was_left_are_named() -> None:
    """They are not moved: that is another decision."""
    state = fleets.released(fleets.a_fleet(A, B), content=B, slot=OTHER)
    assert _plan(state, _request()).also_live == (OTHER,)


def test_a_withdrawn_slot_starts_again_as_a_first_release_does() -> None:
    """Compared with nothing, under the next generation."""
    state = fleets.released(fleets.a_fleet(A), content=B, slot=OTHER)
    emptied = _undone(state, _request(TWO, tag=state.entries[0].tag, is_withdrawing=True))
    assert _live(fleets.released(emptied, content=C, slot=OTHER), OTHER) == (
        3,
        builders.artifact_of(C),
    )


def test_an_unknown_tag_or_generation_is_refused() -> None:
    """A made-up name never means `the newest`."""
    state = fleets.a_fleet(A, B)
    with pytest.raises(UsageError):
        options(state, _request(tag="2020.01.01-1"))
    with pytest.raises(UsageError):
        options(state, _request(generation=9))


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        (Where(family="pii", all_slots=True), {SLOT, OTHER}),
        (Where(family="pii", tier="tiny"), {SLOT}),
        (Where(tier="base"), {OTHER}),
        (Where(family="pii", line="none", all_slots=True), {SLOT, OTHER}),
        (Where(all_slots=True), {SLOT, OTHER}),
    ],
)
def test_slots_are_selected_by_their_parts(where: Where, wanted: set[str]) -> None:
    """What is left out fits every slot."""
    state = fleets.released(fleets.a_fleet(A), content=B, slot=OTHER)
    assert set(select_slots(state, where)) == wanted


@pytest.mark.parametrize(
    "where", [Where(family="pii"), Where(family="ner"), Where(family="pii", line="x")]
)
def test_none_or_several_slots_are_refused(where: Where) -> None:
    """Nobody rolls back a fleet by a slip."""
    state = fleets.released(fleets.a_fleet(A), content=B, slot=OTHER)
    with pytest.raises(UsageError):
        select_slots(state, where)
