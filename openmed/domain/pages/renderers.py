"""Every kind of trust artifact, with its renderer."""

from collections.abc import Callable

from openmed.domain.pages.benchmarks import render_benchmarks
from openmed.domain.pages.cards import render_cards
from openmed.domain.pages.inputs import RenderedFile, TrustInputs
from openmed.domain.pages.leaderboard import render_leaderboard
from openmed.domain.pages.status import render_status

RENDERERS: tuple[tuple[str, Callable[[TrustInputs], tuple[RenderedFile, ...]]], ...] = (
    ("cards", render_cards),
    ("benchmarks", render_benchmarks),
    ("leaderboard", render_leaderboard),
    ("status", render_status),
)
"""Every kind of trust artifact, with its renderer; the kind is also its folder."""
