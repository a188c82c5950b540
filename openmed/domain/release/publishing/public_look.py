"""What a public repository serves, as the status monitor sees it: whole, damaged, late, foreign.

Listings are compared here; `steps/monitoring/smoke.py` downloads some and hashes every byte.
"""

from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.health.served_tree import (
    LateRepository,
    ServedLook,
    ServedState,
)
from openmed.domain.release.publishing.public_move import BESIDE, PublicState, foreign_reason
from openmed.domain.release.publishing.public_tree import KEPT, is_as_stated
from openmed.domain.release.publishing.publication import Publication, RepositoryHistory


def public_look(
    live: LiveRelease,
    seen: PublicState | None,
    *,
    publication: Publication,
    history: RepositoryHistory,
) -> ServedLook:
    """Compare what readers get with what the pointer names.

    Args:
        live: what is live in the slot.
        seen: what its repository serves; None when not everybody can read one.
        publication: what it must serve.
        history: what the ledger knows of it.
    """
    repo_id = publication.repo_id
    if seen is None:
        reason = f"{repo_id} is not there for readers"
        return ServedLook(live, ServedState.DAMAGED, reason, is_public=True)
    foreign = foreign_reason(seen, repo_id, history)
    if foreign:
        if is_as_stated(seen.tree, publication.files, beside=BESIDE):
            return ServedLook(live, ServedState.WHOLE, is_public=True, foreign=foreign)
        reason = f"{foreign}; its files are not those of {publication.about}"
        return ServedLook(live, ServedState.DAMAGED, reason, is_public=True, foreign=foreign)
    if seen.head.mark == publication.mark:
        return ServedLook(live, ServedState.WHOLE, is_public=True)
    behind = f"{_stands(seen, repo_id)}, not {publication.about} yet"
    return ServedLook(live, ServedState.WHOLE, is_public=True, behind=behind)


def withdrawn_look(seen: PublicState | None, *, publication: Publication) -> LateRepository | None:
    """A repository that should serve nothing, and does; None when all is well.

    Args:
        seen: what it serves; None when not everybody can read one.
        publication: what it must serve: nothing.
    """
    if seen is None or not seen.tree.keys() - KEPT - BESIDE:
        return None
    reason = f"{_stands(seen, publication.repo_id)}, and the slot was withdrawn"
    return LateRepository(publication.slot, reason, is_known=True)


def _stands(seen: PublicState, repo_id: str) -> str:
    mark = seen.head.mark
    if mark is None:
        return f"{repo_id} stands at {seen.head.sha[:12]}, which no entry made"
    return f"{repo_id} stands at {seen.head.sha[:12]} of generation {mark.generation}"
