"""What the languages are built from: number patterns, accounts, dates. Pure.

Numbers of a country come from a range that is never issued there, as far as its rules are
public; each language says which.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Item
from openmed.domain.corpus.identifiers import MAKERS
from openmed.domain.corpus.locale import DayStyle, Kind, Maker, Names, Words
from openmed.domain.text.check_digits import iban_digits

SHARED: Final = {
    kind: MAKERS[kind] for kind in ("url", "ip", "card", "serial", "accession", "account", "mac")
}
"""Identifiers that are written the same everywhere."""


def numbers(label: str, *shapes: str) -> Maker:
    """Make a maker: `#` is a digit, `@` a capital letter, all else stands for itself."""

    def make(draws: Draws) -> Item:
        shape = draws.choice(shapes)
        return Item(label, "".join(_drawn(character, draws) for character in shape))

    return make


def checked(label: str, shape: str, finish: Callable[[str], str]) -> Maker:
    """Make a maker whose number is finished, e.g. by a check digit."""
    draw = numbers(label, shape)
    return lambda draws: Item(label, finish(draw(draws).value))


def bank(country: str, account: str) -> Maker:
    """Make a maker of accounts at a bank that does not exist; `account` is a shape."""
    draw = numbers("IBAN", account)

    def finish(draws: Draws) -> Item:
        number = draw(draws).value
        whole = country + iban_digits(country, number) + number
        groups = " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))
        return Item("IBAN", groups)

    return finish


def people(*, women: str, men: str, surnames: str | tuple[str, ...]) -> dict[str, Kind]:
    """Read names from text: blanks part them, `_` stands for a blank inside a name."""
    family = _words(surnames) if isinstance(surnames, str) else surnames
    names = Names(_words(women), _words(men), family)
    return {
        "patient": Kind("PATIENT_NAME", names),
        "relative": Kind("PATIENT_NAME", names),
        "provider": Kind("PROVIDER_NAME", names),
    }


def double(surnames: str) -> tuple[str, ...]:
    """Pair surnames: the father's and the mother's."""
    words = _words(surnames)
    return tuple(f"{word} {words[(7 * at + 3) % len(words)]}" for at, word in enumerate(words))


def phrases(text: str) -> tuple[str, ...]:
    """Read phrases from text: `;` parts them."""
    return tuple(phrase.strip() for phrase in " ".join(text.split()).split(";"))


def gold(label: str, text: str) -> Words:
    """Read words that are gold wherever they stand; `;` parts them."""
    return Words(label, phrases(text))


def day_styles(months: str, *, written: str) -> dict[str, DayStyle]:
    """Ways to write a day, the day first; `written` says how with the month's name."""
    names = _words(months)

    def _long(day: date) -> str:
        return written.format(d=day.day, m=names[day.month - 1], y=day.year)

    return {
        "slashes": lambda day: f"{day.day:02d}/{day.month:02d}/{day.year}",
        "dashes": lambda day: f"{day.day:02d}-{day.month:02d}-{day.year}",
        "dots": lambda day: f"{day.day:02d}.{day.month:02d}.{day.year}",
        "short": lambda day: f"{day.day}/{day.month}/{day.year % 100:02d}",
        "iso": lambda day: f"{day.year}-{day.month:02d}-{day.day:02d}",
        "long": _long,
        "month": lambda day: f"{names[day.month - 1]} {day.year}",
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


def _drawn(character: str, draws: Draws) -> str:
    return {"#": draws.digits, "@": draws.letters}.get(character, lambda _: character)(1)
