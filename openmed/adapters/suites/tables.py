"""Rows of CSV and parquet tables; JSONL is read by the core.

No row is ever quoted in an error. What is read is bounded: a parquet file of a few kilobytes can
hold gigabytes of text. pyarrow is imported when a parquet file is read (extra `[shield]`).
"""

import csv
import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Final

from openmed.domain.digest import Json
from openmed.domain.suites.jsonl_table import TableRow, jsonl_rows
from openmed.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

INSTALL: Final = "pip install 'openmed-release[shield]'"
MOST_TEXT: Final = 64 * 1024 * 1024
"""Characters of one table, all its columns together."""
MOST_ROWS: Final = 1_000_000

_STRINGS: Final = (
    "note_id", "note_text", "note_type", "template_family", "span_id", "span_label",
)  # fmt: skip
_NUMBERS: Final = ("span_start", "span_end")
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_BATCH: Final = 64


def read_rows(path: str, data: bytes, what: str) -> Iterator[TableRow]:
    """Rows of a table; the path's ending says what it is kept as.

    Raises:
        EvidenceError: it cannot be read, or is too large.
        UsageError: what reads it is not installed.
    """
    if path.endswith(".parquet"):
        return _parquet_rows(data, what)
    if path.endswith(".csv"):
        return _csv_rows(data, what)
    return jsonl_rows(path, data, what)


def _csv_rows(data: bytes, what: str) -> Iterator[TableRow]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise EvidenceError(f"{what} are not UTF-8") from None
    if text.startswith("\ufeff"):
        raise EvidenceError(f"{what} begin with a byte order mark; save them as plain UTF-8")
    csv.field_size_limit(MOST_TEXT)
    # Only LF ends a line, and what stands inside quotes is kept as it is, CR included.
    lines = (f"{line}\n" for line in text.split("\n"))
    try:
        rows = (row for row in csv.reader(lines, strict=True) if row)
        head = next(rows, [])
        if len(set(head)) < len(head):
            raise EvidenceError(f"{what} name a column twice")
        for number, row in enumerate(rows, start=1):
            where = f"{what} row {number}"
            if len(row) != len(head):
                raise EvidenceError(f"{where} has {len(row)} cells, wanted {len(head)}")
            yield TableRow(where, {name: _cell(name, v) for name, v in zip(head, row, strict=True)})
    except csv.Error:
        raise EvidenceError(f"{what} are not valid CSV") from None


def _cell(column: str, value: str) -> Json:
    return int(value) if column in _NUMBERS and _WHOLE.fullmatch(value) else value


def _parquet_rows(data: bytes, what: str) -> Iterator[TableRow]:
    if find_spec("pyarrow") is None:
        raise UsageError(
            f"{what} are a parquet file, and pyarrow is not installed", next_step=INSTALL
        )
    from pyarrow import ArrowException  # noqa: PLC0415 - heavy; only parquet needs it

    number = 0
    try:
        file = _opened(data)
        names = _columns(file, what)
        left = MOST_TEXT
        for batch in file.iter_batches(batch_size=_BATCH, columns=names, use_threads=False):
            for index in range(batch.num_rows):
                number += 1
                cells = {name: batch.column(name)[index].as_py() for name in names}
                left -= sum(len(value) for value in cells.values() if isinstance(value, str))
                if left < 0:
                    raise _too_large(what, f"more than {MOST_TEXT} characters")
                yield TableRow(f"{what} row {number}", cells)
    except (ArrowException, OSError):
        # Its own message may quote a value.
        raise EvidenceError(
            f"{what} are not a readable parquet file (after row {number})"
        ) from None


def _opened(data: bytes) -> "ParquetFile":
    from pyarrow import BufferReader  # noqa: PLC0415 - as above
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - as above

    names = set(ParquetFile(BufferReader(data)).schema_arrow.names)
    # Kept as a dictionary, a text that is repeated a million times takes no more room than once.
    return ParquetFile(BufferReader(data), read_dictionary=sorted(names.intersection(_STRINGS)))


def _columns(file: "ParquetFile", what: str) -> list[str]:
    """Columns that matter, once it is clear that they are not too large."""
    metadata = file.metadata
    if metadata.num_rows > MOST_ROWS:
        raise _too_large(what, f"{metadata.num_rows} rows")
    wanted = {*_STRINGS, *_NUMBERS}
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    parts = chain.from_iterable(
        (group.column(number) for number in range(group.num_columns)) for group in groups
    )
    size = sum(part.total_uncompressed_size for part in parts if part.path_in_schema in wanted)
    if size > MOST_TEXT:
        raise _too_large(what, f"{size} bytes")
    names = [name for name in file.schema_arrow.names if name in wanted]
    if len(set(names)) < len(names):
        raise EvidenceError(f"{what} name a column twice")
    return names


def _too_large(what: str, size: str) -> EvidenceError:
    return EvidenceError(
        f"{what} hold {size}; at most {MOST_ROWS} rows and {MOST_TEXT} characters are read"
    )
