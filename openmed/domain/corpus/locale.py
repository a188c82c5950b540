"""What a language brings to a document: names, places, phrases, identifiers, dates, streets.

Types only; the languages themselves are in `languages/`. A list is drawn from by position:
append to it, do not reorder, or every document changes.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Item

Maker = Callable[[Draws], Item]
"""Draws one identifier."""
DayStyle = Callable[[date], str]
"""Writes a day."""


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
        female: whether she is written about as a woman.
    """

    label: str
    given: str
    middle: str
    surname: str
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
        forms: ways to write a person's name, by name.
        places: gold words, by kind.
        phrases: words that belong to nobody, by kind.
        makers: identifiers, by kind.
        street: draws the line of an address.
        styles: ways to write a day, by name.
        usual_styles: styles a document draws its own from.
    """

    people: Mapping[str, Kind]
    forms: Mapping[str, Callable[[Person], str]]
    places: Mapping[str, Words]
    phrases: Mapping[str, tuple[str, ...]]
    makers: Mapping[str, Maker]
    street: Callable[[Draws], str]
    styles: Mapping[str, DayStyle]
    usual_styles: tuple[str, ...]
