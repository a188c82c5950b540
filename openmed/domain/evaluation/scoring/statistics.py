"""What counts prove: bounds of one proportion and of a paired difference, and their power.

Sources: Clopper & Pearson, Biometrika 26 (1934) 404-413, in its beta form; Kish, Survey
Sampling (1965), for the design effect of a ratio; the bound for zero events is the exact
form of the "rule of three"; Tango, Statistics in Medicine 17 (1998) 891-908, for the score
interval of a paired difference; McNemar, Psychometrika 12 (1947) 153-157, in its exact
binomial form; Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, for
the percentile interval. `docs/concepts/evaluation.md` says what each is used for.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from openmed.domain.digest import digest_of
from openmed.domain.evaluation.scoring.special import (
    beta_cdf,
    beta_quantile,
    binomial_cdf,
    normal_quantile,
)

ALPHA = 0.05
"""One-sided: the bounds hold with 95 % confidence."""

LIKELY = 0.998
"""How often an equal model must keep one label's margin, so that one with thirty labels keeps
all of them in nine runs of ten, also when documents change as a whole."""

POWER = 0.80
"""Share of true drops of a stated size that a comparison must see."""

RESAMPLES = 2000
"""Of a bootstrap: enough for the ends of a 90 % interval that is read, not decided by."""

DIGITS = 6
_HALVINGS = 60
_ROWS = 250
"""Resamples drawn at once, so that memory does not grow with their number."""


def clopper_pearson_lower(successes: float, trials: float, *, alpha: float = ALPHA) -> float:
    """Exact lower bound of a proportion.

    Args:
        successes: how often it happened; may be fractional after a design effect.
        trials: how often it could have.
        alpha: share of errors allowed on this one side.
    """
    if successes <= 0:
        return 0.0
    return beta_quantile(successes, trials - successes + 1, alpha)


def clopper_pearson_upper(successes: float, trials: float, *, alpha: float = ALPHA) -> float:
    """Exact upper bound of a proportion; arguments as in `clopper_pearson_lower`."""
    if successes >= trials:
        return 1.0
    return beta_quantile(successes + 1, trials - successes, 1 - alpha)


def zero_leak_upper(documents: int, *, alpha: float = ALPHA) -> float:
    """Most that may leak when none of `documents` did: 1 - alpha^(1/n)."""
    return round(1 - float(alpha ** (1 / documents)), DIGITS)


class Sampled(Protocol):
    """Gold spans, and how many of them were covered."""

    @property
    def support(self) -> int:
        """Gold spans."""

    @property
    def families(self) -> int:
        """Template families they come from."""

    @property
    def covered(self) -> int:
        """Spans that are covered."""

    @property
    def design_effect(self) -> float | None:
        """How much less the spans tell than independent ones would; None = cannot be estimated."""


def proven_lower(counts: Sampled) -> float | None:
    """Lower bound of coverage recall, with spans of one family counted for what they tell.

    The spans are worth `support / design effect` independent ones. When the effect cannot
    be estimated (everything or nothing covered) they are worth one per family, as if each
    family were right or wrong as a whole. None without gold.
    """
    if counts.support == 0:
        return None
    effect = counts.design_effect
    worth = counts.families if effect is None else counts.support / max(1.0, effect)
    recall = counts.covered / counts.support
    return round(clopper_pearson_lower(recall * worth, worth), DIGITS)


def trials_needed(floor: float, misses: int, *, alpha: float = ALPHA) -> int:
    """Fewest trials that prove `floor` when `misses` of them fail."""
    low, high = misses, max(1, misses)
    while clopper_pearson_lower(high - misses, high, alpha=alpha) < floor:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if clopper_pearson_lower(middle - misses, middle, alpha=alpha) >= floor:
            high = middle
        else:
            low = middle
    return high


def most_misses(floor: float, trials: int, *, alpha: float = ALPHA) -> int | None:
    """Most misses of `trials` that still prove `floor`; None when not even zero do."""
    if clopper_pearson_lower(trials, trials, alpha=alpha) < floor:
        return None
    low, high = 0, trials
    while high - low > 1:
        middle = (low + high) // 2
        if clopper_pearson_lower(trials - middle, trials, alpha=alpha) >= floor:
            low = middle
        else:
            high = middle
    return low


def chance_to_prove(floor: float, *, truth: float, trials: int, alpha: float = ALPHA) -> float:
    """How often `trials` prove `floor` when the true value is `truth`."""
    misses = most_misses(floor, trials, alpha=alpha)
    return 0.0 if misses is None else round(binomial_cdf(misses, trials, 1 - truth), DIGITS)


def trials_for_chance(
    floor: float, *, truth: float, chance: float = POWER, alpha: float = ALPHA
) -> int:
    """Fewest trials that prove `floor` this often when the true value is `truth`.

    Args:
        floor: value to be proven; below `truth`.
        truth: true value.
        chance: how often it must be proven.
        alpha: share of errors allowed.
    """
    misses = 0
    while True:
        trials = trials_needed(floor, misses, alpha=alpha)
        if binomial_cdf(misses, trials, 1 - truth) >= chance:
            return trials
        misses += 1


def design_effect(successes: Sequence[int], trials: Sequence[int]) -> float | None:
    """Variance of a ratio over clusters, relative to independent trials.

    With y successes of m trials in each of k clusters and r = sum(y) / sum(m):
    k / (k - 1) * sum((y - r m)^2) / sum(m)^2, over r (1 - r) / sum(m).

    Returns:
        4 digits; None when r is 0 or 1, or there are fewer than two clusters.
    """
    total, clusters = sum(trials), len(trials)
    ratio = sum(successes) / total if total else 0.0
    if clusters < 2 or ratio in {0.0, 1.0}:  # noqa: PLR2004 - variance needs two
        return None
    squares = sum((y - ratio * m) ** 2 for y, m in zip(successes, trials, strict=True))
    clustered = clusters / (clusters - 1) * squares / total**2
    return round(clustered / (ratio * (1 - ratio) / total), 4)


def tango_bounds(
    lost: float, gained: float, pairs: int, *, alpha: float = ALPHA
) -> tuple[float, float]:
    """Score interval of a paired difference (gained - lost) / pairs; each side at `alpha`.

    Args:
        lost: pairs the first had right and the second has not; may be an expected number.
        gained: pairs the second has right and the first had not; the same.
        pairs: all pairs, at least 1.
        alpha: share of errors allowed on each side.
    """
    z = normal_quantile(1 - alpha)
    observed = (gained - lost) / pairs
    lower = _root(lambda d: _tango_z(lost, gained, pairs, d) - z, -1.0, observed)
    upper = _root(lambda d: _tango_z(lost, gained, pairs, d) + z, observed, 1.0)
    return round(lower, DIGITS), round(upper, DIGITS)


def exact_paired_p(lost: int, gained: int) -> float:
    """Chance that at least so many of the changed pairs are lost when losing is no likelier.

    McNemar's test in its exact, one-sided form: P(X >= lost), X binomial(lost + gained, 1/2),
    in its beta form.

    Args:
        lost: pairs the first had right and the second has not.
        gained: the other way round.
    """
    return beta_cdf(lost, gained + 1, 0.5) if lost else 1.0


def holm(chances: Mapping[str, float], *, alpha: float = ALPHA) -> frozenset[str]:
    """Which of several findings stand when together they may be wrong this often.

    Holm, Scandinavian Journal of Statistics 6 (1979) 65-70: the k-th smallest of n chances
    against alpha / (n - k + 1), until one is larger.

    Args:
        chances: by name, how often it would be found where there is nothing.
        alpha: how often any of them may be found where there is nothing.
    """
    ranked = sorted((chance, name) for name, chance in chances.items())
    found: set[str] = set()
    for place, (chance, name) in enumerate(ranked):
        if chance > alpha / (len(ranked) - place):
            break
        found.add(name)
    return frozenset(found)


def provable_margin(discordant: float, pairs: int) -> float:
    """Narrowest margin that a model which is no worse is likely (`LIKELY`) proven to keep.

    Tango's lower bound at the largest net loss that is likely by chance alone, when this share
    of pairs changes sides. It depends on the gold only, never on what was found.

    Args:
        discordant: share of pairs that change sides between models equally good.
        pairs: how many pairs, at least 1.
    """
    changed = discordant * pairs
    net = normal_quantile(LIKELY) * math.sqrt(changed) + 0.5
    changed = max(changed, net)
    lower, _ = tango_bounds((changed + net) / 2, (changed - net) / 2, pairs)
    return min(1.0, -lower)


def pairs_needed(discordant: float, *, margin: float, alpha: float = ALPHA) -> int:
    """Pairs that show a drop below `margin`, with 80 % chance, when there is none.

    Args:
        discordant: share of pairs that changed sides.
        margin: largest drop that is allowed.
        alpha: share of errors allowed.
    """
    return math.ceil(_power_factor(alpha) * discordant / margin**2)


def smallest_visible_drop(discordant: float, pairs: int, *, alpha: float = ALPHA) -> float:
    """Smallest true drop this many pairs would have seen with 80 % chance.

    A drop needs at least as many pairs that changed sides as it is large; where `discordant`
    is less than that, the drop itself is the share of them.
    """
    factor = _power_factor(alpha)
    drop = max(math.sqrt(factor * discordant / pairs), factor / pairs)
    return round(min(1.0, drop), DIGITS)


def pairs_to_see(discordant: float, *, drop: float, alpha: float = ALPHA) -> int:
    """Fewest pairs that would see a true drop of this size with 80 % chance."""
    return math.ceil(_power_factor(alpha) * max(discordant, drop) / drop**2)


def mcnemar(lost: int, gained: int) -> float:
    """Exact two-sided p of as many losses or gains if both were equally likely.

    It tests "different", not "not worse", so it is reported and decides nothing.
    """
    changed = lost + gained
    return round(min(1.0, 2 * binomial_cdf(min(lost, gained), changed, 0.5)), DIGITS)


def bootstrap_seed(suite: str, metric: str, *, candidate: str, baseline: str) -> int:
    """Seed of a comparison: the same for the same comparison on any machine, on any day."""
    return int(digest_of([suite, metric, candidate, baseline])[:16], 16)


def paired_bootstrap(
    differences: Sequence[int],
    spans: Sequence[int],
    *,
    seed: int,
    resamples: int = RESAMPLES,
    alpha: float = ALPHA,
) -> tuple[float, float]:
    """Percentile interval of a paired difference, documents drawn with replacement.

    Near recall 1 it is too narrow (nothing lost gives width 0), so it is reported beside
    Tango's interval and decides nothing. Only raw bits of PCG64 are used: that stream is
    fixed, while numpy may change how its other draws are made.

    Args:
        differences: gained - lost spans of each document.
        spans: gold spans of each document, at least 1.
        seed: see `bootstrap_seed`.
        resamples: how often the documents are drawn.
        alpha: share of resamples beyond each end.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and pages need the rest only

    change, size = np.array(differences), np.array(spans)
    bits = np.random.PCG64(seed)
    drawn: list[float] = []
    while len(drawn) < resamples:
        rows = min(_ROWS, resamples - len(drawn))
        raw = bits.random_raw(rows * len(size)).reshape(rows, len(size))
        chosen = ((raw >> np.uint64(32)) * np.uint64(len(size))) >> np.uint64(32)
        places = chosen.astype(np.int64)
        drawn += (change[places].sum(axis=1) / size[places].sum(axis=1)).tolist()
    lower, upper = np.quantile(drawn, [alpha, 1 - alpha], method="inverted_cdf")
    return round(float(lower), DIGITS), round(float(upper), DIGITS)


def _power_factor(alpha: float) -> float:
    return (normal_quantile(1 - alpha) + normal_quantile(POWER)) ** 2


def _tango_z(lost: float, gained: float, pairs: int, difference: float) -> float:
    """Tango's statistic for the hypothesis that the true difference is `difference`.

    The nuisance parameter, the chance of losing a pair, is its maximum under the hypothesis:
    the larger root of 2n q^2 + B q + C with B and C as below.
    """
    b = -(lost + gained) + (2 * pairs + lost - gained) * difference
    c = -lost * difference * (1 - difference)
    q = (math.sqrt(max(b * b - 8 * pairs * c, 0.0)) - b) / (4 * pairs)
    variance = pairs * (2 * q + difference * (1 - difference))
    gap = gained - lost - pairs * difference
    if variance <= 0:
        return math.copysign(math.inf, gap) if gap else 0.0
    return gap / math.sqrt(variance)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses zero, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
