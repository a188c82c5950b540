"""How far recall on one suite lies from recall on another: two samples of different documents.

Each recall has its exact bounds at the number of spans it is worth (`statistics.proven_lower`);
those of the difference come from both by the square-and-add rule: Newcombe, Statistics in Medicine
17 (1998) 873-890, method 10, with these bounds for Wilson's; Zou & Donner, Statistics in Medicine
27 (2008) 1693-1702, for a weighted sum. Tried on our own models: `docs/concepts/evaluation.md`.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from openmed.domain.evaluation.report import Counts
from openmed.domain.evaluation.scoring.statistics import (
    ALPHA,
    DIGITS,
    clopper_pearson_lower,
    clopper_pearson_upper,
)


class Difference(NamedTuple):
    """A difference of two recalls, each end with 95 % confidence.

    Attributes:
        observed: the second minus the first.
        lower: its lower bound.
        upper: its upper bound.
    """

    observed: float
    lower: float
    upper: float


class _Estimate(NamedTuple):
    observed: float
    lower: float
    upper: float


def difference_of(first: Counts, second: Counts, *, alpha: float = ALPHA) -> Difference:
    """The second recall minus the first; both have gold."""
    one, two = _estimate(first, alpha), _estimate(second, alpha)
    observed = two.observed - one.observed
    below = math.hypot(two.observed - two.lower, one.upper - one.observed)
    above = math.hypot(two.upper - two.observed, one.observed - one.lower)
    return _rounded(observed, below, above)


def mean_difference(rows: Sequence[tuple[Difference, int]]) -> Difference:
    """The mean of differences of several labels, weighted, so that two mixes of labels compare.

    Args:
        rows: differences, each with its weight; at least one weight is above 0.
    """
    total = sum(weight for _, weight in rows)
    shares = [(row, weight / total) for row, weight in rows]
    observed = sum(row.observed * share for row, share in shares)
    below = math.hypot(*((row.observed - row.lower) * share for row, share in shares))
    above = math.hypot(*((row.upper - row.observed) * share for row, share in shares))
    return _rounded(observed, below, above)


def _estimate(counts: Counts, alpha: float) -> _Estimate:
    recall = counts.covered / counts.support
    effect = counts.design_effect
    worth = counts.families if effect is None else counts.support / max(1.0, effect)
    return _Estimate(
        recall,
        clopper_pearson_lower(recall * worth, worth, alpha=alpha),
        clopper_pearson_upper(recall * worth, worth, alpha=alpha),
    )


def _rounded(observed: float, below: float, above: float) -> Difference:
    return Difference(
        round(observed, DIGITS), round(observed - below, DIGITS), round(observed + above, DIGITS)
    )
