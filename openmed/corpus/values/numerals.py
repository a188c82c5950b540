"""Numbers in English words: as a person says an age, a day or a year. Pure."""

from typing import Final

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_TWENTY: Final = 20
_HUNDRED: Final = 100


def cardinal(number: int) -> str:
    """Say a number from 0 to 199."""
    if number >= _HUNDRED:
        rest = number - _HUNDRED
        return f"one hundred and {cardinal(rest)}" if rest else "one hundred"
    if number < _TWENTY:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]


def ordinal(number: int) -> str:
    """Say the number of a day, from 1 to 31."""
    head, joint, tail = cardinal(number).rpartition("-")
    if tail in _ORDINALS:
        return f"{head}{joint}{_ORDINALS[tail]}"
    ending = f"{tail[:-1]}ieth" if tail.endswith("y") else f"{tail}th"
    return f"{head}{joint}{ending}"


def year(number: int) -> str:
    """Say a year from 1900 to 2099, as in `nineteen fifty-three` or `two thousand five`."""
    century, rest = divmod(number, _HUNDRED)
    if century == _TWENTY and rest < 10:  # noqa: PLR2004 - ten years are said otherwise
        return f"two thousand {_SMALL[rest]}" if rest else "two thousand"
    if rest == 0:
        return f"{_SMALL[century] if century < _TWENTY else 'twenty'} hundred"
    said = f"oh {_SMALL[rest]}" if rest < 10 else cardinal(rest)  # noqa: PLR2004 - as above
    return f"{cardinal(century)} {said}"
