"""Operating characteristics by seeded simulation: what is promised, what is found."""

import pytest

from openmed.domain.monitoring.nightly.detector import ALPHA, NIGHTS
from openmed.domain.monitoring.nightly.detector_power import (
    DetectorPower,
    Nights,
    detector_power,
)

OURS = Nights(spans=2970, families=84, rate=0.01, effect=3.0)
SEED = 7


@pytest.fixture(scope="module")
def power() -> DetectorPower:
    """A fleet of one and one of a hundred."""
    return detector_power(OURS, seed=SEED, fleets=(1, 100), slots=800)


def test_fifty_quiet_nights_are_quiet(power: DetectorPower) -> None:
    """Of one slot, whose false alarms so many nights can show; a fleet's are promised likewise."""
    assert {round(ALPHA / NIGHTS, 6)} == {row.promised for row in power.errors}
    one = power.errors[0]
    assert one.observed <= one.promised
    assert one.noisy <= ALPHA


def test_two_points_are_found_within_three_nights(power: DetectorPower) -> None:
    """By the notes of a night that we write ourselves."""
    by = {(row.slots, row.step): row for row in power.steps}
    assert by[1, 0.02].within >= 0.95
    assert by[1, 0.005].within < by[1, 0.01].within < by[1, 0.02].within
    assert by[100, 0.01].within < by[1, 0.01].within


def test_what_is_needed_is_enough(power: DetectorPower) -> None:
    """So many spans find the step; a larger fleet and a smaller step need more."""
    by = {(row.slots, row.step): row.spans for row in power.needed}
    one, two = by[1, 0.01], by[1, 0.02]
    assert one is not None
    assert two is not None
    assert two < OURS.spans < one
    assert (by[100, 0.01] or 0) > one
    size = OURS.spans / OURS.families
    larger = OURS._replace(spans=one, families=round(one / size))
    found = detector_power(larger, seed=SEED + 1, fleets=(1,), slots=800)
    assert {row.within >= 0.9 for row in found.steps if row.step == 0.01} == {True}


def test_the_same_seed_gives_the_same_numbers(power: DetectorPower) -> None:
    """Printed twice, it is the same page."""
    assert power == detector_power(OURS, seed=SEED, fleets=(1, 100), slots=800)


def test_a_model_without_misses_can_be_simulated() -> None:
    """Nothing is divided by zero, and a step is found at once."""
    found = detector_power(Nights(500, 20, 0.0, 1.0), seed=1, fleets=(1,), slots=200)
    assert {0.0} == {row.observed for row in found.errors}
