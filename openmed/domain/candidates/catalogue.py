"""The catalogue `models.jsonl`: one row per repository, read as the public project writes it.

Tolerant of what we do not own: unknown fields and their order are nobody's business here, and
nothing writes the file. Strict about the fields we use: a row that cannot be read, or one of two
rows of one repository, is no row of it. It holds this repository only; a row that does not even say
whose it is holds nobody and is told.
"""

from collections.abc import Iterator
from typing import Annotated, Generic, NamedTuple, Self, TypeVar

from pydantic import Field, model_validator

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.slot import parse_slot
from openmed.domain.wire import from_plain, read_table
from openmed.errors import EvidenceError, UsageError

FILE_NAME = "models.jsonl"
"""Where the catalogue stands in a release repository."""

_LONGEST = 200
Word = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
Row = TypeVar("Row", bound="CatalogueFormats")
ListedRow = TypeVar("ListedRow", bound="CatalogueRow")


class CatalogueFormats(Frozen):
    """What says which slots a row is about.

    Attributes:
        family: model family, as people write it.
        tier: size class; None = it has none.
        formats: file formats the repository holds.
    """

    family: Word
    tier: Word | None
    formats: Annotated[tuple[Word, ...], Field(min_length=1)]

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


class CatalogueRow(CatalogueFormats):
    """The fields of one row that the engine uses.

    Attributes:
        repo_id: repository.
        languages: languages its models claim.
        license: SPDX expression in any case; None = not known.
    """

    repo_id: Word
    languages: tuple[Word, ...]
    license: Word | None


class Listed(Frozen):
    """What the catalogue says of one repository.

    Attributes:
        row: its row; None when there is none.
        fault: why it cannot be used; empty when it can.
    """

    row: CatalogueRow | None
    fault: str = ""


class RowFault(Frozen):
    """A row that cannot be used.

    Attributes:
        line: of the file.
        repo_id: repository it is about; empty where it does not say.
        message: file, line and field.
        slots: slots it is about; None where it does not say.
    """

    line: int
    repo_id: str
    message: str
    slots: tuple[str, ...] | None


class Catalogue(Frozen):
    """Every row, in the order of the file.

    Attributes:
        what: name of the file.
        rows: those that can be used.
        faults: the others.
    """

    what: str
    rows: tuple[CatalogueRow, ...]
    faults: tuple[RowFault, ...] = ()

    @property
    def slots(self) -> tuple[str, ...]:
        """Slots of all rows that say it, without lines."""
        known = (slot for row in self.rows for slot in row.slots)
        return (*known, *(slot for row in self.faults for slot in row.slots or ()))

    @property
    def has_unknown_slots(self) -> bool:
        """Whether a row does not say which slots it is about."""
        return any(row.slots is None for row in self.faults)

    @property
    def listings(self) -> dict[str, Listed]:
        """What it says of each repository that it names."""
        found = {row.repo_id: Listed(row=row) for row in self.rows}
        for fault in self.faults:
            if fault.repo_id:
                found.setdefault(fault.repo_id, Listed(row=None, fault=fault.message))
        return found

    def unlisted(self, repo_id: str) -> Listed:
        """What it says of a repository that it does not name."""
        lost = [f"{row.line}" for row in self.faults if not row.repo_id]
        if not lost:
            return Listed(row=None)
        lines = f"line{'s' if len(lost) > 1 else ''} {', '.join(lost[:_MOST])}"
        more = f" and {len(lost) - _MOST} more" if len(lost) > _MOST else ""
        fault = f"{self.what} has no row of {repo_id} that can be read; see {lines}{more}"
        return Listed(row=None, fault=fault)


_MOST = 3
"""Lines that a sentence names."""


def read_manifest(data: bytes, *, what: str) -> Catalogue:
    """Read every row; one that cannot be used is named and keeps no other from being used."""
    read = [row.read for row in read_rows(CatalogueRow, data, what=what)]
    return Catalogue(
        what=what,
        rows=tuple(row for row in read if not isinstance(row, RowFault)),
        faults=tuple(row for row in read if isinstance(row, RowFault)),
    )


class CatalogueLine(NamedTuple, Generic[ListedRow]):
    """One line.

    Attributes:
        number: of the file.
        content: its bytes, without the end.
        read: the row, or why it cannot be used.
    """

    number: int
    content: bytes
    read: ListedRow | RowFault


def read_rows(
    kind: type[ListedRow], data: bytes, *, what: str
) -> tuple[CatalogueLine[ListedRow], ...]:
    """Every line with its row, in order; none of two rows of one repository can be used.

    Args:
        kind: the fields that are used.
        data: the file.
        what: its name.
    """
    lines = [
        CatalogueLine(number, content, _read(kind, number, content, what=what))
        for number, content in _lines(data)
    ]
    twins: dict[str, list[int]] = {}
    for line in lines:
        twins.setdefault(line.read.repo_id, []).append(line.number)
    return tuple(_alone(line, twins[line.read.repo_id], what=what) for line in lines)


def _alone(
    line: CatalogueLine[ListedRow], twins: list[int], *, what: str
) -> CatalogueLine[ListedRow]:
    row = line.read
    if isinstance(row, RowFault) or len(twins) == 1:
        return line
    named = ", ".join(f"{number}" for number in twins)
    message = f"{what} line {line.number}: {row.repo_id} has {len(twins)} rows, in lines {named}"
    return line._replace(read=_fault(line.number, row.repo_id, message, slots=row.slots))


def _fault(line: int, repo_id: str, message: str, *, slots: tuple[str, ...] | None) -> RowFault:
    return RowFault(line=line, repo_id=repo_id, message=message, slots=slots)


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    # Only LF ends a line: `splitlines` would also cut at U+2028 inside a text.
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _read(kind: type[ListedRow], number: int, line: bytes, *, what: str) -> ListedRow | RowFault:
    where = f"{what} line {number}"
    try:
        table = read_table(line, what=where)
    except EvidenceError as error:
        return _fault(number, "", error.message, slots=None)
    try:
        return _used(kind, table, what=where)
    except EvidenceError as error:
        repo_id = table.get("repo_id")
        named = repo_id if isinstance(repo_id, str) and 0 < len(repo_id) <= _LONGEST else ""
        return _fault(number, named, error.message, slots=_slots(table, what=where))


def _slots(table: dict[str, Json], *, what: str) -> tuple[str, ...] | None:
    try:
        return _used(CatalogueFormats, table, what=what).slots
    except EvidenceError:
        return None


def _used(kind: type[Row], table: dict[str, Json], *, what: str) -> Row:
    return from_plain(kind, {k: v for k, v in table.items() if k in kind.model_fields}, what=what)
