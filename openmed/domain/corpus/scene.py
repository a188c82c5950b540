"""The scene of one document: every value a template asks for, drawn once and remembered.

Asking twice for the same kind and tag gives the same value, so a note is consistent: one
patient, one record number, days that follow from one another. Not here: the template language
(`template`).
"""

from datetime import date, timedelta
from typing import Final

from openmed.domain.corpus.clinical import PHRASES
from openmed.domain.corpus.dates import STYLES, USUAL_STYLES, draw_birthday, draw_day
from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Item
from openmed.domain.corpus.identifiers import MAKERS
from openmed.domain.corpus.names import (
    CITIES,
    COUNTRIES,
    FACILITIES,
    PROFESSIONS,
    STATES,
    STREET_KINDS,
    STREETS,
    UNITS,
)
from openmed.domain.corpus.people import (
    KINDS,
    Person,
    draw_person,
    email_of,
    person_part,
    username_of,
)

_PLACES: Final = {
    "city": ("CITY", CITIES),
    "country": ("COUNTRY", COUNTRIES),
    "facility": ("FACILITY", FACILITIES),
    "profession": ("PROFESSION", PROFESSIONS),
    "state": ("STATE", tuple(code for code, _ in STATES)),
    "state_name": ("STATE", tuple(name for _, name in STATES)),
}
_DAYS: Final = ("date", "dob")
_NINETY: Final = 90


class Scene:
    """The values of one document."""

    def __init__(self, draws: Draws) -> None:
        """Draw the day the document is about; all else is drawn when asked for."""
        self.draws = draws
        self._day = draw_day(draws)
        self._style = draws.choice(USUAL_STYLES)
        self._people: dict[tuple[str, str], Person] = {}
        self._values: dict[tuple[str, str], Item | str] = {}
        self._age: int | None = None
        self._birthday: date | None = None

    def value(self, kind: str, *, part: str, tag: str) -> Item | str:
        """Give what stands for `{kind.part:tag}`: an item (personal) or plain text.

        Raises:
            KeyError: no such kind, or the kind has no such part.
        """
        if kind in KINDS:
            return person_part(self._person(kind, tag=tag), part=part or "full")
        if kind in _DAYS:
            day = self._birth(tag) if kind == "dob" else self._day + timedelta(days=int(tag or "0"))
            return Item("DATE", STYLES[part or self._style](day))
        if part:
            msg = f"{kind} has no part {part}"
            raise KeyError(msg)
        if kind == "age":
            return self._age_item(tag)
        key = (kind, tag)
        if key not in self._values:
            self._values[key] = self._drawn(kind, tag=tag)
        return self._values[key]

    def _person(self, kind: str, *, tag: str) -> Person:
        key = (kind, tag)
        if key not in self._people:
            taken = frozenset(who.surname for who in self._people.values())
            self._people[key] = draw_person(self.draws, kind=kind, taken=taken)
        return self._people[key]

    def _drawn(self, kind: str, *, tag: str) -> Item | str:
        match kind:
            case "email":
                return email_of(self.draws, self._owner(tag))
            case "username":
                return username_of(self.draws, self._owner(tag))
            case "street" | "street_broken":
                gap = " " if kind == "street" else "\n"
                return Item("STREET_ADDRESS", self._street().replace(" ", gap, 1))
            case _ if kind in PHRASES:
                return self.draws.choice(PHRASES[kind])
            case _ if kind in _PLACES:
                label, words = _PLACES[kind]
                return Item(label, self.draws.choice(words))
            case _:
                return MAKERS[kind](self.draws)

    def _owner(self, tag: str) -> Person:
        # A tag that names a person already in the text makes the address follow the name.
        kind, _, which = tag.partition("/")
        return self._person(kind or "patient", tag=which)

    def _street(self) -> str:
        draws = self.draws
        line = f"{draws.integer(2, 9899)} {draws.choice(STREETS)} {draws.choice(STREET_KINDS)}"
        if draws.one_in(4):
            unit = draws.choice(UNITS).format(draws.integer(1, 48))
            return f"{line}{draws.choice((', ', ' '))}{unit}"
        return f"P.O. Box {draws.integer(11, 9999)}" if draws.one_in(14) else line

    def _years(self, tag: str) -> int:
        if self._age is None:
            low, high = tag.split("-") if tag else ("18", "88")
            elder = not tag and self.draws.one_in(5)
            self._age = self.draws.integer(*((_NINETY, 103) if elder else (int(low), int(high))))
        return self._age

    def _age_item(self, tag: str) -> Item:
        years = self._years(tag)
        return Item("AGE_OVER_89" if years >= _NINETY else "AGE", str(years))

    def _birth(self, tag: str) -> date:
        if self._birthday is None:
            self._birthday = draw_birthday(self.draws, age=self._years(tag), on=self._day)
        return self._birthday
