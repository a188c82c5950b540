"""Step `evict`: remove staged trees that public repositories have too, down to a budget.

Nothing of the ledger changes: a release whose tree went is a rollback target as before, and its
bytes come back from its repository. So a tree goes only after all of it was downloaded from there
and hashed.
"""

from collections.abc import Collection
from dataclasses import dataclass

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.publishing.eviction import (
    Eviction,
    Unproven,
    leaving_order,
    served_in_public,
)
from openmed.errors import OpenMedError
from openmed.ports.publishing import Registries, public_registry
from openmed.ports.releasing import ReleaseStore
from openmed.ports.storage import BlobStore


@dataclass(frozen=True)
class Evict:
    """Removes staged trees that can be had again.

    Attributes:
        staged: staged trees.
        in_use: trees that candidates of the queue are staged as; they stay.
        budget: bytes that all staged trees may take.
        hours: what is younger stays, as somebody may be at work with it.
    """

    releases: ReleaseStore
    registry: Registries
    staged: BlobStore
    in_use: frozenset[str]
    budget: int
    hours: float
    now: str

    def plan(self) -> Eviction:
        """Say what would go, after a look at each public copy; nothing is changed."""
        state = self.releases.state()
        kept = sum(tree.size for tree in self.staged.things())
        names: list[str] = []
        unproven: list[Unproven] = []
        size = 0
        served = served_in_public(state, self._is_public)
        for tree in leaving_order(state, self._free(served)):
            if kept - size <= self.budget:
                break
            missing = self._missing(served[tree.name])
            if missing is not None:
                unproven.append(missing)
                continue
            names.append(tree.name)
            size += tree.size
        return Eviction(tuple(names), size, kept - size, self.budget, tuple(unproven))

    def evict(self) -> Eviction:
        """Look at the public copies, then remove, under the lock, what may still go.

        Raises:
            FlipConflictError: another process holds the lock.
        """
        found = self.plan()
        with self.releases.lock():
            free = self._names(self.releases.state())
            for name in found.names:
                if name in free:
                    self.staged.remove(name)
        return found

    def _names(self, state: FleetState) -> frozenset[str]:
        free = self._free(served_in_public(state, self._is_public))
        return frozenset(tree.name for tree in free)

    def _free(self, served: Collection[str]) -> tuple[StoredBlob, ...]:
        return tuple(
            tree
            for tree in self.staged.things()
            if tree.name in served
            and tree.name not in self.in_use
            and tree.is_older(self.hours, now=self.now)
        )

    def _is_public(self, release: Promoted) -> bool:
        return public_registry(self.registry, release) is not None

    def _missing(self, releases: tuple[Promoted, ...]) -> Unproven | None:
        """The first public copy that is not whole; None when all of each was hashed."""
        for release in releases:
            try:
                self.registry.of(release).verify(release.artifact, release.files)
            except (OpenMedError, OSError) as error:
                reason = error.message if isinstance(error, OpenMedError) else "it cannot be read"
                return Unproven(release.artifact, release.candidate.repo_id, reason)
        return None
