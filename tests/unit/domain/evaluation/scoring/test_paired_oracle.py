"""Tango's interval against a reference that maximises the likelihood by brute force."""

import math

import pytest
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from openmed.domain.evaluation.scoring.statistics import (
    pairs_needed,
    smallest_visible_drop,
    tango_bounds,
)

Z = float(ndtri(0.95))


def _statistic(lost: int, gained: int, pairs: int, difference: float) -> float:
    """The score statistic, its nuisance parameter found by search instead of by formula."""

    def loss(q: float) -> float:
        likelihood = 0.0
        for count, chance in (
            (lost, q),
            (gained, q + difference),
            (pairs - lost - gained, 1 - 2 * q - difference),
        ):
            if count:
                likelihood += count * math.log(max(chance, 1e-300))
        return -likelihood

    low, high = max(0.0, -difference), (1 - difference) / 2
    q = float(minimize_scalar(loss, bounds=(low, high), options={"xatol": 1e-12}).x)
    variance = pairs * (2 * q + difference - difference**2)
    return (gained - lost - pairs * difference) / math.sqrt(variance)


@pytest.mark.parametrize(
    ("lost", "gained", "pairs"),
    [
        (3, 1, 100),
        (1, 3, 100),
        (10, 10, 1000),
        (40, 5, 500),
        (5, 40, 500),
        (1, 0, 50),
        (60, 80, 200),
    ],
)
def test_the_bounds_are_where_the_statistic_is_z(lost: int, gained: int, pairs: int) -> None:
    """On both sides of what was observed."""
    lower, upper = tango_bounds(lost, gained, pairs)
    assert lower < (gained - lost) / pairs < upper
    assert pytest.approx(Z, abs=2e-3) == _statistic(lost, gained, pairs, lower)
    assert pytest.approx(-Z, abs=2e-3) == _statistic(lost, gained, pairs, upper)


@pytest.mark.parametrize(("lost", "gained", "pairs"), [(3, 1, 100), (10, 2, 400), (0, 4, 90)])
def test_the_interval_of_the_exchanged_pair_is_the_mirror(
    lost: int, gained: int, pairs: int
) -> None:
    """Nobody is favoured."""
    lower, upper = tango_bounds(lost, gained, pairs)
    assert pytest.approx((-upper, -lower), abs=2e-6) == tango_bounds(gained, lost, pairs)


def test_surer_bounds_are_wider() -> None:
    """Fewer errors allowed, more values possible."""
    lower, upper = tango_bounds(10, 4, 300)
    wider = tango_bounds(10, 4, 300, alpha=0.01)
    assert wider[0] < lower < upper < wider[1]


def test_the_visible_drop_is_the_margin_of_the_pairs_needed() -> None:
    """The two formulas are one: n = 6.18 d / drop^2."""
    drop = smallest_visible_drop(0.005, 7729)
    assert pytest.approx(0.002, abs=1e-6) == drop
    assert 7729 == pairs_needed(0.005, margin=0.002)
    assert round(drop, 6) == drop
