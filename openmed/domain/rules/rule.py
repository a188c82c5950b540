"""What a pattern rule is.

A rule's id carries a version and is part of an artifact's identity: a rule that should find
something else is a new rule with a new id.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from openmed.domain.rules.landmarks import Places


def whole(value: str) -> int:
    """Accept everything that matched."""
    return len(value)


def digits_of(value: str) -> str:
    """The digits of a value, in order."""
    return "".join(character for character in value if character.isdecimal())


@dataclass(frozen=True)
class Rule:
    """One pattern.

    Attributes:
        id: name with version, e.g. `ssn-1`.
        label: canonical label of what it finds.
        pattern: its group `value` is what is redacted; context stands outside of it.
        places: where the pattern may begin.
        accept: how many characters of the value count, from its start; 0 = none.
        finds: what it finds, for people.
        checks: what it checks beyond the form, for people.
    """

    id: str
    label: str
    pattern: re.Pattern[str]
    places: Places
    accept: Callable[[str], int]
    finds: str
    checks: str


def rule(  # noqa: PLR0913 - a table row
    name: str,
    label: str,
    pattern: str,
    *,
    places: Places,
    finds: str,
    checks: str = "form",
    accept: Callable[[str], int] = whole,
    flags: re.RegexFlag = re.NOFLAG,
) -> Rule:
    """Make a rule; patterns are written with blanks and comments that do not count."""
    compiled = re.compile(pattern, re.VERBOSE | flags)
    return Rule(name, label, compiled, places, accept, finds, checks)


def when(is_right: Callable[[str], bool]) -> Callable[[str], int]:
    """Accept the whole value if it is right, else nothing."""
    return lambda value: len(value) if is_right(value) else 0


def with_digits(least: int, most: int) -> Callable[[str], int]:
    """Accept a value with so many digits."""
    return when(lambda value: least <= len(digits_of(value)) <= most)


def longest(is_right: Callable[[str], bool]) -> Callable[[str], int]:
    """Accept as many whole blocks of letters and digits as are right together.

    A pattern that allows blanks inside a number also takes the word or number behind it.
    """

    def accept(value: str) -> int:
        ends = [block.end() for block in re.finditer(r"[^\W_]+", value)]
        return next((end for end in reversed(ends) if is_right(value[:end])), 0)

    return accept
