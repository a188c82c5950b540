"""The arithmetic of evidence, against published and tabled values."""

import builders
import pytest
from scipy.stats import binomtest

from openmed.domain.scoring.statistics import (
    clopper_pearson_lower,
    clopper_pearson_upper,
    design_effect,
    exact_paired_p,
    proven_lower,
    trials_needed,
    zero_leak_upper,
)

MISSES = (0, 1, 2, 3, 5, 10)
NEEDED = {
    0.980: (149, 236, 313, 386, 523, 845),
    0.990: (299, 473, 628, 773, 1049, 1693),
    0.995: (598, 947, 1258, 1549, 2100, 3389),
    0.999: (2995, 4742, 6294, 7752, 10511, 16959),
}


@pytest.mark.parametrize("floor", sorted(NEEDED))
def test_trials_that_prove_a_floor(floor: float) -> None:
    """One-sided 95 %, by number of misses."""
    assert NEEDED[floor] == tuple(trials_needed(floor, misses) for misses in MISSES)


def test_bounds_hold_the_observed_share() -> None:
    """Lower below, upper above, and mirror images of each other."""
    assert clopper_pearson_lower(95, 100) < 0.95 < clopper_pearson_upper(95, 100)
    assert clopper_pearson_lower(95, 100) == pytest.approx(1 - clopper_pearson_upper(5, 100))


def test_bounds_at_the_ends() -> None:
    """Nothing proves more than nothing; everything proves less than everything."""
    assert clopper_pearson_lower(0, 10) == 0.0
    assert clopper_pearson_upper(10, 10) == 1.0
    assert clopper_pearson_lower(10, 10) == pytest.approx(0.05**0.1)


def test_zero_leaks_prove_the_rule_of_three() -> None:
    """About 3/n."""
    assert zero_leak_upper(1000) == pytest.approx(3 / 1000, rel=0.01)


def test_independent_spans_have_no_design_effect() -> None:
    """One span a family: the effect is k / (k - 1)."""
    assert design_effect([1] * 90 + [0] * 10, [1] * 100) == pytest.approx(100 / 99, abs=1e-4)


def test_families_right_or_wrong_as_a_whole_count_once() -> None:
    """Ten spans a family tell no more than one."""
    assert design_effect([10] * 90 + [0] * 10, [10] * 100) == pytest.approx(10.1, abs=0.01)


@pytest.mark.parametrize(("y", "m"), [([1, 1], [1, 1]), ([0, 0], [1, 1]), ([1], [2]), ([], [])])
def test_no_variance_is_no_estimate(y: list[int], m: list[int]) -> None:
    """Perfect, hopeless, one family, nothing."""
    assert design_effect(y, m) is None


def test_a_perfect_label_is_worth_its_families() -> None:
    """100 spans of 5 families prove what 5 trials prove."""
    assert proven_lower(builders.counts_of(support=100, covered=100)) == pytest.approx(
        0.05**0.2, abs=1e-6
    )


def test_no_gold_proves_nothing() -> None:
    """None, not zero."""
    assert proven_lower(builders.counts_of(support=0, covered=0)) is None


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (0, 7), (1, 0), (5, 0), (5, 1), (40, 60)])
def test_the_exact_paired_test_is_a_binomial_test(lost: int, gained: int) -> None:
    """Of the pairs that changed, half are lost by chance."""
    changed = lost + gained
    wanted = binomtest(lost, changed, 0.5, alternative="greater").pvalue if changed else 1.0
    assert exact_paired_p(lost, gained) == pytest.approx(wanted)
