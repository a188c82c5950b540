"""Values for the slots of the templates: names, identifiers, and the numbers that are neither.

Identifiers are of kinds that are never given to anyone: telephone numbers 555-01xx, `.example`
and example.com domains, documentation addresses, SSN areas above 899.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Words = Mapping[str, Sequence[str]]

_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)


class Piece(NamedTuple):
    """A run of text and its label; the empty label is ordinary text."""

    text: str
    label: str


class Person(NamedTuple):
    """A name in its parts."""

    title: str
    first: str
    middle: str
    last: str


class Rng:
    """Random numbers from SHA-256 in counter mode: the same under every Python."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._count = 0

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        block = hashlib.sha256(self._key + b"/" + str(self._count).encode()).digest()
        self._count += 1
        return int.from_bytes(block[:8], "big") % limit

    def pick(self, items: Sequence[str]) -> str:
        """One of the items."""
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        """True in `percent` of 100 cases."""
        return self.below(100) < percent

    def digits(self, pattern: str) -> str:
        """The pattern with each `#` replaced by a digit and each `@` by a capital letter."""
        parts = []
        for char in pattern:
            if char == "#":
                parts.append(str(self.below(10)))
            elif char == "@":
                parts.append(chr(ord("A") + self.below(26)))
            else:
                parts.append(char)
        return "".join(parts)


def recased(text: str, *, upper: bool) -> str:
    """The text in capitals or small letters, or as it is where that would move offsets."""
    changed = text.upper() if upper else text.lower()
    return changed if len(changed) == len(text) else text


class Values:
    """Values of one note; people keep their names through it."""

    def __init__(self, rng: Rng, words: Words) -> None:
        self._rng = rng
        self._words = words
        self._people: dict[str, Person] = {}
        self._labelled: dict[str, tuple[str, Callable[[], str]]] = {
            "dob": ("DATE", self._date),
            "date": ("DATE", self._date),
            "monthyear": ("DATE", self._month_year),
            "phone": ("PHONE", self._phone),
            "fax": ("FAX", self._phone),
            "email": ("EMAIL", self._email),
            "ssn": ("SSN", self._ssn),
            "mrn": ("MRN", self._mrn),
            "acct": ("ACCOUNT_NUMBER", self._account),
            "plan": ("HEALTH_PLAN_ID", self._plan),
            "card": ("CREDIT_CARD", self._card),
            "url": ("URL", self._url),
            "ip": ("IP_ADDRESS", self._ip),
            "street": ("STREET_ADDRESS", self._street),
            "city": ("CITY", lambda: rng.pick(words["city"])),
            "zip": ("ZIPCODE", lambda: rng.digits("#####-####" if rng.chance(20) else "#####")),
        }
        self._plain: dict[str, Callable[[], str]] = {
            "state": lambda: rng.pick(words["state_listed"]),
            "weekday": lambda: rng.pick(words["weekday_listed"][:7]),
            "relation": lambda: rng.pick(words["relation_listed"]),
            "cred": lambda: rng.pick(words["credential_listed"]),
            "age": lambda: str(18 + rng.below(70)),
            "number": lambda: rng.digits(rng.pick(("#", "##", "###", "####", "#####"))),
            "money": lambda: rng.digits(rng.pick(("##.##", "###.##", "#,###.##", "###"))),
            "room": lambda: rng.digits(rng.pick(("###", "#@", "####-@", "##", "@##"))),
            "code": lambda: rng.digits(
                rng.pick(("@@####", "@#####@", "##@###", "@@@-###", "####@@"))
            ),
            "cpt": lambda: rng.digits("99###"),
            "icd": lambda: rng.digits(rng.pick(("@##.#", "@##", "@##.##"))),
            "time": self._time,
            "dose": self._dose,
            "lab": self._lab,
            "vital": self._vital,
        }

    def pieces(self, slot: str, which: str, form: str) -> list[Piece]:
        """What a slot is replaced by."""
        if slot in {"pt", "rel", "dr"}:
            label = "PROVIDER_NAME" if slot == "dr" else "PATIENT_NAME"
            return self._name(self._person(slot + which), label, form)
        if slot in self._labelled:
            label, value = self._labelled[slot]
            return [Piece(value(), label)]
        if slot in self._plain:
            return [Piece(self._plain[slot](), "")]
        return [Piece(self._rng.pick(self._words[slot]), "")]

    def _person(self, key: str) -> Person:
        if key not in self._people:
            title = self._rng.pick(("Mr.", "Mrs.", "Ms.", "Mr", "Ms", "Miss"))
            self._people[key] = Person(title, self._first(), self._first(), self._last())
        return self._people[key]

    def _first(self) -> str:
        section = self._rng.pick(("first_listed", "first_new", "first_new", "first_plain"))
        if self._rng.chance(15):
            return self._made_up()
        return self._rng.pick(self._words[section])

    def _last(self) -> str:
        rng = self._rng
        if rng.chance(25):
            return self._made_up()
        section = rng.pick(("last_listed", "last_new", "last_new", "last_plain"))
        base = rng.pick(self._words[section])
        if rng.chance(7):
            return f"{base}-{rng.pick(self._words['last_new'])}"
        if rng.chance(7):
            return rng.pick(("O'", "Mc", "Mac", "D'", "van der ", "de la ", "Al-", "St. ")) + base
        return base

    def _made_up(self) -> str:
        rng, words = self._rng, self._words
        middle = rng.pick(words["syllable_b"]) if rng.chance(60) else ""
        return rng.pick(words["syllable_a"]) + middle + rng.pick(words["syllable_c"])

    def _name(self, person: Person, label: str, form: str) -> list[Piece]:
        full = self._full(person)
        if form in {"titled", "title"}:
            if form == "title" and self._rng.chance(50):
                return [Piece(full, label)]
            shown = full if self._rng.chance(35) else person.last
            return [Piece(person.title + " ", ""), Piece(shown, label)]
        initial = f" {person.middle[0]}." if self._rng.chance(40) else ""
        texts = {
            "": full,
            "first": person.first,
            "last": person.last,
            "upper": recased(full, upper=True),
            "lf": f"{person.last}, {person.first}{initial}",
        }
        return [Piece(texts[form], label)]

    def _full(self, person: Person) -> str:
        _, first, middle, last = person
        forms = (
            *(f"{first} {last}",) * 13,
            *(f"{first} {middle[0]}. {last}",) * 3,
            f"{first} {middle} {last}",
            f"{first[0]}. {last}",
            f"{first} {last} {self._rng.pick(('Jr.', 'Sr.', 'III', 'II'))}",
            f"{first} {middle[0]} {last}",
        )
        return self._rng.pick(forms)

    def _date(self) -> str:
        rng = self._rng
        year, month, day = 1931 + rng.below(95), 1 + rng.below(12), 1 + rng.below(28)
        long = self._words["month_listed"][month - 1]
        short = rng.pick((long[:3], long[:3] + "."))
        end = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th") if day // 10 != 1 else "th"
        forms = (
            *(f"{month:02}/{day:02}/{year}",) * 6,
            *(f"{year}-{month:02}-{day:02}",) * 4,
            *(f"{long} {day}, {year}",) * 4,
            *(f"{month}/{day}/{year % 100:02}",) * 3,
            *(f"{month}/{day}",) * 3,
            *(f"{month}/{day}/{year}", f"{long} {day}", f"{short} {day}, {year}") * 2,
            *(f"{day} {long} {year}", f"{day:02}-{long[:3]}-{year}", f"{short} {day}") * 2,
            f"{month:02}-{day:02}-{year}",
            f"{day:02}.{month:02}.{year}",
            f"{day} {long[:3]} {year}",
            f"{day}{long[:3].upper()}{year}",
            f"{long} {day}{end}",
            f"{long} {day}{end}, {year}",
            f"{day}{end} of {long}",
            f"{day}{end} of {long} {year}",
            f"{_ORDINALS[month - 1]} of {long}",
            f"{long} the {_ORDINALS[month - 1]}",
            f"{year}/{month:02}/{day:02}",
            f"{year}{month:02}{day:02}",
            f"{month:02}/{year}",
            f"{long} {year}",
        )
        return rng.pick(forms)

    def _month_year(self) -> str:
        long = self._rng.pick(self._words["month_listed"][:12])
        year = 1990 + self._rng.below(36)
        return self._rng.pick((f"{long} {year}", f"{long[:3]} {year}", long, f"{long} of {year}"))

    def _phone(self) -> str:
        rng = self._rng
        area, line = rng.digits("3##"), rng.digits("01##")
        forms = (
            *(f"({area}) 555-{line}", f"{area}-555-{line}") * 4,
            *(f"555-{line}", f"{area}.555.{line}") * 2,
            f"({area})555-{line}",
            f"{area} 555 {line}",
            f"+1 {area} 555 {line}",
            f"+1-{area}-555-{line}",
            f"1-800-555-{line}",
            f"+1 ({area}) 555-{line}",
            f"{area}555{line}",
            f"{area}/555-{line}",
            f"{area}-555-{line} ext. {rng.digits('###')}",
            f"{area}-555-{line} x{rng.digits('##')}",
        )
        return rng.pick(forms)

    def _email(self) -> str:
        rng = self._rng
        first, last = self._first().lower(), rng.pick(self._words["last_new"]).lower()
        user = rng.pick(
            (f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}", f"{last}{rng.digits('##')}")
        )
        return f"{user}@{self._domain()}"

    def _domain(self) -> str:
        word = self._rng.pick(self._words["street_base"][:60]).lower().replace(" ", "-")
        return self._rng.pick(
            (
                f"{word}.example",
                f"mail.{word}.example",
                f"{word}.example.com",
                f"{word}.example.org",
            )
        )

    def _url(self) -> str:
        rng = self._rng
        path = rng.pick(("", "/", "/visit/", "/pay?id=", "/chart/", "/u/")) + rng.digits("####")
        start = rng.pick(("https://", "http://", "https://www.", "www.", "https://portal."))
        return start + self._domain() + (path if path.startswith("/") else "")

    def _ip(self) -> str:
        low = str(1 + self._rng.below(254))
        base = self._rng.pick(("192.0.2.", "198.51.100.", "203.0.113.", "10.20.30.", "2001:db8::"))
        return base + low

    def _ssn(self) -> str:
        rng = self._rng
        area, group, serial = (
            rng.digits("9##"),
            rng.pick(("66", "67", "69", "89", "93")),
            rng.digits("####"),
        )
        mark = rng.pick(("-", "-", "-", "-", " ", "", "."))
        return mark.join((area, group, serial))

    def _mrn(self) -> str:
        forms = ("######", "#######", "########", "########", "00######", "#########", "##########")
        rare = (
            "MR#######",
            "@#######",
            "M########",
            "##-##-##",
            "###-##-###",
            "@@-######",
            "#### ####",
            "H######@",
        )
        return self._rng.digits(self._rng.pick((*forms, *rare)))

    def _account(self) -> str:
        forms = (
            "########",
            "#########",
            "##########",
            "############",
            "####-#####",
            "A######",
            "@-#####",
            "####-####-##",
        )
        return self._rng.digits(self._rng.pick(forms))

    def _plan(self) -> str:
        forms = (
            "@@@#########",
            "@########",
            "#########@",
            "@@@ ### ####",
            "########",
            "@@@-####-####",
            "#@@#-@@#-@@##",
            "@@#######-##",
        )
        return self._rng.digits(self._rng.pick(forms))

    def _card(self) -> str:
        forms = (
            "4000 0000 00## ####",
            "4000-0000-00##-####",
            "4000000000##",
            "4000000000######",
            "3782 822463 #####",
        )
        return self._rng.digits(self._rng.pick(forms))

    def _street(self) -> str:
        rng, words = self._rng, self._words
        if rng.chance(6):
            return rng.pick(("P.O. Box ", "PO Box ")) + rng.digits("###")
        number = rng.digits(rng.pick(("##", "###", "####", "1####")))
        street = (
            f"{number} {rng.pick(words['street_base'])} {rng.pick(words['street_type_listed'])}"
        )
        if rng.chance(8):
            street += "."
        if rng.chance(18):
            unit = rng.pick(("Apt ", "Apt. ", "Unit ", "Suite ", "#", "Ste "))
            street += rng.pick((", ", " ")) + unit + rng.digits(rng.pick(("#", "##", "#@", "###")))
        return street

    def _time(self) -> str:
        hour, minute = self._rng.below(24), self._rng.below(60)
        return self._rng.pick(
            (f"{hour:02}:{minute:02}", f"{1 + hour % 12}:{minute:02} pm", f"{hour:02}{minute:02}")
        )

    def _dose(self) -> str:
        amount = self._rng.pick(("5", "10", "20", "40", "500", "0.5", "1,000", "12.5"))
        return amount + self._rng.pick(
            (" mg", "mg", " mcg", " units", " mL", " g", " mg/kg", " mg PO")
        )

    def _lab(self) -> str:
        name = self._rng.pick(
            ("Na", "K", "Hgb", "Plt", "Cr", "BUN", "Glucose", "TSH", "Sodium", "WBC", "HbA1c")
        )
        value = self._rng.digits(self._rng.pick(("###", "#.#", "##.#", "##")))
        unit = self._rng.pick(("", " mmol/L", " g/dL", " mg/dL", "%", " (H)", " K/uL"))
        return name + self._rng.pick((" ", ": ", " of ")) + value + unit

    def _vital(self) -> str:
        forms = (
            "BP 1##/##",
            "HR ## and regular",
            "SpO2 9#% on room air",
            "temp 9#.# F",
            "BP 1##/## HR ## RR 1#",
            "T 37.#, P ##",
            "weight ##.# kg",
            "saturation 9#% on 2 L",
            "pain #/10",
        )
        return self._rng.digits(self._rng.pick(forms))
