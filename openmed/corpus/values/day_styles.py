"""Ways to write a day, as a language's data states them.

    {d} {dd}  day      {m} {mm}  month      {month}  its name      {y} {yy}  year
    {d_han} {m_han} {y_han}  the same in Chinese numerals

A style is such a text, or a table of `text` and `digits`: ten characters that stand for 0 to 9.
"""

from datetime import date
from typing import Final

from openmed.corpus.locale import DayStyle
from openmed.corpus.table import Table
from openmed.corpus.values.dates import STYLES
from openmed.corpus.values.fields import checked, filled

BASES: Final[dict[str, dict[str, DayStyle]]] = {"": {}, "english": STYLES}
"""Styles a language may begin with, by the name its data gives."""

_HAN: Final = "〇一二三四五六七八九十"
_MONTHS: Final = 12
_DIGITS: Final = "0123456789"
_FIELDS: Final = ("d", "dd", "m", "mm", "y", "yy", "d_han", "m_han", "y_han")


def read_styles(table: Table, *, base: str) -> dict[str, DayStyle]:
    """Read the styles of a language.

    Raises:
        UsageError: a style is not understood, or there are not twelve names of months.
    """
    months = table.words("months") if "months" in table else ()
    if len(months) not in {0, _MONTHS}:
        table.refuse("months", f"has {len(months)} names; wanted {_MONTHS}")
    styles = table.table("styles")
    read = {name: _style(styles, name, months) for name in styles.names()}
    return {**BASES[base], **read}


def _style(styles: Table, name: str, months: tuple[str, ...]) -> DayStyle:
    digits = _DIGITS
    if styles.is_table(name):
        table = styles.table(name)
        text, digits = table.text("text"), table.text("digits")
        table.close()
        if len(digits) != len(_DIGITS):
            table.refuse("digits", f"has {len(digits)} characters; wanted one for each of 0 to 9")
    else:
        text = styles.text(name)
    known = (*_FIELDS, "month") if months else _FIELDS
    checked(styles, name, text, known=known)
    native = str.maketrans(_DIGITS, digits)

    def style(day: date) -> str:
        return filled(text, _values(day, months)).translate(native)

    return style


def _values(day: date, months: tuple[str, ...]) -> dict[str, str]:
    return {
        "d": str(day.day),
        "dd": f"{day.day:02d}",
        "m": str(day.month),
        "mm": f"{day.month:02d}",
        "month": months[day.month - 1] if months else "",
        "y": str(day.year),
        "yy": f"{day.year % 100:02d}",
        "d_han": _han(day.day),
        "m_han": _han(day.month),
        "y_han": "".join(_HAN[int(digit)] for digit in str(day.year)),
    }


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{_HAN[tens]}十")
    return head + (_HAN[ones] if ones else "")
