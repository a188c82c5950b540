"""Where the words of a text begin and end, by Unicode (UAX #29), whatever tokenizer reads it.

The rules of `regex`, with one addition: punctuation is never part of a word but an apostrophe
between letters, as in `O'Brien`. UAX #29 keeps `Lee.DOB`, `1980,77` and `Ana_Lee` together; in
notes these are two things, often of two labels. Scripts that set no blanks (Chinese, Japanese,
Thai, Lao, Khmer, Burmese) have a border at every character with its marks: no dictionary says
where their words are, and none is needed to mask what was found.
"""

import regex

# White space too: a narrow no-break space joins by UAX #29.
_APART = r"[[\p{P}\s]--['\u2019]]"
_BORDER = regex.compile(rf"\b|(?={_APART})|(?<={_APART})(?![\p{{M}}\u200D])", regex.V1 | regex.WORD)


def word_borders(text: str) -> frozenset[int]:
    """Offsets where a word, a blank or a sign begins or ends; both ends of the text are some."""
    return frozenset(match.start() for match in _BORDER.finditer(text)) | {0, len(text)}
