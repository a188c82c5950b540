"""Where in a text a pattern may begin: each kind of place is looked for once, for all rules.

A pattern tried at every character costs a hundred times what it costs where it can begin. What is
named here may be more places than a pattern matches at, and must never be fewer: a law in
`tests/property/test_rule_places.py` compares with a search of the whole text.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias

_RUN: Final = re.compile(r"\d\d*")
_ODD: Final = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})
"""Letters that a pattern without case takes for an ASCII letter, and `lower` does not."""


class Landmarks:
    """Places of one text."""

    def __init__(self, text: str) -> None:
        """Remember the text; nothing is looked for yet."""
        self.text = text

    @cached_property
    def runs(self) -> Mapping[int, Sequence[int]]:
        """Where digits begin that have no digit beside them, by how many they are."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for match in _RUN.finditer(self.text):
            start, end = match.span()
            found[end - start].append(start)
        return found

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where digits begin, in order."""
        return sorted(start for starts in self.runs.values() for start in starts)

    @cached_property
    def lowered(self) -> str:
        """The text without capitals, character by character."""
        text = self.text
        if not text.isascii() and any(odd in text for odd in map(chr, _ODD)):
            text = text.translate(_ODD)
        return text.lower()

    def places(self, word: str) -> Iterator[int]:
        """Where a word of small ASCII letters stands, whatever its case; inside of others too."""
        lowered = self.lowered
        at = lowered.find(word)
        while at >= 0:
            yield at
            at = lowered.find(word, at + 1)


Places: TypeAlias = Callable[[Landmarks], Iterable[int]]
"""Every place a pattern may begin at, and others; in any order."""


def at_words(*words: str) -> Places:
    """Where one of some words stands, in small letters."""

    def places(marks: Landmarks) -> list[int]:
        here = [word for word in words if word in marks.lowered]
        return [at for word in here for at in marks.places(word)]

    return places


def at_runs(*sizes: int, after: str = "", back: Iterable[int] = (0,)) -> Places:
    """Where digits begin.

    Args:
        sizes: how many there are.
        after: what may stand behind them; anything if empty.
        back: how many characters before the first digit the pattern may begin.
    """
    steps = tuple(back)

    def places(marks: Landmarks) -> Iterator[int]:
        text, runs = marks.text, marks.runs
        for size in sizes:
            starts = runs.get(size, ())
            if after:
                starts = [at for at in starts if text[at + size : at + size + 1] in after]
            for step in steps:
                yield from (at - step for at in starts) if step else starts

    return places


def at_matches(pattern: str, *, back: Iterable[int] = (0,), flags: int = 0) -> Places:
    """Where another pattern matches, which is quick to find; `back` as for `at_runs`."""
    compiled, steps = re.compile(pattern, flags), tuple(back)
    return lambda marks: [
        match.start() - step for match in compiled.finditer(marks.text) for step in steps
    ]


def at_any(*kinds: Places) -> Places:
    """Where one of several says."""
    return lambda marks: [at for places in kinds for at in places(marks)]
