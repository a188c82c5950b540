"""Ledger entries that the pointer does not reach: what a crash leaves, and what a fork leaves.

A flip that died before the commit point leaves one entry behind the head of its time. Two such
entries never follow each other, as nobody ever read the first. So a stray that follows a stray
means that somebody did: the pointer was set back, or two ledgers were merged.
"""

from typing import NamedTuple

from openmed.domain.ledger.ancestry import LostHead
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState


class OrphanEntry(NamedTuple):
    """One file of the ledger that the pointer does not reach.

    Attributes:
        name: digest in its file name.
        entry: what it says; None when it is not what its name says.
    """

    name: str
    entry: Entry | None


class Branch(NamedTuple):
    """Stray entries that follow one another, oldest first."""

    entries: tuple[Entry, ...]

    @property
    def head(self) -> Entry:
        """The last one."""
        return self.entries[-1]


def branches(strays: tuple[OrphanEntry, ...]) -> tuple[Branch, ...]:
    """Strays by the heads they lead to, the shortest first."""
    known = {stray.name: stray.entry for stray in strays if stray.entry is not None}
    parents = {entry.parent for entry in known.values()}
    found = []
    for name, entry in known.items():
        if name in parents:
            continue
        line = [entry]
        while line[0].parent in known:
            line.insert(0, known[line[0].parent])
        found.append(Branch(tuple(line)))
    return tuple(sorted(found, key=lambda branch: (len(branch.entries), branch.head.digest)))


def fork_heads(state: FleetState, strays: tuple[OrphanEntry, ...]) -> tuple[LostHead, ...]:
    """Heads that took effect somewhere, as their entries follow one another; the longest first."""
    strange = tuple(stray for stray in strays if stray.name not in state.absorbed)
    ours = {entry.digest for entry in state.entries}
    head = state.entries[-1].digest if state.entries else None
    return tuple(
        LostHead(
            where=_WHERE,
            digest=branch.head.digest,
            tag=branch.head.tag,
            branch=branch.entries if parent is None or parent in ours else (),
            is_ahead=parent == head,
        )
        for branch in reversed(branches(strange))
        for parent in (branch.entries[0].parent,)
        if len(branch.entries) > 1
    )


def fork_fault(state: FleetState, strays: tuple[OrphanEntry, ...]) -> str:
    """What is wrong when entries that had happened are not reached; empty when none are."""
    strange = tuple(stray for stray in strays if stray.name not in state.absorbed)
    forks = [branch for branch in branches(strange) if len(branch.entries) > 1]
    if not forks:
        return ""
    head, other = forks[-1].head, state.entries[-1] if state.entries else None
    ours = f"{other.digest[:16]} ({other.tag})" if other else "nothing"
    return (
        f"the ledger has two heads: gates/pointer.json names {ours}, and {head.digest[:16]} "
        f"({head.tag}) ends {len(forks[-1].entries)} entries it does not reach"
    )


_WHERE = "gates/ledger/"
