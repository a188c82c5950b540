"""Marks of runs that started and have not ended: `artifacts/started/<name>.json`.

A run holds a lock on its mark, which ends with its process. So a mark that nobody holds is of a
run that could say nothing any more: it was killed, or the machine went down.
"""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from openmed.domain.digest import Json

NAME: Final = "started"
MOST: Final = 100
"""Marks that are looked at in one run; the rest is for the next."""
_BYTES: Final = 4096


class StartMark(NamedTuple):
    """The mark of the run of this process."""

    path: Path
    descriptor: int


class StartMarks:
    """Marks of one release repository."""

    def __init__(self, artifacts: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = artifacts / NAME
        self._own: StartMark | None = None

    def begin(self, **facts: str) -> None:
        """Leave the mark of the run of this process.

        Raises:
            OSError: the disk refused.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{secrets.token_hex(8)}.json"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o644)
        try:
            # Before anything is in it: a mark without words is nobody's.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(descriptor, json.dumps(facts).encode())
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        self._own = StartMark(path, descriptor)

    def end(self) -> None:
        """Take the mark of this process away; nothing where there is none."""
        mark, self._own = self._own, None
        if mark is None:
            return
        with contextlib.suppress(OSError):
            mark.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(mark.descriptor)
        self._tidy()

    def _tidy(self) -> None:
        """Leave things as they were found: a command with nothing to do leaves no trace."""
        for folder in (self._folder, self._folder.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def take_left(self) -> Iterator[Json]:
        """What the marks of runs say that ended without a word; each is taken away, by one."""
        try:
            paths = sorted(self._folder.glob("*.json"))[:MOST]
        except OSError:
            return
        for path in paths:
            with contextlib.suppress(OSError):
                facts = _taken(path)
                if facts is not None:
                    yield facts
        if paths:
            self._tidy()


def _taken(path: Path) -> Json:
    """What a mark says whose process is gone; None while it runs, or if it says nothing."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        data = os.read(descriptor, _BYTES)
        path.unlink()
    finally:
        os.close(descriptor)
    try:
        facts: Json = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return facts
