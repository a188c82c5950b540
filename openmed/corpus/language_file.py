"""`LANG/language.toml` and `LANG/name_pools.toml`: what a language brings, as data. Pure.

`openmed/corpus/templates/` has ten of them to copy from. Code is referred to by name: what a
language begins with (`[base]`), a check of its numbers, never by anything that is run.
"""

from collections.abc import Mapping
from typing import Final

from openmed.corpus.locale import Kind, Locale, Names, Words
from openmed.corpus.table import Table
from openmed.corpus.values import day_styles, patterns
from openmed.corpus.values.people import read_forms
from openmed.corpus.values.streets import read_street

_USUAL: Final = "usual"
_PEOPLE: Final = {
    "patient": "PATIENT_NAME",
    # Relatives are protected as the patient is (45 CFR 164.514(b)(2)(i)): the same label.
    "relative": "PATIENT_NAME",
    "provider": "PROVIDER_NAME",
}
_STREETS: Final = ("", "us")


def read_language(file: str, text: str, *, pools: Mapping[str, Names]) -> Locale:
    """Read a language.

    Args:
        file: name of the file, for the sentence.
        text: its text.
        pools: the language's name pools.

    Raises:
        UsageError: the file is not understood; names file and line.
    """
    top = Table.of(file, text)
    base = top.table("base")
    identifiers = _base(base, "identifiers", tuple(patterns.BASES))
    dates = _base(base, "dates", tuple(day_styles.BASES))
    street = _base(base, "street", _STREETS)
    base.close()
    makers = top.table("identifiers")
    days = top.table("dates")
    styles = day_styles.read_styles(days, base=dates)
    locale = Locale(
        people=_people(top.table("people"), _names(top.table("names"))),
        pools=pools,
        nicknames=_texts(top.table("nicknames")),
        forms=read_forms(top.table("forms")),
        gendered=_gendered(top.table("gendered")),
        places=_gold(top.table("gold")),
        phrases=_phrases(top.table("phrases")),
        makers={
            **patterns.BASES[identifiers],
            **{kind: patterns.read_maker(makers.table(kind)) for kind in makers.names()},
        },
        street=read_street(top.table("street"), base=street),
        styles=styles,
        usual_styles=_usual(days, known=tuple(styles)),
        filler=top.table("filler").texts("sentences", ()),
    )
    days.close()
    top.close()
    return locale


def read_pools(file: str, text: str) -> dict[str, Names]:
    """Read the name pools of a language.

    Raises:
        UsageError: the file is not understood; names file and line.
    """
    top = Table.of(file, text)
    return {name: _name_list(top.table(name), usual=None) for name in top.names()}


def _base(base: Table, key: str, known: tuple[str, ...]) -> str:
    name = base.text(key, "")
    if name not in known:
        base.refuse(key, f"is {name!r}; wanted {', '.join(filter(None, known))}, or no such key")
    return name


def _names(table: Table) -> dict[str, Names]:
    usual = _name_list(table.table(_USUAL), usual=None)
    others = (name for name in table.names() if name != _USUAL)
    return {
        _USUAL: usual, **{name: _name_list(table.table(name), usual=usual) for name in others}
    }  # fmt: skip


def _name_list(table: Table, *, usual: Names | None) -> Names:
    """A list of names; one without given names of its own has the usual ones."""
    if usual is not None and "women" not in table and "men" not in table:
        names = Names(usual.women, usual.men, table.words("surnames"))
    else:
        names = Names(table.words("women"), table.words("men"), table.words("surnames"))
    table.close()
    return names


def _people(table: Table, names: Mapping[str, Names]) -> dict[str, Kind]:
    people = {kind: Kind(label, names[_USUAL]) for kind, label in _PEOPLE.items()}
    for kind in table.names():
        each = table.table(kind)
        of = each.text("names")
        if of not in names:
            each.refuse("names", f"is {of!r}; wanted one of [names]: {', '.join(names)}")
        people[kind] = Kind(patterns.label_of(each), names[of])
        each.close()
    return people


def _texts(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key in table.names()}


def _phrases(table: Table) -> dict[str, tuple[str, ...]]:
    return {kind: table.texts(kind) for kind in table.names()}


def _gendered(table: Table) -> dict[str, tuple[str, str]]:
    words: dict[str, tuple[str, str]] = {}
    for key in table.names():
        pair = table.texts(key)
        if len(pair) != 2:  # noqa: PLR2004 - a man's and a woman's
            table.refuse(key, "must be two texts: for a man, for a woman")
        words[key] = (pair[0], pair[1])
    return words


def _gold(table: Table) -> dict[str, Words]:
    gold: dict[str, Words] = {}
    for kind in table.names():
        each = table.table(kind)
        gold[kind] = Words(patterns.label_of(each), each.words("words"))
        each.close()
    return gold


def _usual(days: Table, *, known: tuple[str, ...]) -> tuple[str, ...]:
    usual = days.words("usual")
    for style in usual:
        if style not in known:
            days.refuse("usual", f"has {style!r}; wanted one of [dates.styles]: {', '.join(known)}")
    return usual
