"""Whether recall fell: exact numbers of the test, and what it may not do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from openmed.domain.monitoring.nightly.detector import (
    ALPHA,
    NIGHTS,
    WINDOWS,
    Misses,
    drift_of,
    limit_of,
    sum_of_misses,
)

RELEASE = Misses(spans=1000, missed=10)
GOOD = Misses(spans=1000, missed=10)
BAD = Misses(spans=1000, missed=40)


def test_the_chance_is_that_of_the_sum_falling_so() -> None:
    """Two nights after two: a binomial tail given all misses."""
    found = drift_of(RELEASE, (GOOD, BAD, BAD))
    assert (2, 80, 20) == (found.window, found.after.missed, found.before.missed)
    assert pytest.approx(binom.sf(79, 100, 0.5), rel=1e-9) == found.chance
    assert found.is_found(slots=1)


def test_one_night_alone_decides_nothing() -> None:
    """The shortest window has two nights: with one bad one, half of it is good."""
    assert 2 == min(WINDOWS)
    assert (1.0, 0) == drift_of(RELEASE, (BAD,))[:2]


def test_the_design_effect_makes_the_same_counts_tell_less() -> None:
    """Clustered misses are fewer facts."""
    clustered = [Misses(spans=1000, missed=40, effect=8.0)] * 2
    plain = drift_of(RELEASE, (GOOD, BAD, BAD)).chance
    assert plain < drift_of(RELEASE, (GOOD, *clustered)).chance


def test_the_design_effect_of_several_nights_is_the_mean_by_misses() -> None:
    """A night without misses tells nothing of it."""
    rows = (
        Misses(spans=10, missed=1, effect=1.0),
        Misses(spans=10, missed=3, effect=5.0),
        Misses(spans=10, missed=0),
    )
    assert Misses(spans=30, missed=4, effect=4.0) == sum_of_misses(rows)
    assert None is sum_of_misses(()).effect


def test_the_error_is_shared_out() -> None:
    """Among nights, windows and slots, so that a fleet has no more of it than one slot."""
    assert pytest.approx(ALPHA) == limit_of(100) * 100 * NIGHTS * len(WINDOWS)
    worse = Misses(spans=1000, missed=30)
    found = drift_of(RELEASE, (GOOD, worse, worse))
    assert (True, False) == (found.is_found(slots=1), found.is_found(slots=2266))


def test_nothing_before_is_no_regression() -> None:
    """Without a measurement of the release, later nights are compared with the first."""
    nothing = Misses(spans=0, missed=0)
    assert not drift_of(nothing, (BAD, BAD)).is_found(slots=1)
    assert 2 == drift_of(nothing, (GOOD, GOOD, BAD, BAD)).window


misses = st.builds(
    lambda spans, share: Misses(spans=spans, missed=int(spans * share)),
    st.integers(1, 5000),
    st.floats(0, 1),
)


@given(before=misses, nights=st.lists(misses, max_size=15))
def test_a_chance_is_one(before: Misses, nights: list[Misses]) -> None:
    """Between 0 and 1, whatever was counted; a night that misses more never raises it."""
    found = drift_of(before, nights)
    assert 0 <= found.chance <= 1
    if len(nights) > 1:
        worse = Misses(spans=nights[-1].spans, missed=nights[-1].spans)
        assert drift_of(before, (*nights[:-1], worse)).chance <= found.chance + 1e-12


@given(rate=st.integers(0, 100), nights=st.integers(2, 15))
def test_nights_that_are_alike_are_no_drift(rate: int, nights: int) -> None:
    """However many they are."""
    same = Misses(spans=100, missed=rate)
    assert not drift_of(same, [same] * nights).is_found(slots=1)
