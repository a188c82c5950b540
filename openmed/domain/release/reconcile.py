"""Planning a reconciliation: entries of another head are replayed on ours. Pure.

What it condemned is condemned here, always. What it moved is moved here where ours did not move
the slot since the two went apart; the rest is named. A slot that would go on serving what is
condemned goes back in the same entry, to what `fallback` finds, or serves nothing.
"""

from collections.abc import Callable

from openmed.domain.frozen import Frozen
from openmed.domain.ledger.ancestry import LostHead
from openmed.domain.ledger.changes import (
    Adopted,
    Change,
    Collected,
    Held,
    KeyClosed,
    Lifted,
    Promoted,
    Quarantined,
    Reconciled,
    Revoked,
    RolledBack,
    Thawed,
    Withdrawn,
)
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.ledger.pointer import PointerTable, pointer_of
from openmed.errors import IntegrityError

Fallback = Callable[[FleetState, str], LiveRelease | None]
"""The newest release of a slot that may be restored and is whole today; None = none is."""


class ReconcilePlan(Frozen):
    """What a reconciliation would write.

    Attributes:
        entry: the ledger entry.
        pointer: the pointer after it.
        left: slots whose moves there are not taken over, by slot.
    """

    entry: Entry
    pointer: PointerTable
    left: tuple[str, ...]


def plan_reconcile(  # noqa: PLR0913 - each is a fact of its own
    state: FleetState,
    other: LostHead,
    *,
    is_abandoning: bool,
    reason: str,
    fallback: Fallback,
    now: str,
) -> ReconcilePlan:
    """Decide what of another head holds here.

    Args:
        state: ours.
        other: the other head, with its entries.
        is_abandoning: whether its releases are given up.
        reason: why.
        fallback: finds what a slot can go back to.
        now: what time it is.
    """
    replay = _Replay(state, other, is_abandoning=is_abandoning, now=now)
    for entry in other.branch:
        for change in entry.changes:
            replay.take(change)
    for live in replay.after.live:
        if replay.after.is_quarantined(live.release.artifact):
            replay.leave(live, fallback(replay.after, live.release.slot), reason=reason)
    replay.add(
        Reconciled(
            head=other.digest,
            entries=tuple(entry.digest for entry in other.branch),
            tags=tuple(entry.tag for entry in other.branch),
            left=tuple(sorted(replay.left)),
            is_abandoned=is_abandoning,
            reason=reason,
        )
    )
    entry = next_entry(state.entries, tuple(replay.changes), now=now)
    after = fold((*state.entries, entry))
    return ReconcilePlan(entry=entry, pointer=pointer_of(after), left=tuple(sorted(replay.left)))


class _Replay:
    """The changes taken over so far.

    Attributes:
        changes: them.
        left: slots whose moves were not taken over.
        after: the fleet with them.
    """

    def __init__(
        self, state: FleetState, other: LostHead, *, is_abandoning: bool, now: str
    ) -> None:
        self._state = state
        self._is_abandoning = is_abandoning
        self._now = now
        ours = _since(state, other)
        moves = (Promoted, RolledBack, Withdrawn)
        self._moved = {change.slot for change in ours if isinstance(change, moves)}
        self._frozen = {change.slot for change in ours if isinstance(change, Held)}
        self.changes: list[Change] = []
        self.left: set[str] = set()
        self.after = state

    def take(self, change: Change) -> None:
        """Take one change over, or name its slot."""
        if self._is_redundant(change):
            return
        if isinstance(change, (Promoted, RolledBack, Withdrawn)):
            self._move(change)
            return
        is_lift = isinstance(change, Lifted)
        is_taken = not (is_lift and self._is_abandoning) and self.add(change)
        if not is_taken and isinstance(change, (Lifted, Adopted)):
            self.left.add(change.slot)

    def _is_redundant(self, change: Change) -> bool:
        match change:
            case Thawed():
                is_ours = change.slot in self._frozen or self._is_abandoning
                return is_ours or self.after.freeze_of(change.slot) is None
            case Held():
                have = self.after.freeze_of(change.slot)
                return have is not None and have.covers(change.until)
            case Quarantined() | Revoked():
                return any(row.fact == change for row in self.after.quarantines)
            case Adopted() | KeyClosed():
                return self._is_recorded(change)
            case Collected():
                return True  # The bytes went there, not here.
            case _:
                return False

    def _is_recorded(self, change: Adopted | KeyClosed) -> bool:
        if isinstance(change, KeyClosed):
            return self.after.closure_of(change.keyid) is not None
        have = self.after.adopted_in(change.slot)
        return have is not None and have.release == change

    def add(self, change: Change) -> bool:
        """Record a change; False when the ledger as it stands does not allow it."""
        try:
            entry = next_entry(self._state.entries, (*self.changes, change), now=self._now)
            self.after = fold((*self._state.entries, entry))
        except IntegrityError:
            return False
        self.changes.append(change)
        return True

    def leave(self, live: LiveRelease, target: LiveRelease | None, *, reason: str) -> None:
        """Let a slot serve something else than what is condemned."""
        slot, count = live.release.slot, self.after.generation_of(live.release.slot)
        if target is None:
            self.add(
                Withdrawn(
                    slot=slot,
                    generation=count + 1,
                    previous_generation=count,
                    previous_artifact=live.release.artifact,
                    reason=reason,
                )
            )
            return
        self.add(
            RolledBack(
                slot=slot,
                generation=count + 1,
                restored=target.generation,
                artifact=target.release.artifact,
                previous_generation=count,
                previous_artifact=live.release.artifact,
                detected_at=self._now,
                reason=reason,
            )
        )

    def _move(self, change: Promoted | RolledBack | Withdrawn) -> None:
        slot = change.slot
        serves = None if isinstance(change, Withdrawn) else change.artifact
        is_condemned = serves is not None and self.after.is_quarantined(serves)
        if (
            self._is_abandoning
            or slot in self._moved | self.left
            or is_condemned
            or not self.add(change)
        ):
            self.left.add(slot)


def _since(state: FleetState, other: LostHead) -> tuple[Change, ...]:
    """What ours did since the two went apart."""
    common = other.branch[0].parent if other.branch else None
    places = [entry.digest for entry in state.entries]
    start = places.index(common) + 1 if common in places else 0
    return tuple(change for entry in state.entries[start:] for change in entry.changes)
