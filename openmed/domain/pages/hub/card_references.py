"""What a card on the Hub names besides the release: drawn from ledger, row and catalogue.

Nothing is guessed: what none of them says is left out.
"""

import re
from typing import Annotated, Final

from pydantic import Field

from openmed.domain.candidates.candidate import RepoId
from openmed.domain.candidates.listed_references import (
    MOST_NAMES,
    HubName,
    ListedReferences,
    Relation,
)
from openmed.domain.frozen import Frozen
from openmed.domain.ledger.fleet import FleetState, LiveRelease

_REFERENCE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9][A-Za-z0-9_.-]{0,95})(?:@[0-9a-f]{40})?"
)
"""A base model as a recipe names it: a repository, or one commit of it."""


class CardReferences(Frozen):
    """What a card names that the release does not say of itself.

    Attributes:
        base_models: repositories it was made from; none = not known, and left out.
        relation: how it was made from them; None = not known, and left out.
        datasets: repositories of data it was trained on; none = not known, and left out.
        new_version: repository that takes its place; None = none does.
        licence_link: where the text of a licence stands that the Hub has no id for; empty where it
            is the file LICENSE of the repository.
        gates_url: address below which `gates/` is served; empty where only the release
            repository has it.
        previous_tag: the release before it in its slot; empty = none.
        previous_revision: commit of the repository that served that; empty = none does.
        is_previous_condemned: whether that may not be used any more.
    """

    base_models: Annotated[tuple[HubName, ...], Field(max_length=MOST_NAMES)] = ()
    relation: Relation | None = None
    datasets: Annotated[tuple[HubName, ...], Field(max_length=MOST_NAMES)] = ()
    new_version: HubName | None = None
    licence_link: str = ""
    gates_url: str = ""
    previous_tag: str = ""
    previous_revision: str = ""
    is_previous_condemned: bool = False

    @property
    def evidence_url(self) -> str:
        """Folder where evidence files are served, ending in `/`; empty where they are not."""
        return f"{self.gates_url.rstrip('/')}/gates/evidence/" if self.gates_url else ""


def card_references(
    live: LiveRelease,
    state: FleetState,
    *,
    listed: ListedReferences,
    gates_url: str,
    previous_revision: str,
) -> CardReferences:
    """What the card of a live release names.

    Args:
        live: the release.
        state: the ledger.
        listed: what the catalogue says of its repository.
        gates_url: address below which `gates/` is served; empty = nowhere.
        previous_revision: commit of the repository that served the release before it; empty = none.
    """
    before = previous_release(state, live)
    base_models, relation = _base(live, state, listed)
    return CardReferences(
        base_models=base_models,
        relation=relation,
        datasets=listed.datasets,
        new_version=listed.new_version,
        gates_url=gates_url,
        previous_tag=before.tag if before else "",
        previous_revision=previous_revision,
        is_previous_condemned=before is not None
        and state.condemnation(before.release.artifact) is not None,
    )


def previous_release(state: FleetState, live: LiveRelease) -> LiveRelease | None:
    """What a live release replaced when it was new; None when its slot served nothing before."""
    found = state.compared(live.release.slot, artifact=live.release.artifact)
    return found if isinstance(found, LiveRelease) else None


def _base(
    live: LiveRelease, state: FleetState, listed: ListedReferences
) -> tuple[tuple[RepoId, ...], Relation | None]:
    """The slot it is a reduced format of, what its recipe starts from, or the catalogue's word."""
    parent = live.release.candidate.parent
    row = None if parent is None else state.live_in(parent) or state.last_served(parent)
    if row is not None and row.release.candidate.repo_id != live.release.candidate.repo_id:
        return (row.release.candidate.repo_id,), "quantized"
    named = _REFERENCE.fullmatch(live.release.repro.base_model)
    if named is not None:
        name = named["name"]
        return (name,), listed.relation if listed.base_models in ((), (name,)) else None
    return listed.base_models, listed.relation if listed.base_models else None
