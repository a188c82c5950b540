"""Step `reconcile`: take in what another head of the ledger did."""

from dataclasses import dataclass

from openmed.domain.ledger.ancestry import LostHead
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.orphan_entries import fork_heads
from openmed.domain.release.reconcile import ReconcilePlan, plan_reconcile
from openmed.domain.release.rollback_options import restorable
from openmed.errors import IntegrityError, OpenMedError, UsageError
from openmed.ports.publishing import Registries
from openmed.ports.releasing import ReleaseStore

_ALL = ""


@dataclass(frozen=True)
class Reconcile:
    """Replays entries of other heads on ours, under the lock."""

    releases: ReleaseStore
    registry: Registries
    now: str

    def reconcile(
        self, head: str = _ALL, *, is_abandoning: bool, reason: str
    ) -> tuple[ReconcilePlan, ...]:
        """Take in one other head, or all of them, one entry each.

        Args:
            head: how its digest begins, or its tag; empty = all.
            is_abandoning: give up its releases; what it condemned stays condemned.
            reason: why.

        Returns:
            What was written, oldest first; nothing when there is no other head.

        Raises:
            UsageError: no other head is meant.
            IntegrityError: its entries are not all here, or the ledger cannot be read.
            FlipConflictError: another process holds the lock.
        """
        done: list[ReconcilePlan] = []
        with self.releases.lock():
            while True:
                state = self.releases.reached()
                lost = self.releases.lost_heads(state)
                lost = lost or fork_heads(state, self.releases.strays(state))
                meant = [
                    one for one in lost if head in ("", one.tag) or one.digest.startswith(head)
                ]
                if not meant:
                    if head and not done:
                        raise _unknown(head, lost)
                    return tuple(done)
                other = meant[0]
                if not other.branch:
                    msg = f"the entries of head {other.name} are not all here"
                    way = "git fetch the machine or branch that made them, then run it again"
                    raise IntegrityError(msg, next_step=way)
                plan = self.plan(state, other, is_abandoning=is_abandoning, reason=reason)
                evidence = self.releases.evidence_for(plan.entry)
                self.releases.commit(plan.entry, plan.pointer, evidence=evidence)
                done.append(plan)

    def plan(
        self, state: FleetState, other: LostHead, *, is_abandoning: bool, reason: str
    ) -> ReconcilePlan:
        """What taking in another head would write on a state; writes nothing."""
        return plan_reconcile(
            state,
            other,
            is_abandoning=is_abandoning,
            reason=reason,
            fallback=self._fallback,
            now=self.now,
        )

    def _fallback(self, state: FleetState, slot: str) -> LiveRelease | None:
        return next(filter(self._is_whole, restorable(state, slot)), None)

    def _is_whole(self, target: LiveRelease) -> bool:
        try:
            release = target.release
            self.registry.of(release).verify(release.artifact, release.files)
        except (OpenMedError, OSError):
            return False
        return True


def _unknown(head: str, lost: tuple[LostHead, ...]) -> UsageError:
    names = ", ".join(one.name for one in lost) or "none"
    return UsageError(
        f"no other head of the ledger is {head[:80]!r}; there is {names}",
        next_step="openmed release status",
    )
