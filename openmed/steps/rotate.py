"""Step `rotate`: replace the key this process signs with, and close the old one in the ledger.

The new pair is made first and put in place last, so that a crash leaves a key that works or
one whose replacement the same command completes.
"""

from contextlib import suppress
from dataclasses import dataclass

from openmed.domain.attestation.rotation import Rotation, plan_rotation
from openmed.domain.ledger.changes import (
    Adopted,
    Change,
    Lifted,
    PolicyWeakened,
    Promoted,
    Quarantined,
)
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.errors import OpenMedError
from openmed.ports.releasing import KeyRing, ReleaseStore, Verifiers


@dataclass(frozen=True)
class Rotate:
    """Replaces a key."""

    releases: ReleaseStore
    ring: KeyRing
    verifiers: Verifiers
    now: str

    def rotate(self, verifier: str, *, is_lost: bool) -> tuple[Rotation, str]:
        """Close the old key at the present ledger size and put a new one in its place.

        Args:
            verifier: whose key; empty = of the private key of this process.
            is_lost: the old private key is not needed.

        Returns:
            What was replaced by what, and the tag of the entry; empty when an earlier call
            that was killed had closed it.

        Raises:
            UsageError: there is no such key.
            FlipConflictError: another process holds the lock.
        """
        with self.releases.lock():
            state = self.releases.state()
            rotation = self.ring.prepare(verifier, is_lost=is_lost, signed=self._signed(state))
            entry = plan_rotation(state, rotation, now=self.now)
            if entry is not None:
                after = fold((*state.entries, entry))
                self.releases.commit(entry, pointer_of(after), evidence=())
            self.ring.finish(rotation)
        return rotation, entry.tag if entry else ""

    def _signed(self, state: FleetState) -> tuple[str, ...]:
        """Keys that signed what is recorded and are not closed, newest first."""
        closed = {closure.keyid for closure in state.closures}
        found: dict[str, None] = {}
        for entry in reversed(state.entries):
            for change in entry.changes:
                for digest in _signed_evidence(change):
                    # What is damaged must not hold up the closing of a key.
                    with suppress(OpenMedError):
                        found.setdefault(self.verifiers.keyid_of(self.releases.evidence(digest)))
        return tuple(keyid for keyid in found if keyid not in closed)


def _signed_evidence(change: Change) -> tuple[str, ...]:
    """The evidence of a change that somebody signed."""
    match change:
        case Promoted() | Adopted() | Quarantined():
            stood_in = (row.measured_by.statement for row in change.reports if row.measured_by)
            return (*((change.verdict,) if change.verdict else ()), *stood_in)
        case Lifted():
            return (change.waiver,)
        case PolicyWeakened():
            return (change.statement,) if change.statement else ()
        case _:
            return ()
