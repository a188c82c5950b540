"""Records of deliveries, `gates/notices/YYYY-MM.jsonl`, so that the next machine knows."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from openmed.adapters.records.month_lines import MonthLines
from openmed.domain.notices.delivery import Delivery
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

FOLDER: Final = "notices"
MOMENT: Final = "at"
"""Key of a line by which lines are ordered."""


class DeliveryRecords:
    """Records of one release repository."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._lines = MonthLines(gates / FOLDER, moment=MOMENT)

    def append(self, deliveries: Iterable[Delivery]) -> None:
        """Add lines to the months in which they were made.

        Raises:
            OSError: the disk refused, or the month is full.
        """
        for delivery in deliveries:
            self._lines.append(delivery.at[:7], dump(delivery))

    def unite(self, month: str, theirs: bytes) -> None:
        """Take in the lines that another machine has of a month.

        Raises:
            OSError: the disk refused, or what is here cannot be read; nothing was lost.
        """
        self._lines.unite(month, theirs)

    def read(self) -> tuple[Delivery, ...]:
        """All records; what is no record is left out.

        Raises:
            OSError: a month cannot be read: it is not known who was told what.
        """
        found = []
        for line in (line for month in self.months() for line in self._lines.lines(month)):
            with contextlib.suppress(EvidenceError):
                found.append(parse(Delivery, line, what="delivery"))
        return tuple(found)

    def months(self) -> tuple[str, ...]:
        """Months with records, oldest first."""
        return self._lines.months()
