"""The README.md of a release's repository on the Hub, with a head that the Hub's checks accept.

Drawn from what is signed and from nothing else: every number is counted in the release's summary.
What a release does not say of itself (what it was made from, where its evidence is served) is named
by whoever publishes it. No clock: the same release gives the same bytes.

Not here: the card of the release repository's own pages (`cards.py`), and who commits it.
"""

from typing import Final

from openmed.domain.pages.cards import card_context
from openmed.domain.pages.html import render
from openmed.domain.pages.hub.card_head import head_lines
from openmed.domain.pages.hub.card_references import CardReferences
from openmed.domain.pages.inputs import SlotInputs

FILE_NAME: Final = "README.md"
"""Where the Hub looks for a card."""
_HUB: Final = "https://huggingface.co"


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
        "head": head_lines(release, references),
        "references": references,
        "reports": release.live.release.reports,
        "hub": _HUB,
    }
    return render(inputs.templates, "hub_card.md.j2", "hub/README.md", context).content.encode()
