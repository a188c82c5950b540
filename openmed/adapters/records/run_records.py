"""Run records as lines of `gates/runs/YYYY-MM.jsonl`, oldest first."""

from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.records.run_record import RunRecord
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

_MOST = 64 << 20
"""Bytes of one month."""


class RunRecords:
    """Records of one release repository."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = gates / "runs"

    def append(self, record: RunRecord) -> None:
        """Add one line to the month in which the run ended."""
        path = self._folder / f"{record.ended[:7]}.jsonl"
        before = self._bytes(path)
        # A torn last line is ended, so that it is the only one that cannot be read.
        joint = b"\n" if before and not before.endswith(b"\n") else b""
        atomic.write(path, before + joint + dump(record) + b"\n")

    def read(self, month: str) -> tuple[RunRecord, ...]:
        """Records of a month (`YYYY-MM`) in the order of their lines; what is no record is left."""
        found = []
        for line in self._bytes(self._folder / f"{month}.jsonl").splitlines():
            try:
                found.append(parse(RunRecord, line, what="run record"))
            except EvidenceError:
                continue
        return tuple(found)

    def months(self) -> tuple[str, ...]:
        """Months with records, oldest first."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.stem for path in self._folder.glob("????-??.jsonl")))

    @staticmethod
    def _bytes(path: Path) -> bytes:
        return limited_read.read_bytes(path, most=_MOST) if path.is_file() else b""
