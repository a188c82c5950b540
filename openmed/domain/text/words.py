"""Where the words of a text begin and end, by Unicode (UAX #29), whatever tokenizer reads it.

The rules of `regex`, with one addition: punctuation is never part of a word but an apostrophe
between letters, as in `O'Brien`. UAX #29 keeps `Lee.DOB`, `1980,77` and `Ana_Lee` together; in
notes these are two things, often of two labels. Scripts that set no blanks (Chinese, Japanese,
Thai, Lao, Khmer, Burmese) have a border at every character with its marks: no dictionary says
where their words are, and none is needed to mask what was found.
"""

import regex

_BORDER = regex.compile(r"\b", regex.V1 | regex.WORD)
# What UAX #29 lets stand inside a word, a narrow no-break space among it.
_JOINS = regex.compile(
    r"[[\p{WB=MidLetter}\p{WB=MidNum}\p{WB=MidNumLet}\p{WB=ExtendNumLet}]--['\u2019]]", regex.V1
)
_EXTENDS = regex.compile(r"[\p{M}\u200D]", regex.V1)


def word_borders(text: str) -> bytes:
    """1 at each offset where a word, a blank or a sign begins or ends, both ends of the text too.

    As bytes, one more than characters: a slice of it is searched faster than anything else.
    """
    borders = bytearray(len(text) + 1)
    borders[0] = borders[-1] = 1
    for match in _BORDER.finditer(text):
        borders[match.start()] = 1
    for match in _JOINS.finditer(text):
        start, end = match.span()
        borders[start] = 1
        # A mark stays with what it stands on.
        borders[end] |= not _EXTENDS.match(text, end)
    return bytes(borders)
