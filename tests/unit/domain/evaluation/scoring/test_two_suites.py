"""Differences of recall between suites of different documents."""

import random

import pytest
from support.counting import counts_of

from openmed.domain.evaluation.report import Counts
from openmed.domain.evaluation.scoring.two_suites import Difference, difference_of, mean_difference


def _counts(
    covered: int, support: int, *, effect: float | None = 1.0, families: int = 40
) -> Counts:
    made = counts_of(support=support, covered=covered, strict=0).model_dump()
    return Counts.model_validate(made | {"design_effect": effect, "families": families})


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Newcombe 1998, table II, case (a): 56/70 and 48/80, method 10 at 95 % two-sided:
        # 0.0524 to 0.3339. With exact bounds for Wilson's it is a little wider.
        ((56, 70), (48, 80), (-0.3339, -0.0524)),
        # Case (c): 6/7 and 2/7: 0.0582 to 0.8062.
        ((6, 7), (2, 7), (-0.8062, -0.0582)),
    ],
)
def test_it_is_a_little_wider_than_published(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, float]
) -> None:
    """The same rule with exact bounds, which are never narrower than Wilson's."""
    found = difference_of(_counts(*first), _counts(*second), alpha=0.025)
    assert found.lower <= expected[0]
    assert found.upper >= expected[1]
    assert found.lower == pytest.approx(expected[0], abs=0.07)
    assert found.upper == pytest.approx(expected[1], abs=0.1)


def test_nothing_missed_is_worth_one_span_per_family() -> None:
    """As everywhere else: 300 spans of 10 families prove what 10 spans prove."""
    whole, other = _counts(300, 300, effect=None, families=10), _counts(10, 10, effect=None)
    known = _counts(9_990, 10_000)
    few = _counts(10, 10, effect=None, families=10)
    assert difference_of(known, whole) == difference_of(known, few) != difference_of(known, other)


def test_a_design_effect_widens_both_ends() -> None:
    """Spans of one family are not independent."""
    narrow = difference_of(_counts(950, 1000), _counts(180, 200))
    wide = difference_of(_counts(950, 1000), _counts(180, 200, effect=4.0))
    assert wide.observed == narrow.observed
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_the_mean_is_weighted_and_narrower_than_its_parts() -> None:
    """Three parts of one weight and one of another."""
    parts = [(Difference(-0.1, -0.2, 0.0), 1), (Difference(0.1, 0.0, 0.2), 3)]
    found = mean_difference(parts)
    assert found.observed == pytest.approx(0.05)
    assert found.upper - found.lower == pytest.approx(0.2 * (0.25**2 + 0.75**2) ** 0.5, abs=1e-6)
    assert mean_difference([parts[0]]) == parts[0][0]


def test_its_bounds_hold_as_often_as_they_say() -> None:
    """One-sided 95 %: over 2,000 draws of two equal models each end is missed in at most 5 %."""
    draw = random.Random(1)
    missed = [0, 0]
    for _ in range(2_000):
        first = sum(draw.random() < 0.95 for _ in range(600))
        second = sum(draw.random() < 0.95 for _ in range(100))
        found = difference_of(_counts(first, 600), _counts(second, 100))
        missed[0] += found.lower > 0
        missed[1] += found.upper < 0
    assert max(missed) <= 100
