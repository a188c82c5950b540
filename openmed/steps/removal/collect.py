"""Step `collect`: remove bytes that nothing serves and that no slot may need again."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.ledger.prediction_budget import (
    CachedChunk,
    PredictionPlan,
    plan_predictions,
)
from openmed.domain.ledger.retention import (
    CollectionPlan,
    needed_artifacts,
    plan_collection,
)
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.product import ErrorProduct
from openmed.errors import OpenMedError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import ReleaseStore
from openmed.ports.storage import BlobStore, Products


class CollectionResult(NamedTuple):
    """What a collection came to, or would come to.

    Attributes:
        plan: trees that go and stay, and the entry.
        downloads: wheels that go, by digest.
        packages: folders of pinned packages that go, by name.
        size: bytes of all that goes.
        predictions: files of predictions that go; None = they have no budget, so none goes.
    """

    plan: CollectionPlan
    downloads: tuple[str, ...]
    packages: tuple[str, ...]
    size: int
    predictions: PredictionPlan | None = None


@dataclass(frozen=True)
class Collect:
    """Removes trees, downloads, pinned packages and predictions that are not needed.

    Attributes:
        trees: where trees are; the first is that of staged ones.
        packages_of: the folder of packages that a tree pins, if any.
        predictions: files of predictions.
        artifact_of: whose predictions a file holds, if it can be read.
        budget: bytes that predictions may take; None = as many as there are.
        hours: what is younger stays, as somebody may be at work with it.
    """

    releases: ReleaseStore
    products: Products
    inputs: Inputs
    trees: tuple[BlobStore, ...]
    downloads: BlobStore
    packages: BlobStore
    packages_of: Callable[[str], str | None]
    predictions: BlobStore
    artifact_of: Callable[[str], str | None]
    budget: int | None
    staged_product: str
    hours: float
    now: str

    def plan(self) -> CollectionResult:
        """Say what would go; nothing is changed."""
        state = self.releases.state()
        queue = self.inputs.queue()
        slots = {row.slot for row in queue} | {slot for slot, _ in state.counts}
        old = [thing for hoard in self.trees for thing in self._old(hoard)]
        in_use = self.in_use(slots)
        stored = frozenset(thing.name for thing in old)
        plan = plan_collection(state, stored, in_use=in_use, now=self.now)
        predictions = self._predictions(needed_artifacts(state) | in_use)
        named = {row.sha256 for row in queue}
        unnamed = [thing for thing in self._old(self.downloads) if thing.name not in named]
        pinned = self._pinned(plan.artifacts)
        idle = [thing for thing in self._old(self.packages) if thing.name not in pinned]
        gone = [thing for thing in old if thing.name in plan.artifacts]
        return CollectionResult(
            plan=plan,
            downloads=tuple(thing.name for thing in unnamed),
            packages=tuple(thing.name for thing in idle),
            size=sum(thing.size for thing in (*gone, *unnamed, *idle))
            + (predictions.size if predictions else 0),
            predictions=predictions,
        )

    def in_use(self, slots: Iterable[str] = ()) -> frozenset[str]:
        """Trees that candidates are staged as.

        Args:
            slots: whose; none = those of the queue.
        """
        meant = tuple(slots) or tuple(row.slot for row in self.inputs.queue())
        return frozenset(name for slot in meant for name in self._staged_in(slot))

    def collect(self) -> CollectionResult:
        """End eligibility in the ledger, then remove.

        Raises:
            UsageError: the queue cannot be read, so what candidates need is not known.
            FlipConflictError: another process holds the lock.
        """
        with self.releases.lock():
            found = self.plan()
            if found.plan.entry is not None and found.plan.pointer is not None:
                self.releases.commit(found.plan.entry, found.plan.pointer, evidence=())
            for name in found.plan.artifacts:
                for hoard in self.trees:
                    hoard.remove(name)
            for name in found.downloads:
                self.downloads.remove(name)
            for name in found.packages:
                self.packages.remove(name)
            for name in found.predictions.names if found.predictions else ():
                self.predictions.remove(name)
        return found

    def _predictions(self, needed: frozenset[str]) -> PredictionPlan | None:
        if self.budget is None:
            return None
        chunks = tuple(
            CachedChunk(thing, self.artifact_of(thing.name)) for thing in self.predictions.things()
        )
        return plan_predictions(
            chunks, needed=needed, budget=self.budget, hours=self.hours, now=self.now
        )

    def _old(self, hoard: BlobStore) -> list[StoredBlob]:
        return [thing for thing in hoard.things() if thing.is_older(self.hours, now=self.now)]

    def _pinned(self, going: tuple[str, ...]) -> frozenset[str]:
        """Packages that a tree which stays here needs."""
        staying = {thing.name for thing in self.trees[0].things()} - set(going)
        names = set[str]()
        for artifact in staying:
            with suppress(OpenMedError):  # A tree that cannot be read runs nothing.
                names.add(self.packages_of(artifact) or "")
        return frozenset(names)

    def _staged_in(self, slot: str) -> tuple[str, ...]:
        made = self.products.read(slot, self.staged_product, StagedCandidate)
        if made is None or isinstance(made.value, ErrorProduct):
            return ()
        return (made.value.artifact,)
