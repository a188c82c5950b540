"""How long bytes stay in a private repository: until readers have them, or nobody may.

A candidate is staged there so that a flip can copy it. Afterwards it is of no use, and where it was
condemned it must go. What is neither live nor known may be the candidate of a flip that is on its
way, here or elsewhere: it stays.
"""

from collections.abc import Callable

from openmed.domain.ledger.changes import Quarantined
from openmed.domain.ledger.fleet import FleetState, LiveRelease


def may_leave_staging(
    state: FleetState, artifact: str, *, is_published: Callable[[LiveRelease], bool]
) -> bool:
    """Whether a staged artifact is needed no more.

    Args:
        state: the ledger.
        artifact: what is staged.
        is_published: whether readers get a live release, read back.
    """
    if state.condemnation(artifact) is not None:
        return True
    live = [row for row in state.live if row.release.artifact == artifact]
    if live:
        return all(map(is_published, live))
    return any(row.release.artifact == artifact for row in state.history)


def known_repositories(state: FleetState) -> tuple[tuple[str, str], ...]:
    """Slots and their public repositories that the ledger names, each pair once."""
    released = ((row.release.slot, row.release.candidate.repo_id) for row in state.history)
    facts = (row.fact for row in state.quarantines)
    refused = ((fact.slot, fact.repo_id) for fact in facts if isinstance(fact, Quarantined))
    return tuple(dict.fromkeys((*released, *refused)))
