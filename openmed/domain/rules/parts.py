"""Pieces of patterns that several rules share. Every quantifier here is bounded."""

from typing import Final

BLANKS: Final = r"\ \t\u00a0\u2007\u2009\u202f"
"""Inside a character class: blanks that stay on the line, thin and unbreakable ones too."""

DASHES: Final = r"\-\u2010-\u2013"
"""Inside a character class: what people and programs write for a hyphen."""

NEWLINE: Final = r"\r?\n"

CUE_END: Final = (
    r"(?:\s{0,2}(?:numbers?|nos?|nr|num|id|\#)(?![A-Za-z]))?"
    r"[\s.:\#=|()\[\]*_\"\-]{0,6}(?:(?:is|was)[\s:]{1,2})?"
)
"""Between a cue such as `MRN` and its number: `no.`, `(`, a colon, table and markdown marks."""

NUMBERED: Final = r"(?=\s{0,2}(?:numbers?|nos?|num|id|\#)(?![A-Za-z]))"
"""After a word that is a cue only if it says that a number follows."""

NO_UNIT: Final = (
    r"(?!\s{0,2}(?:%|(?i:mg|mcg|µg|ug|g|kg|ml|l|mmol|meq|mmhg|units?|iu|kcal|times|x)(?!\w)))"
)
"""A dose or a measurement is no date, telephone number or ZIP code."""
