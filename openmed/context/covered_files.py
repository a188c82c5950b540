"""Files that an answer about a whole release repository rests on, as far as they are known before.

Everything under `gates/` and `artifacts/` counts but for the few names below, so nobody has to
list what a step looks at; what lies elsewhere is found by what a run opens
(`adapters/disk/open_trace.py`). Git is asked by other processes, so its files stand here.
"""

import sys
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Final

import openmed
from openmed.adapters.disk.file_stats import below
from openmed.adapters.sync.git_folder import find_git_folder

PREDICTIONS: Final = "predictions"
NOT_COVERED: Final = frozenset(
    {
        # Read only where something is measured or counted again, which no answer here does.
        PREDICTIONS, "downloads", "homes", "shards", "aside",
        # Written by every run, for others.
        "outbox", "events", "run-report.json", "recheck.json", "run-state", "adoption.jsonl",
        "started",
        # What this checkout has seen without git; the parts that are read stand below.
        "witness",
        # Caches that nothing depends on: doit's, those of sources, pages and ledger, the index.
        "doit.sqlite3", "doit.sqlite3-journal", "doit.sqlite3-wal", "doit.sqlite3-shm",
        "source-facts.json", "page-cache", "ledger-checkpoint", "standing",
        # Held while somebody writes; empty.
        "flip.lock", "rollback.lock", "queue.lock",
    }
)  # fmt: skip
"""Names at the top of `artifacts/`."""
_COMPILED: Final = frozenset({"__pycache__"})
_GIT: Final = ("HEAD", "index", "config", "packed-refs", "shallow", "commondir", "info", "refs")
_READ_OF_THE_WITNESS: Final = ("taken-back", "shared", "git-entries.json")
_NAMED_IN_THE_WITNESS: Final = ("heads", "published")
"""Folders of marks: only which names are there is looked at."""
_LOG: Final = ".log"
"""Written for people, read by no step."""
_OF_THE_PERSON: Final = (".gitconfig", ".config/git/config")
_OF_THE_MACHINE: Final = ("/proc/", "/sys/", "/dev/")
"""Not files; which machine it is, the index says otherwise."""


def covered_files(root: Path, *, artifacts: Path, witness: Path, home: Path) -> Iterator[str]:
    """Paths, there or not.

    Args:
        root: the release repository.
        artifacts: its products.
        witness: what this checkout has seen.
        home: of the person.
    """
    yield from below(root / "gates")
    yield from (str(root / name) for name in ("models.jsonl", ".gitattributes", ".gitignore"))
    for place in sorted(artifacts.iterdir()) if artifacts.is_dir() else ():
        if place.name not in NOT_COVERED and not place.name.startswith(".tmp-"):
            yield from (path for path in below(place) if not path.endswith(_LOG))
    # Its names alone: what the gate brings for others must be there, whatever it was counted from.
    yield str(artifacts / PREDICTIONS)
    for name in _READ_OF_THE_WITNESS:
        yield from below(witness / name)
    for name in _NAMED_IN_THE_WITNESS:
        yield from (path for path in below(witness / name) if not _is_file(path))
    yield from _git_files(root, home=home)
    yield from below(Path(openmed.__file__).parent, without=_COMPILED)
    # A package that is installed, upgraded or removed changes the names of such a folder.
    yield from (name for name in sys.path if name)


def is_walked(path: Path, *, root: Path, artifacts: Path) -> bool:
    """Whether a path lies where every name is covered, so that a new one is seen in its folder."""
    if path.is_relative_to(root / "gates"):
        return True
    inside = path.relative_to(artifacts).parts if path.is_relative_to(artifacts) else ()
    is_left = not inside or inside[0] in NOT_COVERED or inside[0].startswith(".tmp-")
    return not is_left and not path.name.endswith(_LOG)


def new_files(folder: Path, known: Container[str], *, root: Path, artifacts: Path) -> Iterator[str]:
    """What came into a covered folder, with everything in it.

    Args:
        folder: whose names changed.
        known: what was covered before.
        root: the release repository.
        artifacts: its products.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        is_in_artifacts = path.is_relative_to(artifacts)
        if str(path) in known or path.name in _COMPILED:
            continue
        if not is_in_artifacts or is_walked(path, root=root, artifacts=artifacts):
            yield from (one for one in below(path) if not (is_in_artifacts and one.endswith(_LOG)))


def source_files(root: Path, sources: Iterable[str]) -> Iterator[str]:
    """Files of the folders that candidates come from, relative to `root` or not."""
    for name in sources:
        yield from below(root / name, without=_COMPILED)


def opened_files(paths: Iterable[str], *, root: Path, artifacts: Path) -> Iterator[str]:
    """What a run opened, without what is not covered.

    Args:
        paths: as the run named them.
        root: what relative ones are relative to.
        artifacts: products of the repository.
    """
    for name in paths:
        path = Path(root, name)
        if str(path).startswith(_OF_THE_MACHINE) or ".tmp-" in path.name:
            continue
        inside = path.relative_to(artifacts).parts[:1] if path.is_relative_to(artifacts) else ()
        # The folder itself changes with each report that is written into it.
        if path != artifacts and not (inside and inside[0] in NOT_COVERED):
            yield str(path)


def _is_file(path: str) -> bool:
    return Path(path).is_file()


def git_places(root: Path, *, home: Path) -> tuple[Path, ...]:
    """Files and folders that decide what git says of a repository, there or not."""
    # A folder may become a checkout, or one inside another.
    may_be = (*(folder / ".git" for folder in (root, *root.parents)), *_settings(home))
    found = find_git_folder(root)
    if found is None:
        return may_be
    folders = [found.folder]
    common = found.folder / "commondir"
    if common.is_file():
        folders.append((found.folder / common.read_text(encoding="utf-8").strip()).resolve())
    return (*may_be, *(folder / name for folder in folders for name in _GIT))


def _settings(home: Path) -> Iterator[Path]:
    yield from (home / name for name in _OF_THE_PERSON)


def _git_files(root: Path, *, home: Path) -> Iterator[str]:
    for place in git_places(root, home=home):
        # What may be git's whole folder is named only: most of it is objects.
        yield from [str(place)] if place.name == ".git" else below(place)
