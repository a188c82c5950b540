"""The arithmetic of evidence, against published and tabled values."""

import pytest
from scipy.stats import binomtest
from support import counting

from openmed.domain.evaluation.scoring.statistics import (
    bootstrap_seed,
    chance_to_prove,
    clopper_pearson_lower,
    clopper_pearson_upper,
    design_effect,
    exact_paired_p,
    holm,
    mcnemar,
    most_misses,
    paired_bootstrap,
    pairs_needed,
    pairs_to_see,
    provable_margin,
    proven_lower,
    smallest_visible_drop,
    trials_for_chance,
    trials_needed,
    zero_leak_upper,
)

SEED, INTERVAL = 15225264417924923988, (-0.0225, 0.0025)


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
    assert proven_lower(counting.counts_of(support=100, covered=100)) == pytest.approx(
        0.05**0.2, abs=1e-6
    )


def test_no_gold_proves_nothing() -> None:
    """None, not zero."""
    assert proven_lower(counting.counts_of(support=0, covered=0)) is None


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [(0, 0, 1.0), (1, 1, 1.0), (5, 0, 0.0625), (79, 43, 0.001428), (43, 79, 0.001428)],
)
def test_mcnemar_is_the_sign_test(lost: int, gained: int, p: float) -> None:
    """Two-sided, exact: 5 of 5 is 2 / 2^5."""
    assert p == mcnemar(lost, gained)


def test_a_bootstrap_is_the_same_every_time() -> None:
    """From raw bits of PCG64, so these numbers hold for any numpy."""
    seed = bootstrap_seed("a" * 64, "SSN", candidate="b" * 64, baseline="c" * 64)
    differences, spans = [0] * 90 + [-1] * 7 + [1] * 3, [4] * 100
    assert seed == SEED
    first = paired_bootstrap(differences, spans, seed=seed)
    assert first == paired_bootstrap(differences, spans, seed=seed) == INTERVAL
    more = range(1, 101)
    assert paired_bootstrap(differences, more, seed=1) != paired_bootstrap(
        differences, more, seed=2
    )


def test_every_part_of_a_comparison_moves_the_seed() -> None:
    """Suite, metric, candidate, baseline."""
    parts = ("a", "b", "c", "d")
    rows = [parts, *(tuple("x" if i == j else p for j, p in enumerate(parts)) for i in range(4))]
    seeds = {bootstrap_seed(s, m, candidate=c, baseline=b) for s, m, c, b in rows}
    assert len(seeds) == 5


def test_a_bootstrap_agrees_with_the_normal_interval() -> None:
    """On 400 documents of one span: mean and standard error of the difference."""
    differences = [-1] * 60 + [1] * 20 + [0] * 320
    lower, upper = paired_bootstrap(differences, [1] * 400, seed=1)
    error = 1.645 * ((0.2 - 0.1**2) / 400) ** 0.5
    assert (lower, upper) == pytest.approx((-0.1 - error, -0.1 + error), abs=0.004)


def test_nothing_changed_has_no_width() -> None:
    """Which is why it decides nothing."""
    assert paired_bootstrap([0, 0, 0], [5, 1, 2], seed=3) == (0.0, 0.0)


def test_a_drop_is_at_least_as_large_as_what_changed() -> None:
    """With 104 pairs nothing below 6 points can be seen, however little else changes."""
    assert smallest_visible_drop(0.005, 104) == smallest_visible_drop(0.0, 104) == 0.059448
    assert smallest_visible_drop(0.0, 3) == 1.0


@pytest.mark.parametrize(("lost", "gained"), [(0, 0), (0, 7), (1, 0), (5, 0), (5, 1), (40, 60)])
def test_the_exact_paired_test_is_a_binomial_test(lost: int, gained: int) -> None:
    """Of the pairs that changed, half are lost by chance."""
    changed = lost + gained
    wanted = binomtest(lost, changed, 0.5, alternative="greater").pvalue if changed else 1.0
    assert exact_paired_p(lost, gained) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("chances", "found"),
    [
        ({}, ""),
        ({"A": 0.05}, "A"),
        ({"A": 0.0501}, ""),
        ({"A": 0.025, "B": 0.05}, "AB"),
        ({"A": 0.0251, "B": 0.03}, ""),
        ({"A": 0.01, "B": 0.02, "C": 0.06}, "AB"),
        ({"A": 0.02, "B": 0.001, "C": 0.03}, "ABC"),
        ({"A": 0.0, "B": 0.026, "C": 0.05}, "A"),
    ],
)
def test_holm_stops_at_the_first_that_may_be_chance(chances: dict[str, float], found: str) -> None:
    """The k-th smallest of n against 5 % / (n - k + 1)."""
    assert frozenset(found) == holm(chances)


def test_holm_shares_what_it_is_given() -> None:
    """Another share of errors, another answer."""
    assert frozenset() == holm({"A": 0.02}, alpha=0.01)
    assert frozenset("A") == holm({"A": 0.01}, alpha=0.01)


@pytest.mark.parametrize(
    ("discordant", "pairs", "margin"),
    [
        (0.005, 1, 0.972538),
        (0.005, 10, 0.364659),
        (0.005, 87, 0.073636),
        (0.005, 715, 0.016),
        (0.02, 715, 0.0263),
        (0.005, 29_654, 0.0019),
    ],
)
def test_a_provable_margin_is_tabled(discordant: float, pairs: int, margin: float) -> None:
    """Simulated at each size an equal model keeps it in 99.8 % of runs."""
    assert provable_margin(discordant, pairs) == pytest.approx(margin, abs=1e-4)


@pytest.mark.parametrize(
    ("discordant", "drop", "pairs"),
    [
        (0.02, 0.05, 124),
        (0.005, 0.01, 619),
        (0.05, 0.05, 124),
        (0.01, 0.01, 619),
        (0.02, 0.01, 1237),
    ],
)
def test_a_drop_needs_at_least_as_many_changes_as_it_is_large(
    discordant: float, drop: float, pairs: int
) -> None:
    """Pairs to see it grow with what changes sides; less than the drop cannot."""
    assert pairs == pairs_to_see(discordant, drop=drop)


def test_another_share_of_errors_needs_other_numbers() -> None:
    """Each is handed on."""
    assert (7_729, 12_546) == (
        pairs_needed(0.005, margin=0.002),
        pairs_needed(0.005, margin=0.002, alpha=0.01),
    )
    assert 1004 == pairs_to_see(0.005, drop=0.01, alpha=0.01)
    assert smallest_visible_drop(0.005, 1_000, alpha=0.01) == pytest.approx(0.010036, abs=1e-6)


def test_another_share_of_errors_proves_another_floor() -> None:
    """1 % instead of 5 %: more trials, fewer misses, a smaller chance."""
    assert 459 == trials_needed(0.99, 0, alpha=0.01)
    assert (3, 4) == (most_misses(0.9, 100, alpha=0.01), most_misses(0.9, 100))
    assert (0.647249, 0.817855) == (
        chance_to_prove(0.9, truth=0.97, trials=100, alpha=0.01),
        chance_to_prove(0.9, truth=0.97, trials=100),
    )
    assert (127, 76) == (
        trials_for_chance(0.9, truth=0.97, alpha=0.01),
        trials_for_chance(0.9, truth=0.97),
    )


def test_two_clusters_are_the_fewest_that_have_an_effect() -> None:
    """And it has four digits."""
    assert (1.0526, 3.8095) == (design_effect([9, 10], [10, 10]), design_effect([5, 9], [10, 10]))
    assert design_effect([9], [10]) is None
