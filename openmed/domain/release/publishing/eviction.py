"""Which staged trees may leave this machine: those that everybody can get from public repositories.

Pure. They come back from there where a slot is rolled back to them or compared with them.
"""

from collections.abc import Callable
from typing import NamedTuple

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.stored_blob import StoredBlob


class Unproven(NamedTuple):
    """A tree that stays because its public copy was not found whole.

    Attributes:
        artifact: the tree.
        repo_id: repository that was to have it.
        reason: what was found.
    """

    artifact: str
    repo_id: str
    reason: str


class Eviction(NamedTuple):
    """What an eviction came to, or would come to.

    Attributes:
        names: trees that go, each found whole in a public repository.
        size: their bytes.
        kept: bytes of the staged trees that stay.
        budget: bytes they may take.
        unproven: trees that would have gone.
    """

    names: tuple[str, ...] = ()
    size: int = 0
    kept: int = 0
    budget: int = 0
    unproven: tuple[Unproven, ...] = ()

    @property
    def over(self) -> int:
        """Bytes above the budget that stay."""
        return max(self.kept - self.budget, 0)


def served_in_public(
    state: FleetState, is_public: Callable[[Promoted], bool]
) -> dict[str, tuple[Promoted, ...]]:
    """Releases whose bytes every slot that had them serves from a public repository.

    Args:
        state: the fleet.
        is_public: whether a release's slot has one.

    Returns:
        By artifact the newest release of each slot: each may go back to it, from its own copy.
    """
    found: dict[str, dict[str, Promoted]] = {}
    for row in state.history:
        found.setdefault(row.release.artifact, {})[row.release.slot] = row.release
    elsewhere = {row.release.artifact for row in state.adopted}
    return {
        artifact: tuple(rows.values())
        for artifact, rows in found.items()
        if artifact not in elsewhere and all(map(is_public, rows.values()))
    }


def leaving_order(state: FleetState, trees: tuple[StoredBlob, ...]) -> tuple[StoredBlob, ...]:
    """Trees in the order in which they go: what is not live first, then the oldest."""
    live = {row.release.artifact for row in state.live}
    return tuple(sorted(trees, key=lambda tree: (tree.name in live, tree.since, tree.name)))
