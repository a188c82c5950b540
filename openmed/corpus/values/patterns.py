"""Identifiers of a language, as its data states them: patterns, checks, accounts. Pure.

    #  a digit      @  a capital letter      ?  a check character      all else stands for itself

`pattern` is one; `patterns` are drawn among, a list of one too. Numbers of a country come from a
range that is never issued there, as far as its rules are public; each language says which.
"""

import re
from typing import Final

from openmed.corpus.draws import Draws
from openmed.corpus.emitter import Item
from openmed.corpus.locale import Maker
from openmed.corpus.table import Table
from openmed.corpus.values.checks import AGAIN, NAMED, Check, weighted
from openmed.corpus.values.identifiers import MAKERS
from openmed.domain.text.check_digits import iban_digits
from openmed.domain.text.labels import BY_NAME
from openmed.errors import UsageError

SHARED: Final = {
    kind: MAKERS[kind] for kind in ("url", "ip", "card", "serial", "accession", "account", "mac")
}
"""Identifiers that are written the same everywhere."""
BASES: Final = {"": SHARED, "us": MAKERS}
"""Identifiers a language may begin with, by the name its data gives."""

_COUNTRY: Final = re.compile("[A-Z]{2}")
_PLACE: Final = "?"
_TRIES: Final = 1000
_GROUP: Final = 4


def label_of(table: Table) -> str:
    """The label a table states.

    Raises:
        UsageError: it is not canonical.
    """
    label = table.text("label")
    if label not in BY_NAME:
        table.refuse("label", f"is {label!r}; wanted a label of openmed/domain/text/labels.py")
    return label


def read_maker(table: Table) -> Maker:
    """Read how one kind of identifier is made.

    Raises:
        UsageError: the table is not understood.
    """
    label = label_of(table)
    is_one = "pattern" in table
    shapes = (table.text("pattern"),) if is_one else table.texts("patterns")
    bank = table.text("bank", "")
    if bank and not _COUNTRY.fullmatch(bank):
        table.refuse("bank", f"is {bank!r}; wanted the two capital letters of a country")
    checks = _checks(table, shapes)
    table.close()

    def make(draws: Draws) -> Item:
        # A list of one is drawn from too: the draw is part of the stream of every document.
        shape = shapes[0] if is_one else draws.choice(shapes)
        number = _number(draws, shape, checks)
        return Item(label, _account(bank, number) if bank else number)

    return make


def _checks(table: Table, shapes: tuple[str, ...]) -> tuple[Check, ...]:
    if "check" in table:
        name = table.text("check")
        if name not in NAMED:
            table.refuse("check", f"is {name!r}; wanted {', '.join(NAMED)}")
        checks: tuple[Check, ...] = (NAMED[name],)
    else:
        checks = tuple(_weighted(each) for each in table.tables("checks"))
    width = sum(check.width for check in checks)
    for shape in shapes:
        if shape.count(_PLACE) != width:
            table.refuse("", f"has {shape!r} with {width} check characters; wanted as many `?`")
        try:
            _number(Draws(seed="", family="", index=0), shape, checks)
        except (ValueError, KeyError):
            table.refuse("", f"has {shape!r}, which the check cannot be computed of")
        except UsageError as error:
            table.refuse("", f"has {shape!r}: {error.message}")
    return checks


def _weighted(table: Table) -> Check:
    weights, modulo = table.integers("weights"), table.integer("modulo")
    symbols = table.text("symbols")
    table.close()
    if len(symbols) != modulo:
        table.refuse("symbols", f"has {len(symbols)} characters; wanted one for each remainder")
    return weighted(weights, modulo, symbols)


def _number(draws: Draws, shape: str, checks: tuple[Check, ...]) -> str:
    for _ in range(_TRIES):
        drawn = "".join(_drawn(character, draws) for character in shape)
        body = "".join(c for c in drawn if c.isalnum())
        signs = ""
        for check in checks:
            sign = check.of(body + signs)
            if sign == AGAIN:
                break
            signs += sign
        else:
            return _placed(drawn, signs)
    raise UsageError(f"no number passed its check in {_TRIES} draws")


def _drawn(character: str, draws: Draws) -> str:
    return {"#": draws.digits, "@": draws.letters}.get(character, lambda _: character)(1)


def _placed(drawn: str, signs: str) -> str:
    left = iter(signs)
    return "".join(next(left) if character == _PLACE else character for character in drawn)


def _account(country: str, number: str) -> str:
    """An account at a bank that does not exist, in groups of four."""
    whole = country + iban_digits(country, number) + number
    return " ".join(whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP))
