"""Whether recall fell: a sequential test over the nights of one live release.

Each night has documents of its own, so a share of misses is a sample. The last nights are compared
with everything before them, the release's own measurement first: a binomial test of two rates
given their sum (Przyborowski & Wilenski, Biometrika 31 (1940) 313-323), on counts divided by their
design effect (Rao & Scott, Biometrics 48 (1992) 577-585). Windows of stated lengths are looked at
each night, as in a window-limited test for a change (Lai, Journal of the Royal Statistical
Society B 57 (1995) 613-658). The error is shared out (Bonferroni) among nights, windows and slots:
in `NIGHTS` nights a fleet of which nothing changed gets a false alarm with a chance of at most
`ALPHA`, as far as the counts are as the design effect says. The shortest window has two nights:
one night alone decides nothing, so nobody has to count strikes afterwards.
"""

from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from openmed.domain.evaluation.report import BenchmarkReport, Count
from openmed.domain.evaluation.scoring.special import beta_cdf_array
from openmed.domain.frozen import Frozen

WINDOWS: Final = (2, 3, 5, 8, 13)
"""Nights that are compared with those before them."""
MOST_NIGHTS: Final = WINDOWS[-1]
"""Nights that are kept one by one."""
NIGHTS: Final = 50
"""Nights over which the error is shared out."""
ALPHA: Final = 0.05
"""Chance of a false alarm in a whole fleet in so many nights."""

Numbers = npt.NDArray[np.float64]


class Misses(Frozen):
    """Gold spans of declared labels on documents of one night, or of several.

    Attributes:
        spans: gold spans.
        missed: of these, not covered.
        effect: how much less they tell than independent ones would; None = cannot be estimated.
    """

    spans: Count
    missed: Count
    effect: Annotated[float, Field(ge=0)] | None = None


class NightDrift(NamedTuple):
    """What the test came to.

    Attributes:
        chance: least chance, over all windows, of so many misses where nothing changed.
        window: nights of that window; 0 = there are too few nights to compare.
        before: misses before it.
        after: misses in it.
    """

    chance: float
    window: int
    before: Misses
    after: Misses

    def is_found(self, *, slots: int) -> bool:
        """Whether recall fell, in a fleet of so many slots."""
        return self.window > 0 and self.chance <= limit_of(slots)


def limit_of(slots: int) -> float:
    """The chance below which a window of one slot is an alarm."""
    return ALPHA / (NIGHTS * len(WINDOWS) * max(1, slots))


def misses_of(report: BenchmarkReport) -> Misses:
    """What a report says of the declared gold: the largest design effect of its languages."""
    counts = [row.counts for row in report.declared_languages]
    effects = [row.design_effect for row in counts if row.design_effect is not None]
    return Misses(
        spans=sum(row.support for row in counts),
        missed=sum(row.support - row.covered for row in counts),
        effect=max(effects, default=None),
    )


def sum_of_misses(rows: Sequence[Misses]) -> Misses:
    """Several nights together; the design effect is the mean of theirs, by number of misses."""
    known = [(row.missed, row.effect) for row in rows if row.effect is not None and row.missed]
    weight = sum(missed for missed, _ in known)
    effect = sum(missed * effect for missed, effect in known) / weight if weight else None
    return Misses(
        spans=sum(row.spans for row in rows),
        missed=sum(row.missed for row in rows),
        effect=None if effect is None else round(effect, 4),
    )


def drift_of(before: Misses, nights: Sequence[Misses]) -> NightDrift:
    """Compare the last nights with everything before them.

    Args:
        before: the release's own measurement and the nights that are not kept one by one.
        nights: the nights after these, oldest first.
    """
    rows = (before, *nights)
    found = []
    for window in (one for one in WINDOWS if len(rows) > one):
        earlier, later = sum_of_misses(rows[:-window]), sum_of_misses(rows[-window:])
        if earlier.spans and later.spans:
            found.append(NightDrift(_chance(earlier, later), window, earlier, later))
    nothing = NightDrift(1.0, 0, before, Misses(spans=0, missed=0))
    return min(found, key=lambda one: one.chance, default=nothing)


def _chance(before: Misses, after: Misses) -> float:
    effect = max(1.0, sum_of_misses((before, after)).effect or 1.0)
    numbers = (before.spans, before.missed, after.spans, after.missed, effect)
    return float(chances(*(np.asarray([number], dtype=np.float64) for number in numbers))[0])


def chances(
    before_spans: Numbers,
    before_missed: Numbers,
    after_spans: Numbers,
    after_missed: Numbers,
    effect: Numbers,
) -> Numbers:
    """Chance of at least so many misses after, given all misses, where the rate is the same.

    Args:
        before_spans: gold spans before; above 0.
        before_missed: missed before.
        after_spans: gold spans after; above 0.
        after_missed: missed after.
        effect: design effect, at least 1.
    """
    share = after_spans / (before_spans + after_spans)
    has_fallen = after_missed * before_spans > before_missed * after_spans
    later = np.where(has_fallen, after_missed, 1.0) / effect
    earlier = before_missed / effect
    found: Numbers = np.where(has_fallen, beta_cdf_array(later, earlier + 1.0, share), 1.0)
    return found
