"""The index of what stands: an answer, and the stat data of everything it rests on.

Derived and machine-local, like git's index: it may be deleted, torn, old or foreign, and is then as
none. A file is named by its path and seen by `stat` alone, so an answer over thousands of slots
costs no reading. Whoever decides what is released does not ask it.
"""

import json
import os
import platform
import sys
import time
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic
from openmed.adapters.disk.file_stats import contents, look, unsettled
from openmed.domain.digest import sha256_hex
from openmed.version import __version__

FOLDER: Final = "standing"
_MAGIC: Final = b"openmed.standing/1\n"
_HEX: Final = 64
_MOST: Final = 256 * 1024**2
_MOST_UNSETTLED: Final = 256
"""Files that are read again at each look; beyond it waiting costs less than reading."""
_OF_THE_TERMINAL: Final = frozenset(
    {"_", "SHLVL", "PWD", "OLDPWD", "COLUMNS", "LINES", "WINDOWID", "TTY", "XDG_SESSION_ID"}
)
_PREFIXES_OF_THE_TERMINAL: Final = ("TERM", "SSH_", "TMUX", "GPG_", "LS_COLORS")
"""Variables that name a window or a session; every other one counts."""


@dataclass(frozen=True)
class Standing:
    """An answer, and for how long it is one.

    Attributes:
        since: when it was given; an earlier time means that the clock was set back.
        until: first moment at which it may change by itself.
        answers: bytes by name.
    """

    since: str
    until: str
    answers: Mapping[str, bytes]


class Witness:
    """What an answer rests on, looked at before it is computed."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Look at paths that are known before; what is opened later is added at the end."""
        self.started = time.time_ns()
        self.paths = tuple(dict.fromkeys(paths))
        self.stats = look(self.paths)
        self.unsettled = unsettled(self.paths, self.stats, since=self.started)
        few = len(self.unsettled) <= _MOST_UNSETTLED
        self.contents = contents(self.unsettled) if few else None

    def is_as_before(self) -> bool:
        """Whether nothing of it moved since."""
        return self.contents is not None and look(self.paths) == self.stats


class StandingIndex:
    """The index of one release repository, one file for each question."""

    def __init__(self, root: Path, *, artifacts: Path, environ: Mapping[str, str]) -> None:
        """Remember the places; nothing is read yet."""
        self._root = root
        self._environ = environ
        self._folder = artifacts / FOLDER

    def read(self, question: str, *, now: str) -> Standing | None:
        """What stands, where nothing it rests on moved; None in any doubt."""
        try:
            return self._read(question, now=now)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            return None

    def write(
        self, question: str, standing: Standing, witness: Witness, opened: Iterable[str]
    ) -> bool:
        """Keep what stands, unless what it rests on moved meanwhile; best effort.

        Args:
            question: what was asked.
            standing: the answer.
            witness: what was looked at before.
            opened: what was opened besides.

        Returns:
            Whether it was kept.
        """
        paths = tuple(dict.fromkeys(map(os.path.abspath, opened)))
        more = tuple(sorted(set(paths) - set(witness.paths)))
        stats = look(more)
        # It was not looked at before: only what did not change since long proves anything.
        if witness.contents is None or unsettled(more, stats, since=witness.started):
            return False
        if not witness.is_as_before():
            return False
        head = {
            "place": self._place(question),
            "since": standing.since,
            "until": standing.until,
            "paths": [*witness.paths, *more],
            "contents": dict(witness.contents),
            "answers": {name: len(data) for name, data in standing.answers.items()},
        }
        text = json.dumps(head, separators=(",", ":")).encode()
        parts = (
            f"{len(text)}\n".encode(),
            text,
            (witness.stats + stats).tobytes(),
            *standing.answers.values(),
        )
        body = b"".join(parts)
        with suppress(OSError):
            atomic.write(self._file(question), _MAGIC + sha256_hex(body).encode() + body)
            return True
        return False

    def drop(self, question: str) -> None:
        """Forget an answer."""
        with suppress(OSError):
            self._file(question).unlink()

    def _read(self, question: str, *, now: str) -> Standing | None:
        with self._file(question).open("rb") as opened:
            data = opened.read(_MOST + 1)
        start = len(_MAGIC) + _HEX
        is_whole = len(data) <= _MOST and data[: len(_MAGIC)] == _MAGIC
        if not is_whole or data[len(_MAGIC) : start] != sha256_hex(data[start:]).encode():
            return None
        end = data.index(b"\n", start)
        size, start = int(data[start:end]), end + 1
        head = json.loads(data[start : start + size])
        if head["place"] != self._place(question) or not head["since"] <= now < head["until"]:
            return None
        stats = look(head["paths"]).tobytes()
        place = start + size + len(stats)
        if data[start + size : place] != stats or contents(head["contents"]) != head["contents"]:
            return None
        answers: dict[str, bytes] = {}
        for name, length in head["answers"].items():
            answers[name] = data[place : place + length]
            place += length
        return Standing(since=head["since"], until=head["until"], answers=answers)

    def _file(self, question: str) -> Path:
        return self._folder / f"{question}.idx"

    def _place(self, question: str) -> str:
        """Everything besides files and time: question, engine, interpreter, machine, person."""
        environ = sorted(
            (name, text)
            for name, text in self._environ.items()
            if name not in _OF_THE_TERMINAL and not name.startswith(_PREFIXES_OF_THE_TERMINAL)
        )
        facts = self._root.stat()
        parts = (
            question, __version__, sys.version, sys.prefix, list(sys.path), list(os.uname()),
            str(self._root), facts.st_dev, facts.st_ino, os.getuid(), os.getgid(), environ,
            platform.machine(), sys.byteorder, array("q").itemsize,
        )  # fmt: skip
        return sha256_hex(repr(parts).encode())
