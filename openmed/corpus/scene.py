"""The scene of one document: every value a template asks for, drawn once and remembered.

Asking twice for the same kind and tag gives the same value, so a note is consistent: one
patient, one record number, days that follow from one another. Not here: the template language
(`template`), what a language brings (`language_file`).
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Final, TypeVar

from openmed.corpus.draws import Draws
from openmed.corpus.emitter import Item
from openmed.corpus.locale import Locale, Person
from openmed.corpus.values import numerals
from openmed.corpus.values.dates import draw_birthday, draw_day
from openmed.corpus.values.identifiers import CHECKED
from openmed.corpus.values.people import draw_person, email_of, username_of
from openmed.corpus.values.shapes import SHAPES, spoiled
from openmed.errors import UsageError

T = TypeVar("T")

_DAYS: Final = ("date", "dob")
_NINETY: Final = 90
_OLDEST: Final = 103
_ADULT: Final = (18, 88)
_LONGEST_NUMBER: Final = 6


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

    @property
    def filler(self) -> tuple[str, ...]:
        """Sentences that fill a text up to the edge of a window."""
        return self._locale.filler

    def value(self, kind: str, *, part: str, tag: str) -> Item | str:
        """Give what stands for `{kind.part:tag}`: an item (personal) or plain text.

        Raises:
            UsageError: no such kind, or the kind has no such part.
        """
        head, _, rest = part.partition(".")
        if kind == "g":
            return self._gendered(head or "patient", tag=rest, options=tag)
        if kind in self._locale.people:
            return self._named(kind, form=head or "full", shape=rest, tag=tag)
        if kind in _DAYS:
            return self._dated(kind, style=head or self._style, shape=rest, tag=tag)
        if kind == "age":
            return _age_item(self._years(tag), part=part)
        key = (kind, tag)
        if key not in self._values:
            self._values[key] = self._drawn(kind, tag=tag)
        return self._shaped(self._values[key], part)

    def _named(self, kind: str, *, form: str, shape: str, tag: str) -> Item | str:
        who = self._person(kind, tag=tag)
        if form in self._locale.gendered:
            return self._locale.gendered[form][who.female]
        write = _known(self._locale.forms, form, what=f"form of {kind}")
        return self._shaped(Item(who.label, write(who)), shape)

    def _dated(self, kind: str, *, style: str, shape: str, tag: str) -> Item | str:
        day = self._birth(tag) if kind == "dob" else self._day + timedelta(days=_days(tag))
        write = _known(self._locale.styles, style, what="style of dates")
        return self._shaped(Item("DATE", write(day)), shape)

    def _gendered(self, kind: str, *, tag: str, options: str) -> str:
        for_man, is_pair, for_woman = options.partition("|")
        if not is_pair:
            raise UsageError(f"{{g:…}} has {options!r}; wanted two words with a bar between them")
        return for_woman if self._person(kind, tag=tag).female else for_man

    def _shaped(self, value: Item | str, shape: str) -> Item | str:
        if not shape:
            return value
        if isinstance(value, str):
            raise UsageError(f"a phrase has no shape {shape!r}; only personal values have")
        return Item(value.label, _known(SHAPES, shape, what="shape")(value.value, self.draws))

    def _person(self, kind: str, *, tag: str) -> Person:
        key = (kind, tag)
        if key not in self._people:
            people = self._locale.people
            names = _known(people, kind, what="person").names
            # Only who draws from the same list counts, so that a swap of lists swaps names only.
            taken = frozenset(
                who.surname for (of, _), who in self._people.items() if people[of].names is names
            )
            self._people[key] = draw_person(
                self.draws, people[kind], taken=taken, nicknames=self._locale.nicknames
            )
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
                if kind not in locale.makers:
                    raise UsageError(_unknown(kind, self._kinds, what="kind"))
                made = locale.makers[kind](self.draws)
                is_wrong = self._is_spoiled and kind in CHECKED
                return Item(made.label, spoiled(made.value)) if is_wrong else made

    @property
    def _kinds(self) -> tuple[str, ...]:
        """Every kind that a template of the language may name."""
        locale = self._locale
        ours = (*_DAYS, *_DERIVED, "age", "years", "street", "g")
        return (*ours, *locale.people, *locale.phrases, *locale.places, *locale.makers)

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
    low, high = range_of(tag) if tag else _ADULT
    elder = not tag and draws.one_in(5)
    return draws.integer(*((_NINETY, _OLDEST) if elder else (low, high)))


def _age_item(years: int, *, part: str) -> Item:
    said = numerals.cardinal(years) if part == "words" else str(years)
    return Item("AGE_OVER_89" if years >= _NINETY else "AGE", said)


def range_of(text: str) -> tuple[int, int]:
    """Read `LOW-HIGH`.

    Raises:
        UsageError: it is not two whole numbers, the lower one first.
    """
    low, _, high = text.partition("-")
    if not (_is_number(low) and _is_number(high) and int(low) <= int(high)):
        raise UsageError(f"a range is {text!r}; wanted two whole numbers, e.g. 3-9")
    return int(low), int(high)


def _days(tag: str) -> int:
    if not tag:
        return 0
    if not _is_number(tag.removeprefix("-")):
        raise UsageError(f"a date is {tag!r} days away; wanted a whole number, e.g. -3")
    return int(tag)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _known(table: Mapping[str, T], key: str, *, what: str) -> T:
    if key not in table:
        raise UsageError(_unknown(key, table, what=what))
    return table[key]


def _unknown(key: str, known: Collection[str], *, what: str) -> str:
    close = get_close_matches(key, known, n=1)
    wanted = f"did you mean {close[0]!r}?" if close else f"wanted {', '.join(sorted(known))}"
    return f"there is no {what} {key!r}; {wanted}"
