"""What may be removed: bytes that nothing serves and that no slot may need again.

Pure. Kept are what is live, what it was judged against, the newest rollback targets of every
slot, and what a candidate of the queue is staged as. Eligibility ends in the ledger first; only
then do bytes go, so that no rollback ever finds a target it cannot serve.
"""

from openmed.domain.frozen import Frozen
from openmed.domain.ledger.changes import Collected
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.ledger.pointer import PointerTable, pointer_of

TARGETS = 3
"""Newest rollback targets of each slot that stay."""


class CollectionPlan(Frozen):
    """What a collection would do.

    Attributes:
        entry: the ledger entry that ends eligibility; None when nothing of what goes had any.
        pointer: the pointer after it; None likewise.
        artifacts: trees to remove, by digest.
        kept: trees that stay, by digest.
    """

    entry: Entry | None
    pointer: PointerTable | None
    artifacts: tuple[str, ...]
    kept: tuple[str, ...]


def plan_collection(
    state: FleetState, stored: frozenset[str], *, in_use: frozenset[str], now: str
) -> CollectionPlan:
    """Decide which of the stored trees go.

    Args:
        state: the fleet.
        stored: trees that are on this machine and old enough to be nobody's work in progress.
        in_use: trees that candidates are staged as.
        now: when.
    """
    needed = needed_artifacts(state) | in_use
    going = stored - needed
    changes = tuple(
        Collected(slot=row.release.slot, generation=row.generation, artifact=row.release.artifact)
        for row in _newest(state)
        if row.release.artifact in going
        and not state.ineligibility(row.release.artifact, slot=row.release.slot)
    )
    entry = next_entry(state.entries, changes, now=now) if changes else None
    return CollectionPlan(
        entry=entry,
        pointer=pointer_of(fold((*state.entries, entry))) if entry else None,
        artifacts=tuple(sorted(going)),
        kept=tuple(sorted(stored - going)),
    )


def needed_artifacts(state: FleetState) -> frozenset[str]:
    """What is live, what that was judged against, and the newest targets of every slot.

    What was adopted stays until the slot has had a second release: it is compared with again.
    """
    needed = {row.release.artifact for row in state.live}
    needed |= {
        row.release.artifact for row in state.adopted if state.generation_of(row.release.slot) <= 1
    }
    needed |= {
        row.release.previous_artifact
        for row in state.live
        if row.release.previous_artifact is not None
    }
    for slot, _ in state.counts:
        live = state.live_in(slot)
        targets = [
            row.release.artifact
            for row in reversed(_newest(state))
            if row.release.slot == slot
            and row.release.artifact != (live.release.artifact if live else None)
            and not state.ineligibility(row.release.artifact, slot=slot)
        ]
        needed |= set(targets[:TARGETS])
    return frozenset(needed)


def _newest(state: FleetState) -> tuple[LiveRelease, ...]:
    """For each slot and artifact the newest generation that served it, oldest first."""
    rows = {(row.release.slot, row.release.artifact): row for row in state.history}
    return tuple(
        row for row in state.history if rows[row.release.slot, row.release.artifact] is row
    )
