"""Records of deliveries as lines of `gates/notices/YYYY-MM.jsonl`, so that the next machine knows.

Lines are only added. They are shared as run records are: both machines' lines are kept.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.notices.delivery import Delivery
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

FOLDER: Final = "notices"
SUFFIX: Final = ".jsonl"
_MOST: Final = 64 << 20
"""Bytes of one month."""


class DeliveryRecords:
    """Records of one release repository."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = gates / FOLDER

    def append(self, deliveries: Iterable[Delivery]) -> None:
        """Add lines to the months in which they were made."""
        by_month: dict[str, list[bytes]] = {}
        for delivery in deliveries:
            by_month.setdefault(delivery.at[:7], []).append(dump(delivery))
        for month, lines in by_month.items():
            self._write(month, b"".join(line + b"\n" for line in lines))

    def unite(self, month: str, theirs: bytes) -> None:
        """Add the lines of another machine that are not here.

        Args:
            month: `YYYY-MM`.
            theirs: its file.
        """
        here = set(self._bytes(month).splitlines())
        new = [line for line in theirs.splitlines() if line and line not in here]
        if new:
            self._write(month, b"".join(line + b"\n" for line in new))

    def read(self) -> tuple[Delivery, ...]:
        """All records; what is no record is left out."""
        found = []
        for month in self.months():
            for line in self._bytes(month).splitlines():
                try:
                    found.append(parse(Delivery, line, what="delivery"))
                except EvidenceError:
                    continue
        return tuple(found)

    def months(self) -> tuple[str, ...]:
        """Months with records, oldest first."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.stem for path in self._folder.glob(f"????-??{SUFFIX}")))

    def _write(self, month: str, lines: bytes) -> None:
        before = self._bytes(month)
        # A torn last line is ended, so that it is the only one that cannot be read.
        joint = b"\n" if before and not before.endswith(b"\n") else b""
        atomic.write(self._path(month), before + joint + lines)

    def _bytes(self, month: str) -> bytes:
        path = self._path(month)
        return limited_read.read_bytes(path, most=_MOST) if path.is_file() else b""

    def _path(self, month: str) -> Path:
        return self._folder / f"{month}{SUFFIX}"
