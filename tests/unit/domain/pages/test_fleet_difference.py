"""What differs between two states of the fleet."""

from support import builders, fleets

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.fleet_difference import (
    DifferenceKind,
    LabelDifference,
    SlotDifference,
    difference,
)
from openmed.domain.pages.headline import Headline, LabelRecall

A, B = b"first", b"second"
OTHER = "pii::base::onnx"
COVERED = {A: 90, B: 80}


def _headline(release: Promoted, *, suite_digest: str = builders.HEX) -> Headline:
    content = next(c for c in COVERED if builders.a_staged(content=c).artifact == release.artifact)
    row = LabelRecall(label="SSN", covered=COVERED[content], support=100)
    return Headline(
        suite="golden", suite_digest=suite_digest, covered=row.covered, support=100, labels=(row,)
    )


def _slots(before: FleetState, after: FleetState) -> dict[str, SlotDifference]:
    found = difference(before, after, headline=_headline)
    return {row.slot: row for row in found.slots}


def test_a_slot_that_serves_another_artifact_is_changed() -> None:
    """With recall on both sides, the labels that differ and the files with other bytes."""
    state = fleets.a_fleet(A, B)
    row = _slots(_first(state), state)[builders.SLOT]
    assert (row.kind, row.recall_before, row.recall_after) == (DifferenceKind.CHANGED, 0.9, 0.8)
    assert row.labels == (LabelDifference(label="SSN", before=0.9, after=0.8),)
    assert (row.files_added, row.files_removed) == ((), ())
    assert row.files_changed == ("model.onnx",)


def test_a_slot_that_came_is_added_and_the_other_stays_the_same() -> None:
    """Nothing is said of labels where nothing differs."""
    state = fleets.released(fleets.a_fleet(A), content=B, slot=OTHER)
    rows = _slots(_first(state), state)
    assert (rows[OTHER].kind, rows[OTHER].recall_before) == (DifferenceKind.ADDED, None)
    assert (rows[builders.SLOT].kind, rows[builders.SLOT].labels) == (DifferenceKind.SAME, ())


def test_a_slot_that_went_is_removed() -> None:
    """Read the other way round."""
    state = fleets.released(fleets.a_fleet(A), content=B, slot=OTHER)
    assert _slots(state, _first(state))[OTHER].kind is DifferenceKind.REMOVED


def test_other_suites_are_not_compared() -> None:
    """A recall on other documents is another number."""
    state = fleets.a_fleet(A, B)
    first = builders.a_staged(content=A).artifact
    found = difference(
        _first(state),
        state,
        headline=lambda release: _headline(
            release, suite_digest=("0" if release.artifact == first else "1") * 64
        ),
    )
    assert (found.slots[0].is_comparable, found.slots[0].labels) == (False, ())


def _first(state: FleetState) -> FleetState:
    then = state.at(state.entries[0].tag)
    assert then is not None
    return then
