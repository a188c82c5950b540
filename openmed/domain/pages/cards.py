"""Model cards: one Hub README and one page per live release."""

from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import RenderedFile, ShownRelease, SlotInputs
from openmed.domain.pages.view import (
    declared_counts,
    direct_left,
    leak_rows,
    release_view,
    undeclared,
)
from openmed.domain.text.number_format import share_down, share_up


def render_card(inputs: SlotInputs) -> tuple[RenderedFile, ...]:
    """Both cards of what is live in a slot."""
    context = card_context(inputs.release)
    place = f"cards/{context['slug']}"
    return (
        render(inputs.templates, "card.md.j2", f"{place}/README.md", context),
        render(inputs.templates, "card.html.j2", f"{place}/index.html", context),
    )


def card_context(release: ShownRelease) -> dict[str, object]:
    """What the templates of cards are filled with."""
    suites: list[dict[str, object]] = []
    for suite in release.summary.suites:
        left, direct = direct_left(release, suite)
        covered, support, leaked, characters = declared_counts(release, suite)
        suites.append(
            {
                "facts": suite.suite,
                "measured_by": suite.measured_by,
                "rows": leak_rows(release, suite),
                "left": left,
                "direct": direct,
                "covered": covered,
                "support": support,
                "not_covered": support - covered,
                "recall": share_down(covered, support),
                "leaked": share_up(leaked, characters),
                "all_covered": suite.overall.covered,
                "all_support": suite.overall.support,
                "all_recall": share_down(suite.overall.covered, suite.overall.support),
                "undeclared": undeclared(release, suite),
            }
        )
    return {**release_view(release), "suites": suites}
