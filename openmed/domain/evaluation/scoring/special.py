"""Special functions of scipy, loaded when the first is called: most commands need none.

Loading scipy.special takes as long as everything else that `openmed release run` loads.
"""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def beta_cdf(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function."""
    from scipy.special import betainc  # noqa: PLC0415 - heavy

    return float(betainc(a, b, x))


def beta_cdf_array(a: Numbers, b: Numbers, x: Numbers) -> Numbers:
    """The same for many numbers at once."""
    from scipy.special import betainc  # noqa: PLC0415 - heavy

    found: Numbers = betainc(a, b, x)
    return found


def beta_quantile(a: float, b: float, p: float) -> float:
    """Its inverse in x."""
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy

    return float(betaincinv(a, b, p))


def binomial_cdf(k: int, n: int, p: float) -> float:
    """Chance of at most k successes in n trials."""
    from scipy.special import bdtr  # noqa: PLC0415 - heavy

    return float(bdtr(k, n, p))


def normal_quantile(p: float) -> float:
    """The inverse of the standard normal distribution."""
    from scipy.special import ndtri  # noqa: PLC0415 - heavy

    return float(ndtri(p))
