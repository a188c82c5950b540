"""What a run leaves for others beside its products: the run report."""

import contextlib
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read


class RunFiles:
    """Files under `artifacts/` of one release repository."""

    def __init__(self, artifacts: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._report = artifacts / "run-report.json"
        self._recheck = artifacts / "recheck.json"

    def write_report(self, content: bytes) -> None:
        """Write `run-report.json`."""
        atomic.write(self._report, content)

    def write_recheck(self, content: bytes) -> None:
        """Write `recheck.json`."""
        atomic.write(self._recheck, content)

    def remove_report(self) -> None:
        """Remove `run-report.json`: an older run's would be taken for that of this one."""
        with contextlib.suppress(OSError):
            self._report.unlink()

    def read_report(self) -> bytes | None:
        """Bytes of `run-report.json`; None when no run left one."""
        return (
            limited_read.read_bytes(self._report, most=limited_read.PRODUCT)
            if self._report.exists()
            else None
        )
