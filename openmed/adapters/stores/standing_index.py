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
from functools import cached_property
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic
from openmed.adapters.disk.file_stats import WIDTH, contents, look, unsettled
from openmed.domain.digest import sha256_hex
from openmed.version import __version__

FOLDER: Final = "standing"
_MAGIC: Final = b"openmed.standing/2\n"
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

    @cached_property
    def unsettled(self) -> tuple[str, ...]:
        """Paths that are to be read, too."""
        return unsettled(self.paths, self.stats, since=self.started)

    @cached_property
    def contents(self) -> Mapping[str, str] | None:
        """What is in those; None where they are too many. To be asked for before they are read."""
        few = len(self.unsettled) <= _MOST_UNSETTLED
        return contents(self.unsettled) if few else None

    def is_as_before(self) -> bool:
        """Whether nothing of it moved since."""
        return self.contents is not None and look(self.paths) == self.stats

    def and_more(self, paths: Iterable[str]) -> "Witness":
        """The same with paths that were found since: they count as of now, before any is read."""
        known = set(self.paths)
        more = Witness(path for path in paths if path not in known)
        more.started = self.started
        more.paths = (*self.paths, *more.paths)
        more.stats = self.stats + more.stats
        is_known = self.contents is not None and more.contents is not None
        # What was read first is what was there before anything was computed.
        more.contents = {**(more.contents or {}), **(self.contents or {})} if is_known else None
        return more


@dataclass(frozen=True)
class Seen:
    """An answer that was kept, and what moved of all it rests on.

    Attributes:
        standing: the answer.
        moved: paths that are not as they were.
        witness: every path as it is now.
    """

    standing: Standing
    moved: tuple[str, ...]
    witness: Witness


class StandingIndex:
    """The index of one release repository, one file for each question."""

    def __init__(self, root: Path, *, artifacts: Path, environ: Mapping[str, str]) -> None:
        """Remember the places; nothing is read yet."""
        self._root = root
        self._environ = environ
        self._pending: dict[str, tuple[str, Seen | None]] = {}
        self._folder = artifacts / FOLDER

    def read(self, question: str, *, now: str) -> Standing | None:
        """What stands, where nothing it rests on moved; None in any doubt."""
        seen = self._safe_look(question, now=now)
        self._pending[question] = (now, seen)
        return None if seen is None or seen.moved else seen.standing

    def look(self, question: str, *, now: str) -> Seen | None:
        """What was kept, and what moved since; None in any doubt.

        What `read` saw before is taken over once, as of then: nothing it rests on was read since.
        """
        before = self._pending.pop(question, None)
        if before is not None and before[0] == now:
            return before[1]
        return self._safe_look(question, now=now)

    def _safe_look(self, question: str, *, now: str) -> Seen | None:
        try:
            return self._look(question, now=now)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            return None

    def write(
        self,
        question: str,
        standing: Standing,
        witness: Witness,
        opened: Iterable[str],
        *,
        may_move: bool = False,
    ) -> bool:
        """Keep what stands, unless what it rests on moved meanwhile; best effort.

        Args:
            question: what was asked.
            standing: the answer.
            witness: what was looked at before.
            opened: what was opened besides.
            may_move: whether what moved meanwhile is left to whoever looks next: it is seen to
                be another than it was.

        Returns:
            Whether it was kept.
        """
        self._pending.clear()
        paths = tuple(dict.fromkeys(map(os.path.abspath, opened)))
        more = tuple(sorted(set(paths) - set(witness.paths)))
        stats = look(more)
        # It was not looked at before: only what did not change since long proves anything.
        if witness.contents is None or unsettled(more, stats, since=witness.started):
            return False
        if not may_move and not witness.is_as_before():
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

    def _look(self, question: str, *, now: str) -> Seen | None:
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
        witness = Witness(head["paths"])
        length = len(witness.stats) * witness.stats.itemsize
        place = start + size + length
        moved = _moved(witness, data[start + size : place], head["contents"])
        answers: dict[str, bytes] = {}
        for name, length in head["answers"].items():
            answers[name] = data[place : place + length]
            place += length
        standing = Standing(since=head["since"], until=head["until"], answers=answers)
        return Seen(standing, moved, witness)

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


def _moved(witness: Witness, kept: bytes, known: Mapping[str, str]) -> tuple[str, ...]:
    """Paths whose stat data, or whose content where that was noted, is not what it was."""
    now, before = witness.stats, array("q")
    before.frombytes(kept)
    if len(before) != len(now):
        return witness.paths
    places: Iterable[int] = ()
    if now != before:
        places = (
            n for n in range(0, len(now), WIDTH) if now[n : n + WIDTH] != before[n : n + WIDTH]
        )
    found = [witness.paths[place // WIDTH] for place in places]
    read = contents(known)
    return tuple(dict.fromkeys((*found, *(path for path in known if read[path] != known[path]))))
