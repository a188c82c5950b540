"""The catalogue `models.jsonl`: one row per repository, read as the public project writes it.

Tolerant of what we do not own: unknown fields and their order are nobody's business here, and
nothing writes the file. Strict about the fields we use: a row that cannot be read, or two rows
of one repository, make the whole catalogue unusable, because any row might be the wrong one.
"""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.slot import parse_slot
from openmed.domain.wire import from_plain, read_table
from openmed.errors import EvidenceError, UsageError

FILE_NAME = "models.jsonl"
"""Where the catalogue stands in a release repository."""

Word = Annotated[str, Field(min_length=1, max_length=200)]


class CatalogueRow(Frozen):
    """The fields of one row that the engine uses.

    Attributes:
        repo_id: repository.
        family: model family, as people write it.
        tier: size class; None = it has none.
        formats: file formats the repository holds.
        languages: languages its models claim.
        license: SPDX expression in any case; None = not known.
    """

    repo_id: Word
    family: Word
    tier: Word | None
    formats: Annotated[tuple[Word, ...], Field(min_length=1)]
    languages: tuple[Word, ...]
    license: Word | None

    @model_validator(mode="after")
    def _has_slots(self) -> Self:
        try:
            slots = self.slots
        except UsageError as error:
            raise ValueError(error.message) from None
        if len(set(slots)) < len(slots):
            msg = "a format is listed twice"
            raise ValueError(msg)
        return self

    @property
    def slots(self) -> tuple[str, ...]:
        """Slots its formats belong to, as slots are written, without a line."""
        return tuple(
            parse_slot(f"{self.family}::{self.tier or ''}::{name}").key for name in self.formats
        )


class Listed(Frozen):
    """What the catalogue says of one repository.

    Attributes:
        row: its row; None when there is none.
        fault: why the catalogue cannot be used; empty when it can.
    """

    row: CatalogueRow | None
    fault: str = ""


def read_manifest(data: bytes, *, what: str) -> tuple[CatalogueRow, ...]:
    """Read every row, in the order of the file.

    Raises:
        EvidenceError: names the line: it is not a JSON object, a field we use is missing or of
            another type, or its repository has a row already.
    """
    lines: dict[str, int] = {}
    rows: list[CatalogueRow] = []
    for number, table in _tables(data, what=what):
        row = _row(table, what=f"{what} line {number}")
        first = lines.setdefault(row.repo_id, number)
        if first != number:
            msg = f"{what} line {number}: {row.repo_id} has a row already, in line {first}"
            raise EvidenceError(msg)
        rows.append(row)
    return tuple(rows)


def _tables(data: bytes, *, what: str) -> Iterator[tuple[int, dict[str, Json]]]:
    # Only LF ends a line: `splitlines` would also cut at U+2028 inside a text.
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield number, read_table(line, what=f"{what} line {number}")


def _row(table: dict[str, Json], *, what: str) -> CatalogueRow:
    used = {name: table[name] for name in CatalogueRow.model_fields if name in table}
    return from_plain(CatalogueRow, used, what=what)
