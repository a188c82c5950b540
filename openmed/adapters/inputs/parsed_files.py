"""What files had in them, for as long as their bytes are the same.

A file is read each time it is asked for, so an edit during a run is seen; only what follows from
the same bytes is not worked out again. A run asks for the queue and for policies slot by slot.
"""

import tomllib
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from openmed.domain.digest import Json

Value = TypeVar("Value")
Table = Mapping[str, Json]


class ParsedFiles:
    """Tables of TOML files, and values that were made of them, for one run."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._tables: dict[str, tuple[bytes, Table]] = {}
        self._values: dict[str, tuple[tuple[Table, ...], object]] = {}

    def table(self, what: str, data: bytes) -> Table:
        """The table that a file's bytes hold: the same object for the same bytes.

        Raises:
            ValueError: the bytes are no TOML.
        """
        known = self._tables.get(what)
        if known is None or known[0] != data:
            known = (data, cast("Table", tomllib.loads(data.decode())))
            self._tables[what] = known
        return known[1]

    def value(self, what: str, tables: tuple[Table, ...], make: Callable[[], Value]) -> Value:
        """What is made of some tables; made again where one of them is another object.

        Args:
            what: names it, and its kind.
            tables: of `table`.
            make: makes it, and raises where it cannot.
        """
        known = self._values.get(what)
        is_known = known is not None and len(known[0]) == len(tables)
        if known is None or not is_known or any(map(_are_others, known[0], tables)):
            known = (tables, make())
            self._values[what] = known
        return cast("Value", known[1])


def _are_others(one: Table, other: Table) -> bool:
    return one is not other
