"""Kinds of records that machines share: how two machines' files of each become one.

None is part of what the ledger proves, and nothing that releases reads them: lines and nights of
the branch that cannot be read or written here stay as the branch has them. Events decide what is
undone, so one that cannot be had is told.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from openmed.adapters.disk import atomic
from openmed.adapters.records.month_lines import SUFFIX, MonthLines
from openmed.adapters.sync.shared_branch import EVENTS, NIGHTLY, GitBranch
from openmed.domain.digest import sha256_hex
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, OpenMedError

_JSON = ".json"


class SharedKind(Protocol):
    """Records of one kind.

    Attributes:
        folder: where they are, below the root.
    """

    folder: str

    def unite(self, there: Mapping[str, str]) -> tuple[str, ...]:
        """Have what the branch has here; files that may be committed in place of its own.

        Args:
            there: state files of a commit of the branch.
        """
        ...


class SharedLines:
    """Lines by month: those of every machine, none of them ever lost."""

    def __init__(self, root: Path, branch: GitBranch, folder: str, *, moment: str) -> None:
        """Remember the place.

        Args:
            root: release repository.
            branch: the shared branch.
            folder: where the months are, below the root.
            moment: key of a line that says when it was.
        """
        self.folder = folder
        self._root = root
        self._branch = branch
        self._lines = MonthLines(root / folder, moment=moment)

    def unite(self, there: Mapping[str, str]) -> tuple[str, ...]:
        """Have the lines of the branch here."""
        data, failed = _contents(self._branch, there, self.folder, SUFFIX)
        for name, theirs in data.items():
            try:
                if _bytes(self._root / name) != theirs:
                    self._lines.unite(Path(name).stem, theirs)
            except OSError:
                failed.add(name)
        names = (f"{self.folder}/{month}{SUFFIX}" for month in self._lines.months())
        return tuple(name for name in names if name not in failed)


class SharedNights:
    """Counts of nights: of each slot those of the machine that measured last."""

    folder = NIGHTLY

    def __init__(self, root: Path, branch: GitBranch) -> None:
        """Remember the place."""
        self._root = root
        self._branch = branch

    def unite(self, there: Mapping[str, str]) -> tuple[str, ...]:
        """Have the newer nights of each slot here."""
        data, failed = _contents(self._branch, there, NIGHTLY, _JSON)
        for name, theirs in data.items():
            try:
                if _rank(theirs, name) > _rank(_bytes(self._root / name), name):
                    atomic.write_if_different(self._root / name, theirs)
            except OSError:
                failed.add(name)
        return tuple(name for name in _here(self._root, NIGHTLY, _JSON) if name not in failed)


class SharedEvents:
    """Events that were reacted to, each named after its bytes: none is ever taken away."""

    folder = EVENTS

    def __init__(self, root: Path, branch: GitBranch) -> None:
        """Remember the place."""
        self._root = root
        self._branch = branch

    def unite(self, there: Mapping[str, str]) -> tuple[str, ...]:
        """Have those that are not here; a file that is none stays here, for people.

        Raises:
            IntegrityError: one of the branch is missing or damaged.
            OSError: it cannot be written.
        """
        missing = [name for name in there if name.startswith(f"{EVENTS}/")]
        missing = [name for name in missing if not (self._root / name).exists()]
        for name, theirs in self._branch.contents(there, missing).items():
            atomic.keep(self._root / name, theirs)
        return tuple(
            name
            for name in _here(self._root, EVENTS, _JSON)
            if name not in there and sha256_hex(_bytes(self._root / name)) == Path(name).stem
        )


def _contents(
    branch: GitBranch, there: Mapping[str, str], folder: str, suffix: str
) -> tuple[Mapping[str, bytes], set[str]]:
    """Bytes of the branch's files of one folder; names of those that it could not give."""
    names = [name for name in there if name.startswith(f"{folder}/") and name.endswith(suffix)]
    try:
        return branch.contents(there, names), set()
    except OpenMedError:
        return {}, set(names)


def _here(root: Path, folder: str, suffix: str) -> tuple[str, ...]:
    place = root / folder
    paths = sorted(place.glob(f"*{suffix}")) if place.is_dir() else []
    return tuple(f"{folder}/{path.name}" for path in paths)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _rank(data: bytes, name: str) -> tuple[int, str, int]:
    """Which of two files counts: of the later generation, then of the later night."""
    from openmed.domain.monitoring.nightly.slot_nights import SlotNights  # noqa: PLC0415 - loads numpy

    try:
        nights = parse(SlotNights, data, what=name)
    except EvidenceError:
        return (0, "", 0)
    return (nights.generation, nights.tried, nights.measured)
