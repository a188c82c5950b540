"""Which slots a change of the ledger may touch; every other one still stands."""

from typing import get_args

import pytest
from support import builders, fleets

from openmed.domain.ledger import changes
from openmed.domain.ledger.changes import Change
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.results.kept_slot import KeptSlot, entries_since, rests_on, touched
from openmed.domain.release.results.slot_result import Result, SlotOutcome

SLOT, OTHER = builders.SLOT, "pii::base::onnx"
A, B = b"first", b"second"
ONE = builders.artifact_of(A)
TWO = builders.artifact_of(B)


def _kept(
    slot: str = OTHER,
    *,
    parent: str | None = None,
    repo_id: str = "OpenMed/another",
    artifacts: tuple[str, ...] = (),
    is_live: bool = True,
) -> KeptSlot:
    result = Result(
        slot=slot, standing=SlotOutcome.LIVE, repo_id=repo_id, artifact=None, grade=None,
        generation=1, tag="", reason="already live", gates=(), exit_code=0,
    )  # fmt: skip
    return KeptSlot(
        slot=slot, row=builders.HEX, listed=builders.HEX, source="file:models/x", profile=None,
        parent=parent, repo_id=repo_id, artifacts=artifacts, is_live=is_live,
        until=builders.NOW, verdict="none", tasks=(), faults=(), result=result,
    )  # fmt: skip


def _is_touched(state: FleetState, kept: KeptSlot, *made: Change) -> bool:
    """Whether these changes, recorded next, touch a slot; also where all of them are."""
    entry = next_entry(state.entries, made, now=builders.NOW)
    found = touched(state, (entry,))
    return found is None or found.holds(kept)


def _promotion(state: FleetState) -> Change:
    return state.entries[-1].changes[0]


@pytest.mark.parametrize(
    ("kept", "is_touched"),
    [
        (_kept(), False),
        (_kept(SLOT), True),
        (_kept(parent=SLOT), True),
        (_kept(repo_id=builders.a_candidate().repo_id), True),
        (_kept(artifacts=(ONE,)), True),
        (_kept(artifacts=(TWO,)), True),
        (_kept(is_live=False), False),
    ],
)
def test_a_release_touches_its_slot_and_what_hangs_on_it(
    kept: KeptSlot, *, is_touched: bool
) -> None:
    """Slots reduced from it, that want its repository, that rest on its bytes or those it left."""
    state = fleets.a_fleet(A, B)
    assert is_touched == _is_touched(state, kept, _promotion(state))


@pytest.mark.parametrize(
    ("kept", "is_touched"),
    [
        (_kept(), False),
        (_kept(SLOT), True),
        (_kept(parent=SLOT), True),
        (_kept(artifacts=(ONE,)), True),
        (_kept(is_live=False), True),
    ],
)
def test_condemned_bytes_touch_every_candidate(kept: KeptSlot, *, is_touched: bool) -> None:
    """One that is not what its slot serves may behave like them."""
    revoked = changes.Revoked(
        slot=SLOT, generation=1, repo_id="OpenMed/x", artifact=ONE, reason="it leaks"
    )
    assert is_touched == _is_touched(fleets.a_fleet(A), kept, revoked)


def test_a_hold_touches_its_slot() -> None:
    """And no other."""
    state = fleets.a_fleet(A)
    for change in (changes.Held(slot=SLOT, reason="x"), changes.Thawed(slot=SLOT, reason="x")):
        assert _is_touched(state, _kept(SLOT), change)
        assert not _is_touched(state, _kept(artifacts=(TWO,), is_live=False), change)


_SMALL = (
    changes.Promoted, changes.RolledBack, changes.Quarantined, changes.Revoked, changes.Condemned,
    changes.Cleared, changes.Held, changes.Thawed, changes.PolicyWeakened,
)  # fmt: skip
"""Changes of which it is known what they leave alone."""


def test_every_other_change_touches_every_slot() -> None:
    """One that is added later, too, until somebody thought of what it leaves alone."""
    kinds = get_args(get_args(Change)[0])
    assert set(_SMALL) < set(kinds)
    state = fleets.a_fleet(A)
    for kind in set(kinds) - set(_SMALL):
        change = kind.model_construct(slot=SLOT, artifact=ONE)
        entry = state.entries[0].model_construct(**{**dict(state.entries[0]), "changes": (change,)})
        assert touched(state, (entry,)) is None, kind


def test_entries_since_are_those_after() -> None:
    """All of a ledger where nothing was recorded; none is known where it does not hold the head."""
    state = fleets.a_fleet(A, B)
    first, second = state.entries
    assert (second,) == entries_since(state, first.digest)
    assert () == entries_since(state, second.digest)
    assert (first, second) == entries_since(state, "")
    assert entries_since(fold((first,)), second.digest) is None


def test_a_slot_rests_on_what_it_serves_and_is_compared_with() -> None:
    """And on what is live in its parent's slot."""
    state = fleets.a_fleet(A, B)
    row = builders.a_candidate()
    assert {ONE, TWO} == rests_on(state, row, staged=TWO)
    assert {TWO, builders.HEX} == rests_on(state, row, staged=builders.HEX)
    child = builders.a_candidate(slot=OTHER)
    assert set() == rests_on(state, child, staged=None)
