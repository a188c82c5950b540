"""Every kind of trust artifact: which pages show one slot, which the fleet, and all of it at once.

What a page may look at follows from its kind: one slot's pages get nothing of another slot, so
they are made again only when that slot changed.
"""

from collections.abc import Callable
from typing import NamedTuple

from openmed.domain.pages.benchmarks import render_benchmark
from openmed.domain.pages.cards import render_card
from openmed.domain.pages.derived_records import render_records
from openmed.domain.pages.fleet_row import FleetInputs, fleet_inputs
from openmed.domain.pages.inputs import RenderedFile, SlotInputs, TrustInputs
from openmed.domain.pages.leaderboard import render_leaderboard
from openmed.domain.pages.status import render_status

Files = tuple[RenderedFile, ...]


class SlotPages(NamedTuple):
    """Pages of one slot.

    Attributes:
        render: makes them.
        has_reports: whether they show the reports, and where the suites come from.
    """

    render: Callable[[SlotInputs], Files]
    has_reports: bool

    def all(self, inputs: TrustInputs) -> Files:
        """Those of every slot, from all evidence."""
        return tuple(
            file
            for record in inputs.releases
            for file in self.render(
                SlotInputs(
                    release=record.shown,
                    reports=record.reports if self.has_reports else (),
                    pins=inputs.pins if self.has_reports else (),
                    templates=inputs.templates,
                )
            )
        )


class FleetPages(NamedTuple):
    """Pages of the fleet.

    Attributes:
        render: makes them.
    """

    render: Callable[[FleetInputs], Files]

    def all(self, inputs: TrustInputs) -> Files:
        """The same from all evidence."""
        return self.render(fleet_inputs(inputs))


KINDS: tuple[tuple[str, SlotPages | FleetPages], ...] = (
    ("cards", SlotPages(render_card, has_reports=False)),
    ("benchmarks", SlotPages(render_benchmark, has_reports=True)),
    ("leaderboard", FleetPages(render_leaderboard)),
    ("status", FleetPages(render_status)),
)
"""Every kind of trust artifact; the kind is also its folder."""
RECORD_PAGES = FleetPages(render_records)
"""Files derived from the ledger under `gates/`."""
RENDERERS: tuple[tuple[str, Callable[[TrustInputs], Files]], ...] = tuple(
    (kind, pages.all) for kind, pages in KINDS
)
"""The same, each kind made at once from all evidence."""
