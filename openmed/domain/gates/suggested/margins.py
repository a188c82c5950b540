"""How far a suggested limit lies from what was measured, and how weak a suggestion may be at most.

A limit exactly at the measured value fails on another processor, whose last digits differ. So each
lies a stated margin away, and never beyond a bound at which the limit would mean nothing.
"""

import math
from typing import Final

SPANS: Final = 3
"""Fewest spans that may be lost without failing."""

SHARE: Final = 0.005
"""Of spans, where that is more: so many change sides between builds that are equally good."""

DOCUMENTS: Final = 1
"""Documents without gold that may have a false alarm more."""

POINTS: Final = 0.002
"""Of characters, added to a limit."""

GAP: Final = 0.02
"""Added to how far recall on another suite may lie below."""

SLOWER: Final = 10
"""Times what was measured: machines differ."""

LARGER: Final = 1.5
"""Times what was measured, of memory."""

LEAST: Final = 0.10
"""Lowest floor: of a label that is declared at least one span in ten is found."""

MOST_LEAKED: Final = 0.90
"""Highest limit of characters left in clear."""

MOST_REDACTED: Final = 0.25
"""Highest limit of characters outside gold that are redacted."""

MOST_GAP: Final = 0.50
"""Widest gap between two suites."""

MOST_LEAKS: Final = 10_000
"""Most leaks of critical labels."""

MOST_MS: Final = 60_000
"""Longest budget of one document."""

LEAST_SPANS: Final = 10
"""Fewest gold spans of what is declared; when all are found they prove a recall of 0.74."""

LEAST_FAMILIES: Final = 3
"""Fewest template families they come from."""

_DIGITS: Final = 10_000
_NOISE: Final = 1e-9


def margin_of(total: int) -> int:
    """Spans or predictions that may be lost of so many without failing."""
    return max(SPANS, math.ceil(SHARE * total - _NOISE))


def floor_of(hits: int, total: int) -> float | None:
    """A floor below what was measured, to 4 digits; None when that is below every floor.

    Args:
        hits: how many of `total` were right.
        total: at least 1.
    """
    if hits < LEAST * total:
        return None
    return max(LEAST, rounded_down((hits - margin_of(total)) / total))


def limit_of(share: float, *, most: float, margin: float = POINTS) -> float | None:
    """A limit above what was measured, to 4 digits; None when that is above every limit."""
    return None if share > most else min(most, rounded_up(share + margin))


def rounded_down(share: float) -> float:
    """A share to 4 digits, no more than it is."""
    return math.floor(share * _DIGITS + _NOISE) / _DIGITS


def rounded_up(share: float) -> float:
    """A share to 4 digits, no less than it is."""
    return math.ceil(share * _DIGITS - _NOISE) / _DIGITS


def rounded_up_to(value: float, step: int) -> int:
    """The next multiple of a step."""
    return math.ceil(value / step) * step
