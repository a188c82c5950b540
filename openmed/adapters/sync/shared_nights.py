"""Counts of nights on the shared branch: of each slot those of the machine that measured last.

Not part of what the ledger proves: they say which slot is next, and nothing that releases reads
them. They go with every state commit.
"""

from collections.abc import Mapping
from pathlib import Path

from openmed.adapters.disk import atomic
from openmed.adapters.sync.shared_branch import NIGHTLY, GitBranch
from openmed.domain.monitoring.nightly.slot_nights import SlotNights
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, OpenMedError

_SUFFIX = ".json"


class SharedNights:
    """The nights of one checkout, and those of the branch."""

    def __init__(self, root: Path, branch: GitBranch) -> None:
        """Remember the places; nothing is asked yet."""
        self._root = root
        self._branch = branch

    def unite(self, there: Mapping[str, str]) -> tuple[str, ...]:
        """Have the newer nights of each slot here; files that may be committed.

        What of the branch cannot be read stays as the branch has it, unless there is one here.

        Args:
            there: state files of a commit of the branch.
        """
        names = [one for one in there if one.startswith(f"{NIGHTLY}/") and one.endswith(_SUFFIX)]
        try:
            data = self._branch.contents(there, names)
        except OpenMedError:
            data = {}
        for name, theirs in data.items():
            if _rank(theirs, name) > _rank(self._bytes(name), name):
                atomic.write_if_different(self._root / name, theirs)
        folder = self._root / NIGHTLY
        here = sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []
        return tuple(f"{NIGHTLY}/{path.name}" for path in here)

    def _bytes(self, name: str) -> bytes:
        path = self._root / name
        return path.read_bytes() if path.is_file() else b""


def _rank(data: bytes, name: str) -> tuple[int, str, int]:
    """Which of two files counts: of the later generation, then of the later night."""
    try:
        nights = parse(SlotNights, data, what=name)
    except EvidenceError:
        return (0, "", 0)
    return (nights.generation, nights.tried, nights.measured)
