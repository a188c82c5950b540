"""People of a document: how one person is named, and what is derived from the name."""

from collections.abc import Callable
from string import ascii_lowercase
from typing import Final, NamedTuple
from unicodedata import normalize

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Item
from openmed.domain.corpus.identifiers import domain
from openmed.domain.corpus.names import (
    COMPOUND_SURNAMES,
    EPONYM_SURNAMES,
    MEN,
    SURNAMES,
    WOMEN,
    WORD_SURNAMES,
)


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


KINDS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "patient": ("PATIENT_NAME", SURNAMES),
    # Relatives are protected as the patient is (45 CFR 164.514(b)(2)(i)), so they share the label.
    "relative": ("PATIENT_NAME", SURNAMES),
    "provider": ("PROVIDER_NAME", SURNAMES),
    "compound": ("PATIENT_NAME", COMPOUND_SURNAMES),
    "eponym": ("PATIENT_NAME", EPONYM_SURNAMES),
    "word": ("PATIENT_NAME", WORD_SURNAMES),
    "word_provider": ("PROVIDER_NAME", WORD_SURNAMES),
    "eponym_provider": ("PROVIDER_NAME", EPONYM_SURNAMES),
    "compound_provider": ("PROVIDER_NAME", COMPOUND_SURNAMES),
}
"""Label and surnames of each kind of person."""

NAME_FORMS: Final[dict[str, Callable[[Person], str]]] = {
    "full": lambda who: f"{who.given} {who.surname}",
    "first": lambda who: who.given,
    "last": lambda who: who.surname,
    "middle": lambda who: f"{who.given} {who.middle}. {who.surname}",
    "last_first": lambda who: f"{who.surname}, {who.given}",
    "last_first_middle": lambda who: f"{who.surname}, {who.given} {who.middle}",
    "last_initial": lambda who: f"{who.surname}, {who.given[0]}.",
    "initial_last": lambda who: f"{who.given[0]}. {who.surname}",
    "initials": lambda who: f"{who.given[0]}.{who.middle}.{who.surname[0].upper()}.",
    "caps": lambda who: f"{who.given} {who.surname}".upper(),
    "caps_last": lambda who: who.surname.upper(),
    "caps_last_first": lambda who: f"{who.surname}, {who.given}".upper(),
    "carets": lambda who: f"{who.surname}^{who.given}^{who.middle}".upper(),
    "lower": lambda who: f"{who.given} {who.surname}".lower(),
    "lower_first": lambda who: who.given.lower(),
    "broken": lambda who: f"{who.given}\n{who.surname}",
}
"""Ways to write a name; each is one gold span."""

WORD_FORMS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Mr.", "Ms."),
    "he": ("he", "she"),
    "He": ("He", "She"),
    "his": ("his", "her"),
    "His": ("His", "Her"),
    "him": ("him", "her"),
    "man": ("man", "woman"),
    "male": ("male", "female"),
    "sex": ("M", "F"),
    "son": ("son", "daughter"),
}
"""Words about a person that are not personal: for a man, for a woman."""

_FOLDS: Final = str.maketrans({"ø": "o", "ł": "l", "ß": "ss"})


def draw_person(draws: Draws, *, kind: str, taken: frozenset[str]) -> Person:
    """Draw a person of a kind whose surname is not taken in the document."""
    label, surnames = KINDS[kind]
    female = draws.one_in(2)
    return Person(
        label=label,
        given=draws.choice(WOMEN if female else MEN),
        middle=draws.letters(1),
        surname=draws.choice([surname for surname in surnames if surname not in taken]),
        female=female,
    )


def person_part(who: Person, *, part: str) -> Item | str:
    """Give a mention of the name (an item), or a word that fits the person (text)."""
    if part in WORD_FORMS:
        return WORD_FORMS[part][who.female]
    return Item(who.label, NAME_FORMS[part](who))


def email_of(draws: Draws, who: Person) -> Item:
    """Draw an e-mail address that follows from the name, at a reserved domain."""
    given, surname = _ascii(who.given), _ascii(who.surname)
    local = draws.choice(
        (
            f"{given}.{surname}",
            f"{given[0]}{surname}{draws.digits(2)}",
            f"{surname}_{given}",
            f"{given}{draws.digits(3)}",
            f"{given}.{surname}+clinic",
        )
    )
    return Item("EMAIL", f"{local}@{domain(draws)}")


def username_of(draws: Draws, who: Person) -> Item:
    """Draw a login that follows from the name."""
    given, surname = _ascii(who.given), _ascii(who.surname)
    login = draws.choice(
        (
            f"{given[0]}{surname}{draws.digits(2)}",
            f"{surname}{given[:2]}",
            f"{given}_{draws.digits(4)}",
            f"{given}.{surname[0]}{draws.digits(1)}",
        )
    )
    return Item("USERNAME", login)


def _ascii(name: str) -> str:
    bare = normalize("NFKD", name.lower().translate(_FOLDS))
    return "".join(character for character in bare if character in ascii_lowercase)
