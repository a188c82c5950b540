"""What the nightly test would see of a slot, or of a suite that somebody thinks of."""

from typing import NamedTuple

from openmed.context import Context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.ledger.cited.condemned_behaviour import own_reports
from openmed.domain.monitoring.nightly.detector import misses_of
from openmed.domain.monitoring.nightly.detector_power import (
    FLEETS,
    DetectorPower,
    Nights,
    detector_power,
)
from openmed.domain.slot import parse_slot
from openmed.domain.wire import parse
from openmed.errors import UsageError


class WhatIf(NamedTuple):
    """What a night measures; None = as the slot's release measured it, or as `TYPICAL`.

    Attributes:
        spans: gold spans of declared labels.
        families: template families these come from.
        missed: share of them that is missed.
        effect: design effect.
    """

    spans: int | None = None
    families: int | None = None
    missed: float | None = None
    effect: float | None = None


TYPICAL = Nights(spans=2970, families=84, rate=0.01, effect=3.0)
"""100 notes of English by the templates of this package; rate and design effect are examples."""


def read_detector_power(
    context: Context, *, slot: str, what_if: WhatIf, seed: int, fleet: int | None = None
) -> DetectorPower:
    """Simulate the nightly test.

    Args:
        context: the release repository; read only where a slot is named.
        slot: a live slot whose own numbers count; empty = those of `TYPICAL`.
        what_if: numbers that count in their place.
        seed: what is drawn by.
        fleet: size of the fleet; None = several.

    Raises:
        UsageError: nothing is live in the slot, or it was not measured on a generated suite.
    """
    base = _of_slot(context, parse_slot(slot).key) if slot else TYPICAL
    given = {"rate" if name == "missed" else name: one for name, one in what_if._asdict().items()}
    nights = base._replace(**{name: one for name, one in given.items() if one is not None})
    if nights.families > nights.spans:
        raise UsageError(f"{nights.spans} spans cannot come from {nights.families} families")
    fleets = FLEETS if fleet is None else (fleet,)
    return detector_power(nights, seed=seed, fleets=fleets)


def _of_slot(context: Context, slot: str) -> Nights:
    live = context.releases.state().live_in(slot)
    if live is None:
        raise UsageError(f"nothing is live in {slot}", next_step="openmed release list")
    names = {row.name for row in context.inputs.generated_rows}
    for one in own_reports(live.release.reports):
        if one.suite in names:
            data = context.releases.evidence(one.report)
            report = parse(BenchmarkReport, data, what=f"recorded report of {one.suite}")
            misses, counts = misses_of(report), report.overall
            rate = misses.missed / misses.spans if misses.spans else 0.0
            return Nights(misses.spans, counts.families, rate, max(1.0, misses.effect or 1.0))
    msg = f"{slot}: its release was measured on no suite that is written anew"
    raise UsageError(msg, next_step="name a [[generated]] suite in its policy, or leave SLOT out")
