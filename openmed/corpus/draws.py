"""The corpus's own source of draws: sha256 in counter mode, one stream per document.

The same seed, family and index give the same draws on every machine and with every Python,
and adding a family changes the documents of no other. Every draw is unbiased: a word that
would favour small results is thrown away. Not here: what is drawn (`identifiers`, `names`).
"""

from collections.abc import Iterator, Sequence
from string import ascii_uppercase
from typing import Final, TypeVar

from openmed.domain.digest import sha256_hex

T = TypeVar("T")

_WORD_HEX: Final = 8
_WORD_VALUES: Final = 16**_WORD_HEX
_DECIMAL: Final = "0123456789"


class Draws:
    """A stream of unbiased draws, fixed by (seed, family, index)."""

    def __init__(self, *, seed: str, family: str, index: int) -> None:
        """Start the stream of one document."""
        self._words = _words(sha256_hex(f"{seed}/{family}/{index}".encode()))

    def integer(self, low: int, high: int) -> int:
        """Draw from `low` to `high`, both included.

        Raises:
            ValueError: the range is empty, or wider than one word.
        """
        width = high - low + 1
        if not 1 <= width <= _WORD_VALUES:
            msg = f"cannot draw from {low} to {high}: want 1 to {_WORD_VALUES} values, got {width}"
            raise ValueError(msg)
        # Words at or above the last whole multiple of `width` would favour small results.
        fair = _WORD_VALUES - _WORD_VALUES % width
        word = next(word for word in self._words if word < fair)
        return low + word % width

    def one_in(self, count: int) -> bool:
        """Say yes once in `count` times."""
        return self.integer(1, count) == 1

    def choice(self, options: Sequence[T]) -> T:
        """Draw one of the options."""
        return options[self.integer(0, len(options) - 1)]

    def sample(self, options: Sequence[T], count: int) -> tuple[T, ...]:
        """Draw `count` options at different positions, in the order drawn.

        Raises:
            ValueError: there are fewer options than that.
        """
        if count > len(options):
            msg = f"cannot draw {count} different options out of {len(options)}"
            raise ValueError(msg)
        left = list(options)
        return tuple(left.pop(self.integer(0, len(left) - 1)) for _ in range(count))

    def digits(self, count: int) -> str:
        """Draw a string of decimal digits."""
        return self.characters(_DECIMAL, count)

    def letters(self, count: int) -> str:
        """Draw a string of upper-case ASCII letters."""
        return self.characters(ascii_uppercase, count)

    def characters(self, alphabet: str, count: int) -> str:
        """Draw a string over an alphabet."""
        return "".join(self.choice(alphabet) for _ in range(count))


def _words(key: str) -> Iterator[int]:
    counter = 0
    while True:
        block = sha256_hex(f"{key}/{counter}".encode())
        for start in range(0, len(block), _WORD_HEX):
            yield int(block[start : start + _WORD_HEX], 16)
        counter += 1
