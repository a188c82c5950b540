"""The line of an address: drawn as a language's data states, or as the United States write it.

`draws` are made in the order they are written, each one of a list or a number of a range; a text
of a list may hold `{name}` of an earlier draw. `text` is filled last.
"""

from collections.abc import Callable
from typing import NamedTuple

from openmed.corpus.draws import Draws
from openmed.corpus.locale import Street
from openmed.corpus.table import Table
from openmed.corpus.values.fields import checked, filled


class _Drawn(NamedTuple):
    name: str
    draw: Callable[[Draws], str]


def read_street(table: Table, *, base: str) -> Street:
    """Read how a street is drawn; `base` names code that does it from lists of the table.

    Raises:
        UsageError: the table is not understood.
    """
    street = _american(table) if base == "us" else _stated(table)
    table.close()
    return street


def _stated(table: Table) -> Street:
    steps: list[_Drawn] = []
    for each in table.tables("draws"):
        name = each.text("name")
        if "between" in each:
            draw = _between(each)
        else:
            known = [step.name for step in steps]
            draw = _one_of(tuple(
                checked(each, "one_of", text, known=known) for text in each.texts("one_of")
            ))  # fmt: skip
        each.close()
        steps.append(_Drawn(name, draw))
    text = checked(table, "text", table.text("text"), known=[step.name for step in steps])

    def street(draws: Draws) -> str:
        values: dict[str, str] = {}
        for step in steps:
            values[step.name] = filled(step.draw(draws), values)
        return filled(text, values)

    return street


def _between(table: Table) -> Callable[[Draws], str]:
    ends = table.integers("between")
    if len(ends) != 2 or not 0 <= ends[0] <= ends[1] < 10**9:  # noqa: PLR2004 - a range has two ends
        table.refuse("between", "must be two whole numbers from 0, the lower one first")
    return lambda draws: str(draws.integer(ends[0], ends[1]))


def _one_of(texts: tuple[str, ...]) -> Callable[[Draws], str]:
    return lambda draws: draws.choice(texts)


def _american(table: Table) -> Street:
    names, kinds = table.words("names"), table.words("kinds")
    units = tuple(checked(table, "units", unit, known=("number",)) for unit in table.words("units"))

    def street(draws: Draws) -> str:
        line = f"{draws.integer(2, 9899)} {draws.choice(names)} {draws.choice(kinds)}"
        if draws.one_in(4):
            shape = draws.choice(units)
            unit = filled(shape, {"number": str(draws.integer(1, 48))})
            return f"{line}{draws.choice((', ', ' '))}{unit}"
        return f"P.O. Box {draws.integer(11, 9999)}" if draws.one_in(14) else line

    return street
