"""Shards: a fleet divided among machines, each slot to exactly one of them."""

import re

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.errors import UsageError

MOST_SHARDS = 256
"""Jobs a matrix of GitHub Actions may hold."""
_PATTERN = re.compile(r"([1-9][0-9]{0,2})(?:/|-of-)([1-9][0-9]{0,2})")


class Shard(Frozen):
    """One of several parts of the fleet.

    A slot's part follows from its name alone, so each machine knows it without asking.

    Attributes:
        number: which part, from 1.
        count: how many parts there are.
    """

    number: int
    count: int

    @property
    def name(self) -> str:
        """`number/count`."""
        return f"{self.number}/{self.count}"

    @property
    def slug(self) -> str:
        """The same as the name of a folder: `number-of-count`."""
        return f"{self.number}-of-{self.count}"

    def holds(self, slot: str) -> bool:
        """Whether a slot belongs to this part."""
        return int(sha256_hex(slot.encode()), 16) % self.count == self.number - 1


WHOLE = Shard(number=1, count=1)
"""The fleet undivided."""


def parse_shard(text: str) -> Shard:
    """Read `K/N` or `K-of-N`.

    Raises:
        UsageError: not two numbers with 1 ≤ K ≤ N ≤ 256.
    """
    match = _PATTERN.fullmatch(text)
    number, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= count <= MOST_SHARDS:
        msg = f"{text[:40]!r} is not a shard; expected K/N with 1 ≤ K ≤ N ≤ {MOST_SHARDS}"
        raise UsageError(msg)
    return Shard(number=number, count=count)


def shards_of(candidates: tuple[Candidate, ...], *, count: int) -> tuple[Shard, ...]:
    """The parts, of at most `count`, that have something to do."""
    parts = (Shard(number=number, count=count) for number in range(1, count + 1))
    return tuple(part for part in parts if any(part.holds(row.slot) for row in candidates))
