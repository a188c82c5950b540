"""Which cached predictions go when they take more room than they may. Pure.

Those of artifacts that a re-count may need (live, judged against, rollback targets, staged) stay,
whatever the budget: without them a report could not be proven without running the model again.
"""

from typing import NamedTuple

from openmed.domain.ledger.stored_blob import StoredBlob


class CachedChunk(NamedTuple):
    """One file of predictions.

    Attributes:
        blob: the file.
        artifact: whose predictions; None where it cannot be read, so that nobody can use it.
    """

    blob: StoredBlob
    artifact: str | None


class PredictionPlan(NamedTuple):
    """What goes and what stays.

    Attributes:
        names: files that go.
        size: their bytes.
        kept: bytes that stay.
        needed: of these, bytes that stay whatever the budget.
        budget: bytes they may take.
    """

    names: tuple[str, ...] = ()
    size: int = 0
    kept: int = 0
    needed: int = 0
    budget: int = 0

    @property
    def over(self) -> int:
        """Bytes above the budget that stay because they are needed."""
        return max(self.kept - self.budget, 0)


def plan_predictions(
    chunks: tuple[CachedChunk, ...],
    *,
    needed: frozenset[str],
    budget: int,
    hours: float,
    now: str,
) -> PredictionPlan:
    """Decide which go: those nobody can use first, then the oldest.

    Args:
        chunks: every file.
        needed: artifacts whose predictions stay.
        budget: bytes that all together may take.
        hours: what is younger stays, as a run may be at work with it.
        now: when.
    """
    free = [
        chunk
        for chunk in chunks
        if chunk.artifact not in needed and chunk.blob.is_older(hours, now=now)
    ]
    total = sum(chunk.blob.size for chunk in chunks)
    fixed = total - sum(chunk.blob.size for chunk in free)
    names: list[str] = []
    gone = 0
    for chunk in sorted(free, key=_usefulness):
        if total - gone <= budget:
            break
        names.append(chunk.blob.name)
        gone += chunk.blob.size
    return PredictionPlan(tuple(names), gone, total - gone, fixed, budget)


def _usefulness(chunk: CachedChunk) -> tuple[bool, str, str]:
    return chunk.artifact is not None, chunk.blob.since, chunk.blob.name
