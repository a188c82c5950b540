"""The tables of `docs/concepts/evaluation.md`: what n can decide, and which intervals hold."""

import numpy as np
import pytest
from scipy.special import bdtr
from scipy.stats import binom
from support import counting

from openmed.domain.evaluation.scoring.statistics import (
    chance_to_prove,
    clopper_pearson_lower,
    design_effect,
    most_misses,
    pairs_needed,
    proven_lower,
    smallest_visible_drop,
    tango_bounds,
    trials_for_chance,
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
    """One-sided 95 %, by number of misses; one trial fewer proves less; and back again."""
    assert NEEDED[floor] == tuple(trials_needed(floor, misses) for misses in MISSES)
    for misses, trials in zip(MISSES, NEEDED[floor], strict=True):
        assert clopper_pearson_lower(trials - 1 - misses, trials - 1) < floor
        assert misses == most_misses(floor, trials)


def test_trials_that_prove_a_floor_on_two_sides() -> None:
    """97.5 % on this side."""
    floors = (0.980, 0.990, 0.995, 0.999)
    assert (183, 368, 736, 3688) == tuple(trials_needed(f, 0, alpha=0.025) for f in floors)


@pytest.mark.parametrize(
    ("truth", "wanted"),
    [
        (0.999, (1258, 1829)),
        (0.998, (2366, 4130)),
        (0.997, (6279, 10634)),
        (0.996, (28134, 48345)),
    ],
)
def test_spans_that_prove_0995_with_80_and_95_percent_chance(
    truth: float, wanted: tuple[int, int]
) -> None:
    """Exact: the fewest at which enough is allowed to be missed."""
    got = tuple(trials_for_chance(0.995, truth=truth, chance=chance) for chance in (0.80, 0.95))
    assert wanted == got
    assert chance_to_prove(0.995, truth=truth, trials=wanted[0]) >= 0.80
    assert chance_to_prove(0.995, truth=truth, trials=wanted[0] - 1) < 0.80


def test_too_few_trials_never_prove_a_floor() -> None:
    """Not even without a miss."""
    assert most_misses(0.995, 597) is None
    assert chance_to_prove(0.995, truth=1.0, trials=597) == 0.0
    assert chance_to_prove(0.995, truth=1.0, trials=598) == 1.0


def test_zero_leaks_prove_about_3_in_n() -> None:
    """For the sizes that are in use."""
    percent = [round(100 * zero_leak_upper(n), 2) for n in (64, 742, 3000, 10505)]
    assert percent == [4.57, 0.4, 0.1, 0.03]


@pytest.mark.parametrize(
    ("discordant", "pairs"),
    [(0.001, 1546), (0.002, 3092), (0.005, 7729), (0.01, 15458), (0.02, 30916), (0.044, 68015)],
)
def test_pairs_that_show_a_drop_is_below_0002(discordant: float, pairs: int) -> None:
    """80 % chance; the noted row was multiplied up from its third column.

    As many see a drop of that size, unless fewer than that change sides at all.
    """
    assert pairs == pytest.approx(pairs_needed(discordant, margin=0.002), rel=1.1e-4)
    if discordant >= 0.002:
        assert smallest_visible_drop(discordant, pairs) == pytest.approx(0.002, abs=1e-6)


def test_a_margin_of_one_point_needs_2700_pairs() -> None:
    """At 4.4 % changed."""
    assert pairs_needed(0.044, margin=0.01) == pytest.approx(2700, rel=0.01)


def test_equal_answers_need_1351_pairs_to_prove_0002() -> None:
    """Hence the dominance rule."""
    assert tango_bounds(0, 0, 1350)[0] <= -0.002 < tango_bounds(0, 0, 1351)[0]


MEASURED = {
    (0, 0): (-0.07, 0.07),
    (10, 15): (-0.09, 0.37),
    (47, 44): (-0.50, 0.34),
    (30, 25): (-0.47, 0.20),
    (79, 43): (-1.45, -0.48),
    (193, 56): (-4.33, -2.96),
    (258, 24): (-6.94, -5.51),
    (356, 3): (-10.2, -8.6),
    (461, 8): (-12.9, -11.2),
}


@pytest.mark.parametrize("changed", sorted(MEASURED))
def test_tango_intervals_of_degraded_candidates(changed: tuple[int, int]) -> None:
    """Lost and gained of 3,772 spans, in points; as measured on real degraded models."""
    lower, upper = tango_bounds(*changed, 3772)
    wanted = MEASURED[changed]
    last_digit = 0.01 if abs(wanted[0]) < 8 else 0.1
    assert wanted == pytest.approx((100 * lower, 100 * upper), abs=0.6 * last_digit)


def test_what_a_point_rule_gets_wrong() -> None:
    """`drop > 0.2 pt -> fail`: it fails equals and passes what is half a point worse."""
    sizes, changed = (742, 2052, 10505), 0.02
    false = [_chance_of_drop_over(0.002, n, changed, drop=0.0) for n in sizes]
    missed = [1 - _chance_of_drop_over(0.002, n, changed, drop=0.005) for n in sizes]
    assert false == pytest.approx([0.35, 0.24, 0.07], abs=0.006)
    assert missed == pytest.approx([0.29, 0.18, 0.015], abs=0.007)


def _chance_of_drop_over(limit: float, pairs: int, changed: float, *, drop: float) -> float:
    """Exact: of k changed pairs, lost ~ Binomial(k, (changed + drop) / 2 changed)."""
    k = np.arange(pairs + 1)
    share = (changed + drop) / (2 * changed)
    # lost - gained = 2 lost - k > limit n
    at_most = np.floor((k + limit * pairs) / 2)
    return float((binom.pmf(k, pairs, changed) * binom.sf(at_most, k, share)).sum())


@pytest.mark.parametrize(
    ("pairs", "discordant", "seen"), [(3772, 0.005, 0.80), (742, 0.02, 0.79), (104, 0.005, 0.90)]
)
def test_the_smallest_visible_drop_is_seen(pairs: int, discordant: float, seen: float) -> None:
    """Simulated: how often the upper bound is below 0 when the drop is real."""
    drop = smallest_visible_drop(discordant, pairs)
    changed = max(discordant, drop)
    chance = np.random.Generator(np.random.PCG64(5))
    shares = [(changed + drop) / 2, (changed - drop) / 2, 1 - changed]
    draws = chance.multinomial(pairs, shares, size=1000).tolist()
    upper = [tango_bounds(lost, gained, pairs)[1] for lost, gained, _ in draws]
    assert sum(bound < 0 for bound in upper) / len(upper) >= seen


@pytest.mark.parametrize(
    ("truth", "documents", "each", "exact", "wald"),
    [(0.995, 60, 12, 0.973, 0.885), (0.999, 60, 12, 1.000, 0.515)],
)
def test_coverage_of_independent_spans(
    truth: float, documents: int, each: int, exact: float, wald: float
) -> None:
    """Clopper-Pearson holds; Wald, and so a bootstrap of the level, does not near 1."""
    n = documents * each
    covered = range(n + 1)
    holds = [clopper_pearson_lower(k, n) <= truth for k in covered]
    share = [k / n for k in covered]
    holds_wald = [p - 1.645 * (p * (1 - p) / n) ** 0.5 <= truth for p in share]
    chance = binom.pmf(np.arange(n + 1), n, truth)
    assert exact == pytest.approx(float(chance[holds].sum()), abs=0.002)
    assert wald == pytest.approx(float(chance[holds_wald].sum()), abs=0.012)
    assert float(bdtr(0, n, 1 - truth)) == pytest.approx(float(chance[-1]))


@pytest.mark.parametrize(
    ("truth", "documents", "each", "rho", "holds"),
    [
        (0.995, 60, 12, 0.05, (0.937, 0.937)),
        (0.995, 150, 25, 0.02, (0.928, 0.943)),
        (0.980, 60, 12, 0.05, (0.912, 0.945)),
    ],
)
def test_coverage_of_spans_that_go_together(
    truth: float, documents: int, each: int, rho: float, holds: tuple[float, float]
) -> None:
    """Spans of one document are alike: the design effect gives back what that takes away."""
    chance = np.random.Generator(np.random.PCG64(17))
    size = (3000, documents)
    a, b = truth * (1 - rho) / rho, (1 - truth) * (1 - rho) / rho
    runs = chance.binomial(each, chance.beta(a, b, size=size)).tolist()
    n = documents * each
    alone = [clopper_pearson_lower(sum(run), n) <= truth for run in runs]
    held = [_proven(run, [each] * documents) <= truth for run in runs]
    assert holds[0] == pytest.approx(sum(alone) / len(runs), abs=0.015)
    assert holds[1] - 0.015 <= sum(held) / len(runs)


def _proven(covered: list[int], spans: list[int]) -> float:
    counts = counting.counts_of(support=sum(spans), covered=sum(covered), families=len(spans))
    effect = {"design_effect": design_effect(covered, spans)}
    bound = proven_lower(type(counts).model_validate({**counts.model_dump(), **effect}))
    assert bound is not None
    return bound
