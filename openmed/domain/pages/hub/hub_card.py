"""The README.md of a release's repository on the Hub, with a head that the Hub's checks accept.

Drawn from what is signed and from nothing else: every number is counted in the release's summary.
What a release does not say of itself (what it was made from, where its evidence is served) is named
by whoever publishes it. No clock: the same release gives the same bytes.

Not here: the card of the release repository's own pages (`cards.py`), and who commits it.
"""

from typing import Final, Literal

from openmed.domain.candidates.candidate import RepoId
from openmed.domain.frozen import Frozen
from openmed.domain.pages.cards import card_context
from openmed.domain.pages.html import render
from openmed.domain.pages.hub.card_head import head_lines
from openmed.domain.pages.inputs import SlotInputs

FILE_NAME: Final = "README.md"
"""Where the Hub looks for a card."""
Relation = Literal["adapter", "finetune", "merge", "quantized"]
_HUB: Final = "https://huggingface.co"


class CardReferences(Frozen):
    """What a card names that the release does not say of itself.

    Attributes:
        base_models: repositories it was made from; none = not known, and left out.
        relation: how it was made from them; None = not known, and left out.
        datasets: repositories of data it was trained on; none = not known, and left out.
        licence_link: where the text of a licence stands that the Hub has no id for; empty where it
            is the file LICENSE of the repository.
        evidence_url: folder where evidence files are served, ending in `/`; empty where only the
            release repository has them.
        repository_url: the release repository; empty where it is not public.
        previous_revision: commit of the repository that held the previous release; empty = none.
    """

    base_models: tuple[RepoId, ...] = ()
    relation: Relation | None = None
    datasets: tuple[RepoId, ...] = ()
    licence_link: str = ""
    evidence_url: str = ""
    repository_url: str = ""
    previous_revision: str = ""


def hub_card(inputs: SlotInputs, *, references: CardReferences) -> bytes:
    """The card of a release, as bytes of `README.md`.

    Args:
        inputs: the release as pages show it, suites as pinned now, and templates; its reports are
            not looked at.
        references: what it names besides.
    """
    release = inputs.release
    context = {
        **card_context(release),
        "head": head_lines(
            release,
            base_models=references.base_models,
            relation=references.relation,
            datasets=references.datasets,
            licence_link=references.licence_link,
            evidence_url=references.evidence_url,
        ),
        "evidence_url": references.evidence_url,
        "repository_url": references.repository_url,
        "previous": references.previous_revision,
        "reports": release.live.release.reports,
        "hub": _HUB,
    }
    return render(inputs.templates, "hub_card.md.j2", "hub/README.md", context).content.encode()
