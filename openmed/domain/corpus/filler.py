"""Words that fill a document up to a place near the edge of a model's window.

Models cut long notes into windows of 64 to 512 tokens. A value that lies across the cut is
lost when the runner stitches badly, so some documents put one there. Tokens are counted as runs
of letters or digits and single marks; the filler is of short common words that most
vocabularies hold whole, so other ways to count come out near.
"""

import re
from typing import Final

from openmed.domain.corpus.draws import Draws

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_SENTENCES: Final = tuple(
    sentence.strip()
    for sentence in """
        the night was calm and there was no new pain to report
        food and drink were taken well at noon and in the late hours
        skin is warm and dry with good color and no open area seen
        the line is in place and the site is clean and soft
        no change to the plan at this time and we will look again soon
        the bed is low with the rail up and the call light near the hand
        rest and sleep were fair with two short walks in the hall
        lungs are clear on both sides and the heart has a firm even beat
        there is no sign of harm and the mood is good for the day
        we went over the list of things to do at home one more time
        the left leg is still a bit weak but it can hold the full weight
        water was kept at hand and the room was kept cool and dark
    """.strip().splitlines()
)
_SPREAD: Final = 3


def count_tokens(text: str) -> int:
    """Count runs of letters or digits, and single marks."""
    return len(_TOKEN.findall(text))


def filler(text: str, *, upto: int, draws: Draws) -> str:
    """Give words to append so that what follows begins within three tokens of `upto`.

    Raises:
        ValueError: the text is already longer than that.
    """
    wanted = upto + draws.integer(-_SPREAD, _SPREAD) - count_tokens(text)
    if wanted < 0:
        msg = f"the text already holds more than {upto} tokens"
        raise ValueError(msg)
    words: list[str] = []
    for sentence in draws.sample(_SENTENCES, len(_SENTENCES)) * (1 + wanted // 100):
        words += sentence.split()
    return "".join(f"{word} " for word in words[:wanted])
