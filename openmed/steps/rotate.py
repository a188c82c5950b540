"""Step `rotate`: replace the key this process signs with, and close the old one in the ledger.

The new pair is made first and put in place last, so that a crash leaves a key that works or
one whose replacement the same command completes.
"""

from dataclasses import dataclass

from openmed.domain.attestation.rotation import Rotation, plan_rotation
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.ports.releasing import KeyRing, ReleaseStore


@dataclass(frozen=True)
class Rotate:
    """Replaces a key."""

    releases: ReleaseStore
    ring: KeyRing
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
            rotation = self.ring.prepare(verifier, is_lost=is_lost)
            state = self.releases.state()
            entry = plan_rotation(state, rotation, now=self.now)
            if entry is not None:
                after = fold((*state.entries, entry))
                self.releases.commit(entry, pointer_of(after), evidence=())
            self.ring.finish(rotation)
        return rotation, entry.tag if entry else ""
