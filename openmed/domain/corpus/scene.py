"""The scene of one document: every value a template asks for, drawn once and remembered.

Asking twice for the same kind and tag gives the same value, so a note is consistent: one
patient, one record number, days that follow from one another. Not here: the template language
(`template`), what a language brings (`languages`).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from openmed.domain.corpus import numerals
from openmed.domain.corpus.dates import draw_birthday, draw_day
from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Item
from openmed.domain.corpus.identifiers import CHECKED
from openmed.domain.corpus.locale import Locale, Person
from openmed.domain.corpus.people import WORD_FORMS, draw_person, email_of, username_of
from openmed.domain.corpus.shapes import SHAPES, spoiled

_DAYS: Final = ("date", "dob")
_NINETY: Final = 90
_OLDEST: Final = 103
_ADULT: Final = (18, 88)


class Scene:
    """The values of one document."""

    def __init__(self, draws: Draws, *, locale: Locale, is_spoiled: bool = False) -> None:
        """Draw the day the document is about; all else is drawn when asked for.

        Args:
            draws: the document's stream.
            locale: its language.
            is_spoiled: whether numbers with check digits get wrong ones.
        """
        self.draws = draws
        self._locale = locale
        self._is_spoiled = is_spoiled
        self._day = draw_day(draws)
        self._style = draws.choice(locale.usual_styles)
        self._people: dict[tuple[str, str], Person] = {}
        self._values: dict[tuple[str, str], Item | str] = {}
        self._age: int | None = None
        self._birthday: date | None = None

    def value(self, kind: str, *, part: str, tag: str) -> Item | str:
        """Give what stands for `{kind.part:tag}`: an item (personal) or plain text.

        Raises:
            KeyError: no such kind, or the kind has no such part.
        """
        head, _, rest = part.partition(".")
        if kind == "g":
            return self._gendered(head or "patient", tag=rest, options=tag)
        if kind in self._locale.people:
            return self._named(kind, form=head or "full", shape=rest, tag=tag)
        if kind in _DAYS:
            day = self._birth(tag) if kind == "dob" else self._day + timedelta(days=int(tag or "0"))
            style = self._locale.styles[head or self._style]
            return self._shaped(Item("DATE", style(day)), rest)
        if kind == "age":
            return _age_item(self._years(tag), part=part)
        key = (kind, tag)
        if key not in self._values:
            self._values[key] = self._drawn(kind, tag=tag)
        return self._shaped(self._values[key], part)

    def _named(self, kind: str, *, form: str, shape: str, tag: str) -> Item | str:
        who = self._person(kind, tag=tag)
        if form in WORD_FORMS:
            return WORD_FORMS[form][who.female]
        return self._shaped(Item(who.label, self._locale.forms[form](who)), shape)

    def _gendered(self, kind: str, *, tag: str, options: str) -> str:
        for_man, for_woman = options.split("|")
        return for_woman if self._person(kind, tag=tag).female else for_man

    def _shaped(self, value: Item | str, shape: str) -> Item | str:
        if not shape:
            return value
        if isinstance(value, str):
            msg = f"a phrase has no shape {shape}"
            raise KeyError(msg)
        return Item(value.label, SHAPES[shape](value.value, self.draws))

    def _person(self, kind: str, *, tag: str) -> Person:
        key = (kind, tag)
        if key not in self._people:
            people = self._locale.people
            names = people[kind].names
            # Only who draws from the same list counts, so that a swap of lists swaps names only.
            taken = frozenset(
                who.surname for (of, _), who in self._people.items() if people[of].names is names
            )
            self._people[key] = draw_person(self.draws, people[kind], taken=taken)
        return self._people[key]

    def _drawn(self, kind: str, *, tag: str) -> Item | str:
        locale = self._locale
        derived = _DERIVED.get(kind)
        if derived is not None:
            # A tag that names a person already in the text makes the value follow the name.
            who, _, which = tag.partition("/")
            return derived(self.draws, self._person(who or "patient", tag=which))
        match kind:
            case "street":
                return Item("STREET_ADDRESS", locale.street(self.draws))
            case "years":
                return _age_item(_draw_years(self.draws, ""), part="")
            case _ if kind in locale.phrases:
                return self.draws.choice(locale.phrases[kind])
            case _ if kind in locale.places:
                label, words = locale.places[kind]
                return Item(label, self.draws.choice(words))
            case _:
                made = locale.makers[kind](self.draws)
                is_wrong = self._is_spoiled and kind in CHECKED
                return Item(made.label, spoiled(made.value)) if is_wrong else made

    def _years(self, tag: str) -> int:
        if self._age is None:
            self._age = _draw_years(self.draws, tag)
        return self._age

    def _birth(self, tag: str) -> date:
        if self._birthday is None:
            self._birthday = draw_birthday(self.draws, age=self._years(tag), on=self._day)
        return self._birthday


_DERIVED: Final[dict[str, Callable[[Draws, Person], Item]]] = {
    "email": email_of,
    "username": username_of,
}


def _draw_years(draws: Draws, tag: str) -> int:
    low, high = map(int, tag.split("-")) if tag else _ADULT
    elder = not tag and draws.one_in(5)
    return draws.integer(*((_NINETY, _OLDEST) if elder else (low, high)))


def _age_item(years: int, *, part: str) -> Item:
    said = numerals.cardinal(years) if part == "words" else str(years)
    return Item("AGE_OVER_89" if years >= _NINETY else "AGE", said)
