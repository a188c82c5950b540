"""People of a document: how one person is named, and what is derived from the name."""

from collections.abc import Callable, Mapping
from string import ascii_lowercase
from typing import Final
from unicodedata import normalize

from openmed.corpus.draws import Draws
from openmed.corpus.emitter import Item
from openmed.corpus.locale import Kind, Person
from openmed.corpus.table import Table
from openmed.corpus.values.fields import checked, filled
from openmed.corpus.values.identifiers import domain
from openmed.errors import UsageError

NAME_FORMS: Final[dict[str, Callable[[Person], str]]] = {
    "full": lambda who: f"{who.given} {who.surname}",
    "first": lambda who: who.given,
    "last": lambda who: who.surname,
    "middle": lambda who: f"{who.given} {who.middle}. {who.surname}",
    "last_first": lambda who: f"{who.surname}, {who.given}",
    "last_first_middle": lambda who: f"{who.surname}, {who.given} {who.middle}",
    "last_initial": lambda who: f"{who.surname}, {who.given[0]}.",
    "first_initial": lambda who: f"{who.given} {who.surname[0].upper()}.",
    "initial_last": lambda who: f"{who.given[0]}. {who.surname}",
    "initials": lambda who: f"{who.given[0]}.{who.middle}.{who.surname[0].upper()}.",
    "bare_initials": lambda who: f"{who.given[0]}{who.middle}{who.surname[0].upper()}",
    "nick": lambda who: who.nick,
    "nick_last": lambda who: f"{who.nick} {who.surname}",
    "caps": lambda who: f"{who.given} {who.surname}".upper(),
    "caps_first": lambda who: who.given.upper(),
    "caps_last": lambda who: who.surname.upper(),
    "caps_last_first": lambda who: f"{who.surname}, {who.given}".upper(),
    "carets": lambda who: f"{who.surname}^{who.given}^{who.middle}".upper(),
    "lower": lambda who: f"{who.given} {who.surname}".lower(),
    "lower_first": lambda who: who.given.lower(),
    "lower_last": lambda who: who.surname.lower(),
    "broken": lambda who: f"{who.given}\n{who.surname}",
    "hyphen_broken": lambda who: _hyphenated(who.surname),
    "camel": lambda who: f"{who.given}{who.surname}".replace(" ", ""),
    "spaced": lambda who: " ".join(who.surname.replace(" ", "").upper()),
}
"""Ways to write a name; each is one gold span."""
_PARTS: Final[dict[str, Callable[[Person], str]]] = {
    "first": lambda who: who.given,
    "last": lambda who: who.surname,
    "middle": lambda who: who.middle,
    "first_start": lambda who: who.given[0],
    "first_end": lambda who: who.given[-1],
    "last_start": lambda who: who.surname[0],
}
"""What a form of a language may hold, e.g. `{last}{first}`."""


_FIRST_LINE: Final = 3
_FOLDS: Final = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "đ": "d", "\u0131": "i"})
_MAIL_WORDS: Final = (
    "amber.river", "blue.kite", "cloud.nine", "dawnlight", "east.garden", "first.rain",
    "greenleaf", "high.tower", "ivory.moon", "jasmine.tea", "lotus.pond", "mint.and.honey",
)  # fmt: skip
"""Mailboxes of people whose name has no Latin letters."""


def _hyphenated(surname: str) -> str:
    """A surname across two lines; of a short one its last letter stands on the second."""
    cut = min(_FIRST_LINE, len(surname) - 1)
    return f"{surname[:cut]}-\n{surname[cut:]}"


def read_forms(table: Table) -> dict[str, Callable[[Person], str]]:
    """Read the forms of a language, which stand before those of `NAME_FORMS`.

    Raises:
        UsageError: a form is not understood.
    """
    forms = {
        name: _form(checked(table, name, table.text(name), known=tuple(_PARTS)))
        for name in table.names()
    }
    return {**NAME_FORMS, **forms}


def _form(text: str) -> Callable[[Person], str]:
    return lambda who: filled(text, {part: of(who) for part, of in _PARTS.items()})


def draw_person(
    draws: Draws, kind: Kind, *, taken: frozenset[str], nicknames: Mapping[str, str]
) -> Person:
    """Draw a person of a kind whose surname is not taken in the document.

    Raises:
        UsageError: every surname is taken.
    """
    label, names = kind
    female = draws.one_in(2)
    given, middle = draws.choice(names.women if female else names.men), draws.letters(1)
    left = [surname for surname in names.surnames if surname not in taken]
    if not left:
        raise UsageError(f"more than {len(names.surnames)} people; there are no more surnames")
    return Person(
        label=label,
        given=given,
        middle=middle,
        surname=draws.choice(left),
        nick=nicknames.get(given, given[:3]),
        female=female,
    )


def email_of(draws: Draws, who: Person) -> Item:
    """Draw an e-mail address that follows from the name, at a reserved domain."""
    given, surname = _ascii(who.given), _ascii(who.surname)
    if not given or not surname:
        return Item("EMAIL", f"{draws.choice(_MAIL_WORDS)}{draws.digits(2)}@{domain(draws)}")
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
    if not given or not surname:
        return Item("USERNAME", f"{draws.choice(_MAIL_WORDS).replace('.', '_')}{draws.digits(2)}")
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
