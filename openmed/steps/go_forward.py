"""Step `recover --forward`: put the pointer on what took effect, from whatever has it."""

from dataclasses import dataclass

from openmed.domain.ledger.ancestry import LostHead, lost_fault, way_back
from openmed.domain.ledger.entry import Entry
from openmed.errors import IntegrityError
from openmed.ports.releasing import ReleaseStore


@dataclass(frozen=True)
class GoForward:
    """Moves the pointer forward, never sideways."""

    releases: ReleaseStore

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
            ahead = [head for head in lost if head.is_ahead]
            if lost and not ahead:
                way = way_back(lost) if any(head.branch for head in lost) else _FETCH
                raise IntegrityError(lost_fault(state, lost), next_step=way)
            later = max(ahead, key=_rank).branch if ahead else ()
            if later or state.entries:
                # Also when nothing is later: what the ledger needs and lost is put back.
                self.releases.advance((*state.entries, *later))
            return later


def _rank(head: LostHead) -> tuple[int, str]:
    return len(head.branch), head.digest


_FETCH = (
    "get the missing entry from the machine or branch that made it (git fetch), then "
    "openmed release recover --forward"
)
