"""What the nightly test sees, and how often it errs: its operating characteristics, simulated.

The simulated nights go through the same `chances` as real ones. Misses come in clusters (template
families, whose own rates are beta distributed so that the stated design effect comes out), and
every night draws its families anew: worse than the real nights, whose families stay the same.
The design effect is estimated night by night, as from a report.
"""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, NamedTuple

import numpy as np
from pydantic import Field

from openmed.domain.evaluation.report import Count
from openmed.domain.evaluation.scoring.statistics import ALPHA as ONE_SIDED
from openmed.domain.evaluation.scoring.statistics import clopper_pearson_upper
from openmed.domain.frozen import Frozen
from openmed.domain.monitoring.nightly.detector import (
    ALPHA,
    NIGHTS,
    WINDOWS,
    Numbers,
    chances,
    limit_of,
)

SCHEMA: Final = "openmed.detector-power/1"
FLEETS: Final = (1, 10, 100, 2266)
"""Slots of a fleet, among which the chance of a false alarm is shared."""
STEPS: Final = (0.005, 0.01, 0.02)
"""Recall that is lost from one night to the next."""
ASKED: Final = (0.01, 0.02)
"""Steps that shall be found within `WITHIN` nights."""
WITHIN: Final = 3
SEEN: Final = 0.95
"""Share of such steps that must be found for a suite to be large enough."""
QUIET: Final = 10
"""Nights before the step, beside the release's own measurement."""
AFTER: Final = 30
"""Nights that are watched after it."""
_SLOTS, _STEP_SLOTS, _SEARCH_SLOTS = 2000, 600, 400
_TRIES: Final = 12
Share = Annotated[float, Field(ge=0, le=1)]


class Nights(NamedTuple):
    """What a night measures of a slot.

    Attributes:
        spans: gold spans of declared labels.
        families: template families these come from.
        rate: share of them that the release misses.
        effect: design effect: how much less they tell than independent ones.
    """

    spans: int
    families: int
    rate: float
    effect: float


class FleetErrors(Frozen):
    """False alarms where nothing changed.

    Attributes:
        slots: slots of the fleet.
        limit: chance below which a window of one slot is an alarm.
        promised: false alarms of a night of the fleet, at most, by construction.
        observed: false alarms of a night of the fleet, simulated.
        upper: what the simulation proves with 95 % confidence.
        noisy: chance of any false alarm in 50 nights of the fleet, simulated.
    """

    slots: Count
    limit: float
    promised: float
    observed: float
    upper: float
    noisy: Share


class StepSeen(Frozen):
    """A step that was planted.

    Attributes:
        slots: slots of the fleet.
        step: recall that is lost.
        within: share found within three nights.
        nights: nights until half of them were found; None = fewer were within the nights watched.
        most: nights until 95 of 100 were found; None likewise.
    """

    slots: Count
    step: float
    within: Share
    nights: int | None
    most: int | None


class SpansNeeded(Frozen):
    """How many spans a night needs to find a step within three nights.

    Attributes:
        slots: slots of the fleet.
        step: recall that is lost.
        spans: fewest spans of a night, of the same design effect; None = more than were tried.
    """

    slots: Count
    step: float
    spans: int | None


class DetectorPower(Frozen):
    """Operating characteristics of the nightly test.

    Attributes:
        spans: gold spans of a night.
        families: families they come from.
        rate: share that the release misses.
        effect: design effect.
        seed: what the simulation drew by.
        slot_nights: nights of slots that were simulated without a change.
        windows: nights that are compared with those before them.
        errors: false alarms, by size of the fleet.
        steps: steps that were planted.
        needed: spans for what is asked.
    """

    schema_: Literal["openmed.detector-power/1"] = Field(default=SCHEMA, alias="schema")
    spans: Count
    families: Count
    rate: Share
    effect: float
    seed: Count
    slot_nights: Count
    windows: tuple[int, ...]
    errors: tuple[FleetErrors, ...]
    steps: tuple[StepSeen, ...]
    needed: tuple[SpansNeeded, ...]


def detector_power(
    nights: Nights, *, seed: int, fleets: tuple[int, ...] = FLEETS, slots: int = _SLOTS
) -> DetectorPower:
    """Simulate the test.

    Args:
        nights: what a night measures.
        seed: what is drawn by.
        fleets: sizes of fleets.
        slots: slots that are simulated without a change; fewer with one.
    """
    share = slots / _SLOTS
    quiet = _least(_draw(nights, slots=slots, quiet=NIGHTS, seed=seed))
    planted = {
        step: _least(
            _draw(nights, slots=int(_STEP_SLOTS * share), step=step, after=AFTER, seed=seed + at)
        )
        for at, step in enumerate(STEPS, start=1)
    }
    return DetectorPower(
        spans=nights.spans,
        families=nights.families,
        rate=nights.rate,
        effect=nights.effect,
        seed=seed,
        slot_nights=quiet.size,
        windows=WINDOWS,
        errors=tuple(_errors(quiet, fleet) for fleet in fleets),
        steps=tuple(
            _seen(found, step=step, slots=fleet)
            for fleet in fleets
            for step, found in planted.items()
        ),
        needed=tuple(
            SpansNeeded(
                slots=fleet,
                step=step,
                spans=_needed(
                    nights, step=step, fleet=fleet, slots=int(_SEARCH_SLOTS * share), seed=seed
                ),
            )
            for fleet in fleets
            for step in ASKED
        ),
    )


class _DrawnNights(NamedTuple):
    """Spans, misses, and design effects until then, night by night; the release first."""

    spans: int
    missed: Numbers
    effect: Numbers
    quiet: int


def _draw(  # noqa: PLR0913 - every choice of a simulation is named
    nights: Nights,
    *,
    slots: int,
    quiet: int = QUIET,
    step: float = 0.0,
    after: int = 0,
    seed: int,
) -> _DrawnNights:
    """Draw the release's own night, quiet nights, and nights after a step."""
    chance = np.random.default_rng(seed)
    size = max(1, round(nights.spans / nights.families))
    columns, effects = list[Numbers](), list[Numbers]()
    for night in range(1 + quiet + after):
        rate = min(1.0, nights.rate + (step if night > quiet else 0.0))
        shape = (slots, nights.families)
        likeness = (nights.effect - 1) / (size - 1) if size > 1 else 0.0
        if 0 < likeness < 1 and 0 < rate < 1:
            spread = (1 - likeness) / likeness
            rates: Numbers | float = chance.beta(rate * spread, (1 - rate) * spread, shape)
        else:
            rates = rate
        drawn = chance.binomial(size, rates, shape).astype(np.float64)
        columns.append(drawn.sum(axis=1))
        effects.append(_effects(drawn, size=size))
    missed, effect = np.stack(columns, axis=1), np.stack(effects, axis=1)
    weight = np.cumsum(missed, axis=1)
    mean = np.cumsum(missed * effect, axis=1) / np.where(weight > 0, weight, 1.0)
    return _DrawnNights(size * nights.families, missed, np.maximum(1.0, mean), quiet)


def _effects(missed: Numbers, *, size: int) -> Numbers:
    """Design effect of each slot, as `statistics.design_effect`; 1 where none can be estimated."""
    families, total = missed.shape[1], missed.shape[1] * size
    ratio = missed.sum(axis=1) / total
    squares = ((missed - (ratio * size)[:, None]) ** 2).sum(axis=1)
    clustered = families / max(1, families - 1) * squares / total**2
    simple = ratio * (1 - ratio) / total
    found: Numbers = np.where(simple > 0, clustered / np.where(simple > 0, simple, 1.0), 1.0)
    return found


def _least(drawn: _DrawnNights) -> Numbers:
    """The least chance over all windows, of each slot in each night after the quiet ones.

    Where there is no step, in every night.
    """
    missed = np.cumsum(drawn.missed, axis=1)
    has_step = missed.shape[1] - 1 > drawn.quiet
    first = drawn.quiet + 1 if has_step else 1
    found = list[Numbers]()
    for night in range(first, missed.shape[1]):
        least = np.ones(missed.shape[0])
        for window in (one for one in WINDOWS if one <= night):
            before = missed[:, night - window]
            spans = np.full_like(before, float(drawn.spans))
            least = np.minimum(
                least,
                chances(
                    spans * (night - window + 1),
                    before,
                    spans * window,
                    missed[:, night] - before,
                    drawn.effect[:, night],
                ),
            )
        found.append(least)
    return np.stack(found, axis=1)


def _errors(quiet: Numbers, fleet: int) -> FleetErrors:
    limit = limit_of(fleet)
    alarms = quiet <= limit
    number, nights = int(alarms.sum()), int(quiet.size)
    noisy = float(alarms.any(axis=1).mean())
    return FleetErrors(
        slots=fleet,
        limit=limit,
        promised=round(ALPHA / NIGHTS, 6),
        observed=round(number / nights * fleet, 6),
        upper=round(clopper_pearson_upper(number, nights, alpha=ONE_SIDED) * fleet, 6),
        noisy=round(1 - (1 - noisy) ** fleet, 6),
    )


def _seen(least: Numbers, *, step: float, slots: int) -> StepSeen:
    found = np.maximum.accumulate(least <= limit_of(slots), axis=1).mean(axis=0)
    return StepSeen(
        slots=slots,
        step=step,
        within=round(float(found[WITHIN - 1]), 4),
        nights=_first(found, 0.5),
        most=_first(found, SEEN),
    )


def _first(found: Numbers, share: float) -> int | None:
    """The first night by which such a share was found."""
    return int(np.argmax(found >= share)) + 1 if bool((found >= share).any()) else None


def _needed(nights: Nights, *, step: float, fleet: int, slots: int, seed: int) -> int | None:
    """Fewest spans, to 5 in 100, by which the step is found within three nights."""
    low, high = 0, 0
    for spans in _sizes(nights.spans):
        if _is_enough(nights, spans, step=step, fleet=fleet, slots=slots, seed=seed):
            high = spans
            break
        low = spans
    if not high:
        return None
    while high - low > max(1, high // 20):
        middle = (low + high) // 2
        if _is_enough(nights, middle, step=step, fleet=fleet, slots=slots, seed=seed):
            high = middle
        else:
            low = middle
    return high


def _sizes(spans: int) -> Iterator[int]:
    start = max(1, spans // 16)
    yield from (start * 2**power for power in range(_TRIES))


def _is_enough(  # noqa: PLR0913 - as `_needed`
    nights: Nights, spans: int, *, step: float, fleet: int, slots: int, seed: int
) -> bool:
    size = max(1, round(nights.spans / nights.families))
    larger = nights._replace(spans=spans, families=max(2, round(spans / size)))
    drawn = _draw(larger, slots=slots, step=step, after=WITHIN, seed=seed)
    least = _least(drawn)
    return bool((least <= limit_of(fleet)).any(axis=1).mean() >= SEEN)
