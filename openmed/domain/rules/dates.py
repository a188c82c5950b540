"""Rules for dates, and for ages that count as one."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from openmed.domain.rules.landmarks import Landmarks, at_any, at_runs, at_words
from openmed.domain.rules.parts import BLANKS, NO_UNIT
from openmed.domain.rules.rule import Rule, rule, when

_MONTH: Final = (
    r"(?:(?i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)|May|MAY"
    # In lower case it is mostly the verb.
    r"|may(?=\s\d{1,2}(?:st|nd|rd|th)|,?\s(?:19|20)\d{2}))\.?"
)
_YEAR: Final = r"(?:19|20)\d{2}"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])(?i:st|nd|rd|th)?"
_DAYS: Final = rf"{_DAY}(?:\s?[\-\u2013]\s?{_DAY})?"
_GAP: Final = rf"(?:[{BLANKS}]{{1,2}}|\r?\n)"
_AGE: Final = r"(?:9\d|1[0-2]\d)"
_MONTHS, _LAST_DAY = 12, 31


def _is_day(value: str) -> bool:
    parts = [int(part) for part in re.split(r"[/.\-]", value)]
    first, second = parts[0], parts[1]
    if len(parts) == 2:  # noqa: PLR2004 - month and year
        return 1 <= first <= _MONTHS
    pairs = ((first, second), (second, first))
    return any(1 <= month <= _MONTHS and 1 <= day <= _LAST_DAY for month, day in pairs)


_MONTHS_BEGIN: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_MOST_BEFORE: Final = 17
"""Characters from the first day to the month: `31st \u2013 31st  of  `."""


def _at_months(marks: Landmarks) -> Iterator[int]:
    starts = marks.starts
    for month in _MONTHS_BEGIN:
        for at in marks.places(month):
            yield at
            yield from starts[bisect_left(starts, at - _MOST_BEFORE) : bisect_left(starts, at)]


DATES: Final[tuple[Rule, ...]] = (
    rule(
        "date-iso-1",
        "DATE",
        rf"(?<!\d)(?<!\d[\-/.])(?P<value>{_YEAR}(?P<gap>[\-/.])(?:0?[1-9]|1[0-2])(?P=gap)"
        r"(?:0[1-9]|[12]\d|3[01]|[1-9]))(?!\d|[\-/.]\d)",
        places=at_runs(4, after="-/."),
        finds="dates that begin with the year",
        checks="month and day exist",
    ),
    rule(
        "date-numeric-1",
        "DATE",
        rf"(?P<value>(?<![\d/])\d{{1,2}}/(?:\d{{1,2}}/)?{_YEAR}(?!\w|/)"
        rf"|(?<![\d/])\d{{1,2}}/\d{{1,2}}/\d{{2}}(?!\w|/)"
        rf"|(?<![\w\-])\d{{1,2}}-\d{{1,2}}-(?:{_YEAR}|\d{{2}})(?!\w|-)"
        # With a short year and short parts a dotted number is a version or a heading.
        rf"|(?<![\w.])(?:\d{{1,2}}\.\d{{1,2}}\.{_YEAR}|\d{{2}}\.\d{{2}}\.\d{{2}})(?!\w|\.\d))"
        + NO_UNIT,
        places=at_runs(1, 2, after="/-."),
        accept=when(_is_day),
        finds="day, month and year as numbers in either order; month/year",
        checks="month and day exist",
    ),
    rule(
        "date-words-1",
        "DATE",
        rf"(?<![A-Za-z])(?:(?<!\d)(?<!\d[./])|(?=[A-Za-z]))(?P<value>"
        rf"{_MONTH}{_GAP}{_DAYS}(?:,?{_GAP}{_YEAR})?"
        rf"|{_DAYS}(?:{_GAP}of)?(?:{_GAP}|[\-/])?{_MONTH}"
        rf"(?:,?(?:{_GAP}|[\-/])?{_YEAR}|[\-/'\u2019]\d{{2}})?"
        rf"|{_MONTH}(?:(?:,|{_GAP}of)?{_GAP}|[\-/])?{_YEAR}|{_MONTH}(?:-|\s?['\u2019])\d{{2}}"
        rf")(?!\w|[./\-]\d){NO_UNIT}",
        places=_at_months,
        finds="dates with the month as a word, with or without a year; month and year",
        checks="day exists",
    ),
    rule(
        "age-1",
        "AGE_OVER_89",
        rf"(?:(?<![\w.])(?=\d{{2,3}}[\s\-]{{0,2}}(?:years?|yrs?|y[/.\-]?o)(?![^\W\d_])"
        r"(?!\s(?:history|ago|hx)))|\baged?[\s:]{1,2}(?:is\s|of\s)?)"
        rf"(?P<value>{_AGE})(?!\d|[.,]\d|%|[\s\-]{{0,2}}(?:days?|d|weeks?|wks?|months?|mos?|hours?|hrs?)(?!\w))",
        places=at_any(at_runs(2, 3), at_words("age")),
        flags=re.IGNORECASE,
        finds="ages of 90 and more",
        checks="90 to 129 years",
    ),
)
"""In the order of `docs/reference/rules.md`."""
