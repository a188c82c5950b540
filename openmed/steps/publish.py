"""Step `publish`: serve again what the pointer says and a registry lost or changed.

It moves no slot and writes nothing to the ledger.
"""

from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.release.product import fault_of
from openmed.domain.release.served import Unserved, unserved_row
from openmed.errors import OpenMedError, UsageError
from openmed.ports.releasing import ReleasedBytes, ReleaseStore


class Published(NamedTuple):
    """What publishing came to.

    Attributes:
        whole: live releases whose bytes were served as they were released.
        again: live releases that were published again.
        unserved: live releases whose bytes are not served.
    """

    whole: tuple[LiveRelease, ...]
    again: tuple[LiveRelease, ...]
    unserved: tuple[Unserved, ...]


@dataclass(frozen=True)
class Publish:
    """Serves what the pointer says."""

    releases: ReleaseStore
    released: ReleasedBytes

    def look(self, slot: str = "") -> tuple[Unserved, ...]:
        """Live releases whose bytes are not served from here; writes nothing."""
        rows = (self.released.unserved(live) for live in _meant(self.releases.shown_state(), slot))
        return tuple(row for row in rows if row is not None)

    def publish(self, slot: str = "", *, is_asked: bool) -> Published:
        """Publish again, under the lock.

        Args:
            slot: one slot; empty = all.
            is_asked: also what this machine never published; if not, only what was lost here or
                is staged here anyway.

        Raises:
            UsageError: the slot serves nothing.
            FlipConflictError: another process holds the lock.
        """
        whole: list[LiveRelease] = []
        again: list[LiveRelease] = []
        unserved: list[Unserved] = []
        with self.releases.lock():
            state = self.releases.state()
            for live in _meant(state, slot):
                row = self.released.unserved(live)
                if row is None:
                    whole.append(live)
                    continue
                left = self._serve(state, live, row, is_asked=is_asked)
                if left is None:
                    again.append(live)
                else:
                    unserved.append(left)
        return Published(tuple(whole), tuple(again), tuple(unserved))

    def _serve(
        self, state: FleetState, live: LiveRelease, row: Unserved, *, is_asked: bool
    ) -> Unserved | None:
        """Publish one release again; what is still wrong."""
        fact = state.condemnation(live.release.artifact)
        if fact is not None:
            reason = f"{row.reason}; artifact {row.artifact[:16]} is condemned since {fact.tag}"
            return unserved_row(live, reason=reason, is_lost=row.is_lost)
        if not (is_asked or row.is_lost or self.released.is_staged(live.release)):
            return row
        try:
            self.released.serve(live.release, may_build=True)
        except (OpenMedError, OSError) as error:
            reason = fault_of(error, step="publish").message
            return unserved_row(live, reason=reason, is_lost=is_asked or row.is_lost)
        return None


def _meant(state: FleetState, slot: str) -> tuple[LiveRelease, ...]:
    if not slot:
        return state.live
    live = state.live_in(slot)
    if live is None:
        raise UsageError(f"{slot} serves nothing", next_step="openmed release list")
    return (live,)
