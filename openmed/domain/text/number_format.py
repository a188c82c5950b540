"""How numbers are written for people: in messages of gates, on pages and in terminals.

Shares of what is good are rounded down and shares of what is bad are rounded up, so nothing
shows 100.00 % while something is missed, nor 0.00 % while something leaks.
"""

import math

NO_DATA = "no data"
_KIB = 1024


def share_down(part: float, whole: float) -> str:
    """A share of something good, in percent, rounded down; `no data` without a whole."""
    if not whole:
        return NO_DATA
    return f"{math.floor(part * 10_000 / whole) / 100:.2f} %"


def share_up(part: float, whole: float) -> str:
    """A share of something bad, in percent, rounded up; `no data` without a whole."""
    if not whole:
        return NO_DATA
    return f"{math.ceil(part * 10_000 / whole) / 100:.2f} %"


def share_of_one(value: float | None) -> str:
    """A share of something good, given as a number from 0 to 1, rounded down."""
    return NO_DATA if value is None else f"{math.floor(_hundredths(value)) / 100:.2f} %"


def bad_share(value: float | None) -> str:
    """A share of something bad, given as a number from 0 to 1, rounded up."""
    return NO_DATA if value is None else f"{math.ceil(_hundredths(value)) / 100:.2f} %"


def _hundredths(value: float) -> float:
    """Of a percent; without the last bits, by which 0.07 times 10,000 is above 700."""
    return round(value * 10_000, 4)


def exact_share(value: float) -> str:
    """A share as a policy sets it, in percent, not rounded: `92 %`, `0.05 %`."""
    return f"{value * 100:.6f}".rstrip("0").rstrip(".") + " %"


def share_change(value: float) -> str:
    """A difference of two shares in percentage points, with its sign and unit."""
    return f"{value * 100:+.2f} pp"


def points(delta: float | None) -> str:
    """A difference of two shares in percentage points, with its sign."""
    return "-" if delta is None else f"{delta * 100:+.2f}"


def count(value: int) -> str:
    """A count, its digits in groups of three."""
    return f"{value:,}"


def number(value: float | None) -> str:
    """A measured number: counts without decimals, shares with four."""
    if value is None:
        return NO_DATA
    return str(int(value)) if value == int(value) and value > 1 else f"{value:.4f}"


def short_digest(value: str | None) -> str:
    """The first 16 digits of a digest: enough to compare by eye."""
    return (value or "")[:16]


def size(value: int) -> str:
    """Bytes for people."""
    if value < _KIB:
        return f"{value} B"
    if value < _KIB**2:
        return f"{value / _KIB:.1f} KiB"
    return f"{value / _KIB**2:.1f} MiB"
