"""Words that fill a document up to a place near the edge of a model's window.

Models cut long notes into windows of 64 to 512 tokens. A value that lies across the cut is
lost when the runner stitches badly, so some documents put one there. Tokens are counted as runs
of letters or digits and single marks; the filler of a language is of short common
words that most vocabularies hold whole, so other ways to count come out near.
"""

import re
from typing import Final

from openmed.corpus.draws import Draws
from openmed.errors import UsageError

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_SPREAD: Final = 3
_FARTHEST: Final = 10_000


def count_tokens(text: str) -> int:
    """Count runs of letters or digits, and single marks."""
    return len(_TOKEN.findall(text))


def filler(text: str, *, upto: int, draws: Draws, sentences: tuple[str, ...]) -> str:
    """Give words to append so that what follows begins within three tokens of `upto`.

    Raises:
        UsageError: the text is already longer than that, or the language has no filler.
    """
    if not sentences or upto > _FARTHEST:
        raise UsageError(f"wanted an edge up to {_FARTHEST}, in a language that has a [filler]")
    wanted = upto + draws.integer(-_SPREAD, _SPREAD) - count_tokens(text)
    if wanted < 0:
        raise UsageError(f"the text before edge {upto} already holds more tokens than that")
    words: list[str] = []
    for sentence in draws.sample(sentences, len(sentences)) * (1 + wanted // 100):
        words += sentence.split()
    return "".join(f"{word} " for word in words[:wanted])
