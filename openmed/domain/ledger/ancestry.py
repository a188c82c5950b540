"""The pointer only moves forward: entries that took effect and are not reached any more. Pure.

A checkout remembers more than its pointer says: commits of git, a witness beside them, files
that are written only after a commit point. Whatever one of these names took effect. So the
pointer's head must descend from it, or a `Reconciled` entry must have taken it in.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState

EntryLookup = Callable[[str], Entry | None]
"""The entry of a digest; None when its bytes are not here."""

_MOST_CHANGES = 3


class Sighting(NamedTuple):
    """One thing that names an entry, and could not have done so before it took effect.

    Attributes:
        where: what names it, for a person.
        head: digest of the entry; empty when only its tag is known.
        tag: its tag; empty when only its digest is known.
        is_shared: whether only the last fetched shared branch names it: others made it, and it
            is there to be followed.
    """

    where: str
    head: str = ""
    tag: str = ""
    is_shared: bool = False


class LostHead(NamedTuple):
    """An entry that took effect here and that the pointer does not reach.

    Attributes:
        where: what names it.
        digest: the entry; empty when only its tag is known.
        tag: its tag; empty when its bytes are not here.
        branch: the entries from the last common one to it, oldest first; empty when they are
            not all here.
        is_ahead: whether the pointer's head is among its ancestors: nothing else happened since.
    """

    where: str
    digest: str
    tag: str
    branch: tuple[Entry, ...]
    is_ahead: bool

    @property
    def name(self) -> str:
        """How a person names it."""
        short = self.digest[:16]
        return f"{short} ({self.tag})" if short and self.tag else short or self.tag


def lost_heads(
    state: FleetState, sightings: Iterable[Sighting], entry_of: EntryLookup
) -> tuple[LostHead, ...]:
    """Heads that took effect and are not reached, those nothing follows; by digest and tag."""
    reached = state.reached | state.absorbed
    tags = {mark.tag for mark in state.marks} | state.absorbed_tags
    found: dict[tuple[str, str], LostHead] = {}
    for sighting in sightings:
        if sighting.head in reached or (not sighting.head and sighting.tag in tags):
            continue
        found.setdefault(
            (sighting.head, sighting.tag if not sighting.head else ""),
            _lost(state, sighting, entry_of),
        )
    followed = {entry.digest for lost in found.values() for entry in lost.branch[:-1]}
    followed_tags = {entry.tag for lost in found.values() for entry in lost.branch}
    return tuple(
        lost
        for _, lost in sorted(found.items())
        if lost.digest not in followed and (lost.digest or lost.tag not in followed_tags)
    )


def _lost(state: FleetState, sighting: Sighting, entry_of: EntryLookup) -> LostHead:
    ours = state.reached
    branch: list[Entry] = []
    digest: str | None = sighting.head or None
    while digest is not None and digest not in ours:
        entry = entry_of(digest)
        if entry is None:
            branch = []
            break
        branch.insert(0, entry)
        digest = entry.parent
    head = state.last.digest if state.last else None
    return LostHead(
        where=sighting.where,
        digest=sighting.head,
        tag=branch[-1].tag if branch else sighting.tag,
        branch=tuple(branch),
        is_ahead=bool(branch) and branch[0].parent == head,
    )


def lost_fault(state: FleetState, lost: tuple[LostHead, ...]) -> str:
    """What is wrong, in one sentence; empty when nothing is lost."""
    if not lost:
        return ""
    first = lost[0]
    ours = state.entries[-1] if state.entries else None
    named = f"{ours.digest[:16]} ({ours.tag}: {did(ours)})" if ours else "no entry at all"
    theirs = f"{first.name}: {did(first.branch[-1])}" if first.branch else first.name
    more = f"; {len(lost) - 1} more heads are lost" if len(lost) > 1 else ""
    if first.is_ahead:
        return (
            f"release state went backwards: gates/pointer.json names {named}, but {theirs} took "
            f"effect later, as {first.where} says{more}"
        )
    if not first.branch:
        return (
            f"release state went backwards: gates/pointer.json names {named}, but {theirs} took "
            f"effect, as {first.where} says, and its ledger entry is not here{more}"
        )
    return (
        f"the ledger has two heads: gates/pointer.json names {named}, and {theirs} took effect "
        f"too, as {first.where} says{more}"
    )


def shared_fault(branch: str, state: FleetState, lost: tuple[LostHead, ...]) -> str:
    """What is wrong with a shared branch that does not descend from what it held."""
    ours = state.entries[-1] if state.entries else None
    named = f"{ours.digest[:16]} ({ours.tag}: {did(ours)})" if ours else "no entry at all"
    first = lost[0]
    theirs = f"{first.name}: {did(first.branch[-1])}" if first.branch else first.name
    return (
        f"{branch} went backwards: its gates/pointer.json names {named}, but it had {theirs}, as "
        f"{first.where} says"
    )


def way_back(lost: tuple[LostHead, ...]) -> str:
    """The command that repairs it; empty when nothing is lost."""
    if not lost:
        return ""
    if all(head.is_ahead for head in lost) and len(lost) == 1:
        return "openmed release recover --forward"
    known = next((head for head in lost if head.branch), None)
    if known is None:
        return "openmed release recover --forward"
    return f"openmed release reconcile {known.digest[:16]}"


def did(entry: Entry) -> str:
    """What one entry did, in one line without a reason."""
    said = [f"{change.event.replace('_', ' ')} {change.slot}".strip() for change in entry.changes]
    rest = len(said) - _MOST_CHANGES
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(said[:_MOST_CHANGES]) + more
