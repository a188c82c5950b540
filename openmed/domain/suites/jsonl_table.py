"""Rows of a table, whatever it is kept as, with a name for each row that quotes none of it.

JSONL is read here; CSV and parquet need packages or state and are read by `adapters/tables.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from openmed.domain.digest import Json
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError


class TableRow(NamedTuple):
    """One row.

    Attributes:
        where: table and place, e.g. `suite x: notes line 7`.
        cells: values by column.
    """

    where: str
    cells: Mapping[str, Json]


TableReader: TypeAlias = Callable[[str, bytes, str], Iterator[TableRow]]
"""Path (its ending says the format), bytes and what they are → rows."""


def jsonl_rows(path: str, data: bytes, what: str) -> Iterator[TableRow]:
    """Rows of JSONL, one object a line; only LF ends a line.

    Raises:
        EvidenceError: another format, or a line that is no object.
    """
    if not path.endswith(".jsonl"):
        msg = f"{what}: {path} is not JSONL, and nothing was given to read another format"
        raise EvidenceError(msg)
    # `splitlines` would also cut at U+2028 inside a text.
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            where = f"{what} line {number}"
            yield TableRow(where=where, cells=read_table(line, what=where))
