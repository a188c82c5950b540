"""Days and how they are written. No clock: a document's day is drawn, not read.

Month names are our own words, because `strftime` follows the locale.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from openmed.corpus.draws import Draws
from openmed.corpus.values import numerals

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_FIRST_DAY: Final = date(2017, 1, 1)
_TEENS: Final = (11, 12, 13)
_LONGEST_YEAR: Final = 365


def _month(day: date) -> str:
    return _MONTHS[day.month - 1]


def _ordinal(number: int) -> str:
    ending = "th" if number in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _said_year(day: date) -> str:
    return numerals.year(day.year)


STYLES: Final[dict[str, Callable[[date], str]]] = {
    "us": lambda day: f"{day.month:02d}/{day.day:02d}/{day.year}",
    "short": lambda day: f"{day.month}/{day.day}/{day.year % 100:02d}",
    "iso": lambda day: f"{day.year}-{day.month:02d}-{day.day:02d}",
    "long": lambda day: f"{_month(day)} {day.day}, {day.year}",
    "dmy": lambda day: f"{day.day} {_month(day)} {day.year}",
    "mon": lambda day: f"{day.day:02d}-{_month(day)[:3]}-{day.year}",
    "dots": lambda day: f"{day.day:02d}.{day.month:02d}.{day.year}",
    "compact": lambda day: f"{day.year}{day.month:02d}{day.day:02d}",
    "day": lambda day: f"{_month(day)} {day.day}",
    "slash": lambda day: f"{day.month}/{day.day}",
    "month": lambda day: f"{_month(day)} {day.year}",
    "ordinal": lambda day: f"{_ordinal(day.day)} of {_month(day)}",
    "weekday": lambda day: f"{_WEEKDAYS[day.weekday()]}, {_month(day)} {day.day}, {day.year}",
    "caps": lambda day: f"{day.day:02d} {_month(day)[:3].upper()} {day.year}",
    "said": lambda day: f"the {numerals.ordinal(day.day)} of {_month(day)}, {_said_year(day)}",
    "said_us": lambda day: f"{_month(day)} {numerals.ordinal(day.day)}, {_said_year(day)}",
    "said_day": lambda day: f"{_month(day)} the {numerals.ordinal(day.day)}",
    "legal": lambda day: f"{_ordinal(day.day)} day of {_month(day)} in the year {day.year}",
    "roman": lambda day: f"{day.day}.{_ROMAN[day.month - 1]}.{day.year}",
    "dashes": lambda day: f"{day.month:02d}-{day.day:02d}-{day.year}",
    "tiny": lambda day: f"{day.day}.{day.month}.{day.year % 100:02d}",
    "apostrophe": lambda day: f"{_month(day)[:3]} \u2019{day.year % 100:02d}",
    "lower": lambda day: f"{_month(day)[:3].lower()} {_ordinal(day.day)}",
    "short_weekday": lambda day: f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_month(day)[:3]}",
    "spread": lambda day: f"{day.month:02d} / {day.day:02d} / {day.year}",
}
"""Ways to write a day, by name."""

USUAL_STYLES: Final = ("us", "us", "short", "iso", "long", "dmy", "mon")
"""Styles a document draws its own from; the commoner ones stand twice."""


def draw_day(draws: Draws) -> date:
    """Draw the day a document is about."""
    return _FIRST_DAY + timedelta(days=draws.integer(0, 3200))


def draw_birthday(draws: Draws, *, age: int, on: date) -> date:
    """Draw a day of birth for someone of that age on that day."""
    # Every month has a 28th in every year; the 29th of February would have none in most.
    latest = date(on.year - age, on.month, min(on.day, 28))
    return latest - timedelta(days=draws.integer(0, _LONGEST_YEAR - 2))
