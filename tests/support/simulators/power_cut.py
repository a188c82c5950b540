"""A model of what a power cut may leave: records the verbs of a disk, then tries every state.

At each instant, of everything that was not synced yet: a write is missing, there, or there as
zeros (every write counts as two halves, so torn files appear); a change of names is missing or
there, in any combination. Source of the model: ALICE (OSDI'14), file system as weak as POSIX.
"""

import itertools
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from openmed.adapters.disk.disk import RealDisk

State = Mapping[str, bytes]
"""Content of every file that can be reached, by path below the root."""


class TooManyStatesError(AssertionError):
    """So much is unsynced at once that not every state can be tried: a failure by itself."""


class Kind(Enum):
    """What was done."""

    FOLDER = "folder"
    CREATE = "create"
    WRITE = "write"
    RENAME = "rename"
    UNLINK = "unlink"
    SYNC = "sync"
    SYNC_NAMES = "sync names"


class Verb(NamedTuple):
    """One verb: the path or, for files' content, the number of the file; what else it needs."""

    kind: Kind
    path: str = ""
    file: int = 0
    data: bytes = b""
    source: str = ""


class RecordingDisk(RealDisk):
    """The real disk, writing down what it is told."""

    writers = 1

    def __init__(self, root: Path) -> None:
        """Record what happens below a folder."""
        self._root = root
        self._open: dict[int, int] = {}
        self._count = 0
        self.verbs: list[Verb] = []

    def create(self, path: Path, *, mode: int | None) -> int:
        """Record a new name and a new file."""
        descriptor = super().create(path, mode=mode)
        self._count += 1
        self._open[descriptor] = self._count
        self.verbs.append(Verb(Kind.CREATE, self._name(path), self._count))
        return descriptor

    def write(self, descriptor: int, path: Path, data: bytes) -> None:
        """Record two halves of what is written."""
        super().write(descriptor, path, data)
        half = len(data) // 2
        for part in (data[:half], data[half:]):
            if part:
                self.verbs.append(Verb(Kind.WRITE, file=self._open[descriptor], data=part))

    def fsync(self, descriptor: int, path: Path) -> None:
        """Record that content lasts from now on."""
        super().fsync(descriptor, path)
        self.verbs.append(Verb(Kind.SYNC, self._name(path), self._open[descriptor]))

    def rename(self, source: Path, target: Path) -> None:
        """Record that a name took another's place."""
        super().rename(source, target)
        self.verbs.append(Verb(Kind.RENAME, self._name(target), source=self._name(source)))

    def unlink(self, path: Path) -> None:
        """Record that a name went."""
        super().unlink(path)
        self.verbs.append(Verb(Kind.UNLINK, self._name(path)))

    def make_folder(self, path: Path) -> None:
        """Record a new folder."""
        super().make_folder(path)
        self.verbs.append(Verb(Kind.FOLDER, self._name(path)))

    def fsync_folder(self, path: Path) -> None:
        """Record that names last from now on."""
        super().fsync_folder(path)
        self.verbs.append(Verb(Kind.SYNC_NAMES, self._name(path)))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


class Start(NamedTuple):
    """What was there, for good, before recording began."""

    files: Mapping[str, bytes]
    folders: frozenset[str]


def start_of(root: Path) -> Start:
    """Everything below a folder."""
    paths = [(path, path.relative_to(root).as_posix()) for path in sorted(root.rglob("*"))]
    return Start(
        {name: path.read_bytes() for path, name in paths if path.is_file()},
        frozenset(name for path, name in paths if path.is_dir()),
    )


def states(start: Start, verbs: list[Verb], *, most: int) -> Iterator[tuple[int, State]]:
    """Every distinct state a cut at some instant may leave, with the instant.

    Raises:
        TooManyStatesError: more than `most`, distinct or not, would have to be tried.
    """
    tried, seen = 0, set()
    for instant in range(len(verbs) + 1):
        done = verbs[:instant]
        loose = [place for place, verb in enumerate(done) if not _is_synced(done, place)]
        ways = [_ways(done[place]) for place in loose]
        for chosen in itertools.product(*ways):
            tried += 1
            if tried > most:
                msg = f"more than {most} states: too much is unsynced at once"
                raise TooManyStatesError(msg)
            state = _replay(start, done, dict(zip(loose, chosen, strict=True)))
            key = frozenset((name, hash(data)) for name, data in state.items())
            if (key, instant == len(verbs)) not in seen:
                seen.add((key, instant == len(verbs)))
                yield instant, state


def _ways(verb: Verb) -> tuple[str, ...]:
    return ("missing", "there", "zeros") if verb.kind is Kind.WRITE else ("missing", "there")


def _is_synced(done: list[Verb], place: int) -> bool:
    verb, later = done[place], done[place + 1 :]
    if verb.kind in {Kind.SYNC, Kind.SYNC_NAMES}:
        return True
    if verb.kind is Kind.WRITE:
        return any(v.kind is Kind.SYNC and v.file == verb.file for v in later)
    folders = {_parent(name) for name in (verb.path, verb.source) if name}
    return any(v.kind is Kind.SYNC_NAMES and v.path in folders for v in later)


def _parent(name: str) -> str:
    return name.rpartition("/")[0] or "."


def _replay(start: Start, done: list[Verb], chosen: Mapping[int, str]) -> State:
    names: dict[str, int | str] = {name: name for name in start.files}
    folders = set(start.folders) | {"."}
    content: dict[int, list[tuple[str, bytes]]] = {}
    made = {verb.path for verb in done if verb.kind is Kind.FOLDER}
    for place, verb in enumerate(done):
        way = chosen.get(place, "there")
        if verb.kind is Kind.WRITE:
            content.setdefault(verb.file, []).append((way, verb.data))
        elif way == "there":
            _rename(names, folders, verb)
            if verb.kind is Kind.RENAME and verb.source in made:
                folders.add(verb.path)  # a name that lasts leads somewhere
    return {
        name: start.files[file] if isinstance(file, str) else _joined(content.get(file, []))
        for name, file in names.items()
        if all(_is_reached(parent, folders) for parent in _parents(name))
    }


def _joined(parts: list[tuple[str, bytes]]) -> bytes:
    """A file's content: what is missing at its end is not there, in its middle a hole of zeros."""
    while parts and parts[-1][0] == "missing":
        parts = parts[:-1]
    return b"".join(data if way == "there" else bytes(len(data)) for way, data in parts)


def _rename(names: dict[str, int | str], folders: set[str], verb: Verb) -> None:
    if verb.kind is Kind.FOLDER:
        folders.add(verb.path)
    elif verb.kind is Kind.CREATE:
        names[verb.path] = verb.file
    elif verb.kind is Kind.UNLINK:
        names.pop(verb.path, None)
    elif verb.kind is Kind.RENAME:
        _move(names, folders, verb)


def _move(names: dict[str, int | str], folders: set[str], verb: Verb) -> None:
    inside = f"{verb.source}/"
    for name in [n for n in names if n == verb.source or n.startswith(inside)]:
        names[verb.path + name.removeprefix(verb.source)] = names.pop(name)
    for name in [f for f in folders if f == verb.source or f.startswith(inside)]:
        folders.discard(name)
        folders.add(verb.path + name.removeprefix(verb.source))


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _is_reached(folder: str, folders: set[str]) -> bool:
    return folder in folders


def lay_down(state: State, root: Path) -> None:
    """Make a state real in an empty folder."""
    for name, data in state.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
