"""Step `recover`: clear away what a flip that died before its commit point left in the ledger.

With `--forward`: first put the pointer on what took effect, from whatever has it. Nothing is
thrown away and nothing that happened is undone: what the pointer does not reach never took
effect. An entry that another one follows did, somewhere; it is given up only by name.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.ledger.ancestry import LostHead, lost_fault, way_back
from openmed.domain.ledger.changes import Judgement
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.orphan_entries import Branch, branches, fork_fault, fork_heads
from openmed.errors import IntegrityError, UsageError
from openmed.ports.releasing import ReleaseStore, Verifiers


class SetAside(NamedTuple):
    """A file of the ledger that was moved out of it.

    Attributes:
        name: digest in its name.
        entry: what it says; None when it was damaged.
        place: where it is now.
    """

    name: str
    entry: Entry | None
    place: str


@dataclass(frozen=True)
class Recover:
    """Sets aside what the pointer does not reach."""

    releases: ReleaseStore

    def recover(self, *, dropped: str = "") -> tuple[SetAside, ...]:
        """Set aside stray entries, under the lock.

        Args:
            dropped: head of a branch to give up although it is longer than one entry.

        Returns:
            What was set aside.

        Raises:
            UsageError: there is no such head.
            IntegrityError: the ledger cannot be read, or has two heads.
            FlipConflictError: another process holds the lock.
        """
        with self.releases.lock():
            state = self.releases.reached()
            lost = self.releases.lost_heads(state)
            if lost:
                # What took effect is never set aside; it is taken in.
                raise IntegrityError(lost_fault(state, lost), next_step=way_back(lost))
            strays = self.releases.strays(state)
            given_up = _named(branches(strays), dropped) if dropped else ()
            left = tuple(stray for stray in strays if stray.entry not in given_up)
            fault = fork_fault(state, left)
            if fault:
                raise IntegrityError(fault, next_step=way_back(fork_heads(state, left)))
            # A child goes before its parent, so that a crash in between leaves no shorter fork.
            ordered = sorted(
                strays, key=lambda stray: -(stray.entry.sequence if stray.entry else 0)
            )
            return tuple(
                SetAside(stray.name, stray.entry, self.releases.set_aside(stray.name))
                for stray in ordered
            )


@dataclass(frozen=True)
class GoForward:
    """Moves the pointer forward, never sideways."""

    releases: ReleaseStore
    verifiers: Verifiers

    def forward(self) -> tuple[Entry, ...]:
        """Take in every later entry that this checkout remembers.

        Returns:
            Entries the pointer reaches now and did not before, oldest first.

        Raises:
            IntegrityError: the ledger has two heads, or entries are nowhere to be found.
            FlipConflictError: another process holds the lock.
        """
        with self.releases.lock():
            state = self.releases.last_whole()
            lost = self.releases.lost_heads(state)
            lost = lost or fork_heads(state, self.releases.strays(state))
            ahead = [head for head in lost if head.is_ahead]
            if lost and not ahead:
                way = way_back(lost) if any(head.branch for head in lost) else _FETCH
                raise IntegrityError(lost_fault(state, lost), next_step=way)
            later = max(ahead, key=_rank).branch if ahead else ()
            if later or state.entries:
                # Also when nothing is later: what the ledger needs and lost is put back.
                self.releases.advance((*state.entries, *later))
                self._restore_keys((*state.entries, *later))
            return later

    def _restore_keys(self, entries: tuple[Entry, ...]) -> None:
        """Put back keys that travelled with releases; no entry names them, their envelopes do."""
        for keyid in dict.fromkeys(self._keyids(entries)):
            own = self.verifiers.recorded_form(keyid)
            self.releases.restore_evidence(keyid, otherwise=own)

    def _keyids(self, entries: tuple[Entry, ...]) -> Iterator[str]:
        for change in (change for entry in entries for change in entry.changes):
            if isinstance(change, Judgement):
                with suppress(IntegrityError):  # What is no envelope is for `verify` to name.
                    yield self.verifiers.keyid_of(self.releases.evidence(change.verdict))


def _rank(head: LostHead) -> tuple[int, str]:
    return len(head.branch), head.digest


_FETCH = (
    "git fetch the machine or branch that made the missing entry, then "
    "openmed release recover --forward"
)


def _named(found: tuple[Branch, ...], head: str) -> tuple[Entry, ...]:
    named = [branch for branch in found if branch.head.digest.startswith(head)]
    if len(named) == 1:
        return named[0].entries
    heads = ", ".join(branch.head.digest[:16] for branch in found) or "none"
    msg = (
        f"{len(named)} heads of the ledger begin with {head[:80]!r}; besides the pointer's: {heads}"
    )
    raise UsageError(msg)
