"""Check characters of national numbers, by name, and by weights that a language's data states.

A named check is a function of what a pattern has drawn: its letters and digits, in order. Not
here: checks that the engine looks for in texts (`domain/text/check_digits`).
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from openmed.domain.text.check_digits import luhn_digit

AGAIN: Final = "-"
"""Stands for a remainder that no number has: another number is drawn."""

_TAX_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3,
         6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_IDENTITY_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"


class Check(NamedTuple):
    """One check.

    Attributes:
        width: how many characters it gives.
        of: the characters for a body, or `AGAIN`.
    """

    width: int
    of: Callable[[str], str]


def _tax_code(body: str) -> str:
    """The letter of an Italian tax code."""
    total = sum(_TAX_ODD[c] if at % 2 == 0 else _even(c) for at, c in enumerate(body))
    return chr(ord("A") + total % 26)


def _even(character: str) -> int:
    return int(character) if character.isdecimal() else ord(character) - ord("A")


NAMED: Final[dict[str, Check]] = {
    "luhn": Check(1, luhn_digit),
    "it-tax-code": Check(1, _tax_code),
    "es-identity-card": Check(1, lambda body: _IDENTITY_LETTERS[int(body) % 23]),
    "es-social-security": Check(2, lambda body: f"{int(body) % 97:02d}"),
    "fr-social-security": Check(2, lambda body: f"{97 - int(body) % 97:02d}"),
}
"""Checks a language may name."""


def weighted(weights: tuple[int, ...], modulo: int, symbols: str) -> Check:
    """Make a check of a weighted sum: `symbols` has one character for each remainder."""

    def of(body: str) -> str:
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return symbols[total % modulo]

    return Check(1, of)
