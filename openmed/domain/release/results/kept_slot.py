"""What stands of one slot, and whether what was recorded since may have changed it.

Kept in an index of files, which says that nothing of it moved. What a slot takes from memory
(its row, the ledger, time) is here, so that a run asks only slots for which something may differ.
Fail closed: a change that is not known to leave a slot alone touches every one.
"""

from collections.abc import Iterable
from typing import NamedTuple

from openmed.domain.candidates.candidate import Candidate, SourceKind
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.ledger.changes import (
    Change,
    Cleared,
    Condemned,
    Held,
    PolicyWeakened,
    Promoted,
    Quarantined,
    Revoked,
    RolledBack,
    Thawed,
)
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.results.slot_result import Result


class KeptSlot(Frozen):
    """One slot whose steps had nothing to do.

    Attributes:
        slot: its name.
        row: digest of its row in the queue.
        listed: digest of what the catalogue says of its repository.
        source: where its candidate comes from.
        profile: file that becomes its runner profile; None where its source brings one.
        parent: slot it is reduced from.
        repo_id: repository it wants.
        artifacts: trees it rests on: staged, live, compared with.
        is_live: whether its candidate is what it serves.
        until: first moment at which its steps could come to something else by themselves.
        verdict: digest of its verdict product; `none` where there is none.
        tasks: its steps, in order.
        faults: those that failed before and are not tried again, with why.
        result: what a flip says of it.
    """

    slot: str
    row: Digest
    listed: Digest
    source: str
    profile: str | None
    parent: str | None
    repo_id: str
    artifacts: tuple[str, ...]
    is_live: bool
    until: Timestamp
    verdict: str
    tasks: tuple[str, ...]
    faults: tuple[tuple[str, StepFault], ...]
    result: Result

    @property
    def is_of_git(self) -> bool:
        """Whether the history of git is part of what it is made from."""
        return self.source.startswith(f"{SourceKind.RECIPE}:")


class KeptSlots(Frozen):
    """Slots whose steps had nothing to do, and the ledger they stand under.

    Attributes:
        head: digest of the ledger's last entry; empty when it had none.
        slots: by slot.
    """

    head: str
    slots: tuple[KeptSlot, ...]


class Touched(NamedTuple):
    """What a change of the ledger may touch.

    Attributes:
        slots: slots it names.
        repositories: slots that want one of these.
        artifacts: slots that rest on one of these.
        is_condemning: whether it also touches every candidate that is not what its slot serves.
    """

    slots: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    artifacts: frozenset[str] = frozenset()
    is_condemning: bool = False

    def holds(self, slot: KeptSlot) -> bool:
        """Whether a slot may be touched."""
        return (
            slot.slot in self.slots
            or slot.parent in self.slots
            or slot.repo_id in self.repositories
            or not self.artifacts.isdisjoint(slot.artifacts)
            or (self.is_condemning and not slot.is_live)
        )


def entries_since(state: FleetState, head: str) -> tuple[Entry, ...] | None:
    """Entries after one; None where the ledger does not hold it."""
    if not head:
        return state.entries
    for place in range(len(state.marks), 0, -1):
        if state.marks[place - 1].digest == head:
            return state.entries[place:]
    return None


def touched(state: FleetState, entries: Iterable[Entry]) -> Touched | None:
    """What some entries of a ledger may touch; None where it may be every slot."""
    found = Touched()
    for entry in entries:
        for change in entry.changes:
            more = _touched_by(state, change)
            if more is None:
                return None
            found = Touched(
                found.slots | more.slots,
                found.repositories | more.repositories,
                found.artifacts | more.artifacts,
                found.is_condemning or more.is_condemning,
            )
    return found


def _touched_by(state: FleetState, change: Change) -> Touched | None:
    slots = frozenset({change.slot})
    match change:
        case Promoted() | RolledBack():
            served = [row for row in state.history if row.release.slot == change.slot]
            trees = (change.artifact, change.previous_artifact)
            return Touched(
                slots,
                # One repository is served by one slot: what another may want depends on it.
                frozenset(row.release.candidate.repo_id for row in served),
                frozenset(tree for tree in trees if tree),
            )
        case Quarantined() | Revoked():
            # Whoever serves something is not looked at for what it behaves like.
            return Touched(slots, artifacts=frozenset({change.artifact}), is_condemning=True)
        case Condemned() | Cleared():
            return Touched(slots, artifacts=frozenset({change.artifact}))
        case Held() | Thawed() | PolicyWeakened():
            return Touched(slots)
        case _:
            return None


def rests_on(state: FleetState, row: Candidate, *, staged: str | None) -> frozenset[str]:
    """Trees whose bytes, or what the ledger says of them, decide for a slot."""
    before = state.compared(row.slot, artifact=staged)
    live, parent = state.live_in(row.slot), state.live_in(row.parent or "")
    known = (one.release.artifact for one in (before, live, parent) if one is not None)
    return frozenset((*known, *((staged,) if staged else ())))
