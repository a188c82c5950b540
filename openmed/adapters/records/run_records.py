"""Run records as lines of `gates/runs/YYYY-MM.jsonl`."""

import contextlib
from pathlib import Path
from typing import Final

from openmed.adapters.records.month_lines import MonthLines
from openmed.domain.records.run_record import RunRecord
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

FOLDER: Final = "runs"
MOMENT: Final = "ended"
"""Key of a line by which lines are ordered."""


class RunRecords:
    """Records of one release repository."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._lines = MonthLines(gates / FOLDER, moment=MOMENT)

    def append(self, record: RunRecord) -> None:
        """Add one line to the month in which the run ended.

        Raises:
            OSError: the disk refused, or the month is full.
        """
        self._lines.append(record.ended[:7], dump(record))

    def unite(self, month: str, theirs: bytes) -> None:
        """Take in the lines that another machine has of a month.

        Raises:
            OSError: the disk refused, or what is here cannot be read; nothing was lost.
        """
        self._lines.unite(month, theirs)

    def read(self, month: str) -> tuple[RunRecord, ...]:
        """Records of a month (`YYYY-MM`) in the order of their lines; what is no record is left."""
        found = []
        lines: tuple[bytes, ...] = ()
        with contextlib.suppress(OSError):  # A month that cannot be read has none.
            lines = self._lines.lines(month)
        for line in lines:
            with contextlib.suppress(EvidenceError):
                found.append(parse(RunRecord, line, what="run record"))
        return tuple(found)

    def all(self) -> tuple[RunRecord, ...]:
        """Every record once, oldest first; in whatever order lines were written."""
        found = {dump(one): one for month in self.months() for one in self.read(month)}
        return tuple(
            found[data] for data in sorted(found, key=lambda data: (found[data].ended, data))
        )

    def newest(self) -> RunRecord | None:
        """The record of the run that ended last; None where there is none."""
        rows = (row for month in reversed(self.months()) for row in self._last_of(month))
        return next(rows, None)

    def _last_of(self, month: str) -> tuple[RunRecord, ...]:
        rows = self.read(month)
        return (max(rows, key=lambda row: (row.ended, dump(row))),) if rows else ()

    def months(self) -> tuple[str, ...]:
        """Months with records, oldest first."""
        return self._lines.months()
