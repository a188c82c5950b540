"""What a language brings to a document: names, places, phrases, identifiers, dates, streets.

Types only; the languages themselves are data, `LANG/language.toml` (`language_file` reads it).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from openmed.corpus.draws import Draws
from openmed.corpus.emitter import Item

Maker = Callable[[Draws], Item]
"""Draws one identifier."""
DayStyle = Callable[[date], str]
"""Writes a day."""
Street = Callable[[Draws], str]
"""Draws the line of an address."""


class Names(NamedTuple):
    """Names that go together.

    Attributes:
        women: given names of women.
        men: given names of men.
        surnames: surnames of both.
    """

    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]


class Person(NamedTuple):
    """One person.

    Attributes:
        label: label of every mention of the name.
        given: given name.
        middle: middle initial.
        surname: surname.
        nick: what friends call the person.
        female: whether she is written about as a woman.
    """

    label: str
    given: str
    middle: str
    surname: str
    nick: str
    female: bool


class Kind(NamedTuple):
    """A kind of person: label of the mentions, and the names to draw from."""

    label: str
    names: Names


class Words(NamedTuple):
    """Words that are gold wherever they stand, e.g. cities."""

    label: str
    words: tuple[str, ...]


class Locale(NamedTuple):
    """One language.

    Attributes:
        people: kinds of people, by name.
        pools: other names for patients and relatives, by name of the pool.
        nicknames: what friends call who has a given name; none = its first three letters.
        forms: ways to write a person's name, by name.
        gendered: words about a person that are not personal, for a man and for a woman.
        places: gold words, by kind.
        phrases: words that belong to nobody, by kind.
        makers: identifiers, by kind.
        street: draws the line of an address.
        styles: ways to write a day, by name.
        usual_styles: styles a document draws its own from.
        filler: sentences that fill a text up to the edge of a window.
    """

    people: Mapping[str, Kind]
    pools: Mapping[str, Names]
    nicknames: Mapping[str, str]
    forms: Mapping[str, Callable[[Person], str]]
    gendered: Mapping[str, tuple[str, str]]
    places: Mapping[str, Words]
    phrases: Mapping[str, tuple[str, ...]]
    makers: Mapping[str, Maker]
    street: Street
    styles: Mapping[str, DayStyle]
    usual_styles: tuple[str, ...]
    filler: tuple[str, ...]


def with_names(locale: Locale, names: Names) -> Locale:
    """Give the patients and relatives of a language other names; everybody else keeps theirs."""
    people = {
        kind: Kind(who.label, names) if kind in {"patient", "relative"} else who
        for kind, who in locale.people.items()
    }
    return locale._replace(people=people)
