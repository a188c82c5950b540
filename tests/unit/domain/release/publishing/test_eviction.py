"""What may leave a machine: trees that each slot which had them serves in public."""

import pytest
from support import builders
from support.fleets import a_fleet, adopted, released

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.publishing.eviction import leaving_order, served_in_public

FIRST, SECOND = b"first", b"second"
OTHER = "pii::other::onnx"


def _fleet() -> FleetState:
    """One slot released both, another one the first of them."""
    return released(a_fleet(FIRST, SECOND), content=FIRST, slot=OTHER)


def test_each_slot_that_had_a_tree_has_a_copy_to_look_at() -> None:
    """Any of them may go back to it, and takes it from its own repository."""
    found = served_in_public(_fleet(), lambda _: True)
    slots = {name: {row.slot for row in rows} for name, rows in found.items()}
    assert slots == {
        builders.artifact_of(FIRST): {builders.SLOT, OTHER},
        builders.artifact_of(SECOND): {builders.SLOT},
    }


@pytest.mark.parametrize("local", [builders.SLOT, OTHER])
def test_what_one_slot_serves_from_here_stays(local: str) -> None:
    """Whatever the others do."""

    def is_public(release: Promoted) -> bool:
        return release.slot != local

    kept = {builders.artifact_of(FIRST), builders.artifact_of(SECOND)}
    gone = {builders.artifact_of(SECOND)} if local == OTHER else set()
    assert served_in_public(_fleet(), is_public).keys() == gone <= kept


def test_what_was_adopted_stays() -> None:
    """It was never released, so no repository of ours has it."""
    state = adopted(a_fleet(FIRST), content=SECOND, slot=OTHER)
    assert served_in_public(state, lambda _: True).keys() == {builders.artifact_of(FIRST)}


def test_what_is_live_leaves_last() -> None:
    """Then the oldest first."""
    trees = [
        StoredBlob(name=builders.artifact_of(content), size=1, since=since)
        for content, since in (
            (SECOND, "2026-11-01T00:00:00Z"),
            (b"late", "2026-11-03T00:00:00Z"),
            (b"early", "2026-11-02T00:00:00Z"),
        )
    ]
    live, late, early = (tree.name for tree in trees)
    order = leaving_order(a_fleet(SECOND), tuple(trees))
    assert [tree.name for tree in order] == [early, late, live]
