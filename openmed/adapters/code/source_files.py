"""Facts of source files, kept by stat, so that a file is read again only after it changed.

What is kept can be lost, torn, of another machine or of an older version of this engine without
harm: what does not fit is read again. A file that changed in the last seconds is not kept: two
edits of equal size may come within one tick of the file system's clock. The time of the last
change of the inode counts too, which nothing that copies or restores a file can set back.
"""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from openmed.adapters.code import source_text
from openmed.adapters.code.source_text import SourceFacts, facts_of
from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.file_stats import is_settled
from openmed.domain.digest import sha256_hex
from openmed.domain.text.exception_names import exception_name
from openmed.errors import UsageError

_SETTLED_NS = 2_000_000_000
_Stat: TypeAlias = tuple[int, int, int, int]
_Kept: TypeAlias = dict[str, tuple[_Stat, SourceFacts]]
_READER: TypeAdapter[_Kept] = TypeAdapter(_Kept)


class SourceFiles:
    """Reads sources, and remembers."""

    def __init__(self, kept: Path | None = None) -> None:
        """Remember the file that keeps facts between processes; None = none does."""
        self._place = kept
        self._kept: _Kept | None = None
        self._is_changed = False

    @property
    def kept_in(self) -> tuple[str, ...]:
        """The file that keeps facts, if there is one."""
        return () if self._place is None else (str(self._place),)

    def facts(self, path: Path) -> SourceFacts:
        """What a source brings to the digests of what uses it.

        A file that is not Python source counts with its bytes.

        Raises:
            UsageError: it cannot be read.
        """
        if self._kept is None:
            self._kept = self._read()
        try:
            stat = _stat(path)
            known = self._kept.get(str(path))
            if known is not None and known[0] == stat:
                return known[1]
            data = path.read_bytes()
            facts = facts_of(data) if path.suffix == ".py" else SourceFacts(sha256_hex(data), ())
            now = time.time_ns()
            is_known = is_settled(stat[1], stat[2], since=now, margin=_SETTLED_NS)
            if is_known and stat == _stat(path):
                self._kept[str(path)] = (stat, facts)
                self._is_changed = True
        except (OSError, SyntaxError, ValueError) as error:
            msg = f"the source {path} cannot be read: {exception_name(error)}"
            raise UsageError(msg) from None
        return facts

    def keep(self) -> None:
        """Write down what is known, for the next process; best effort."""
        if self._place is None or self._kept is None or not self._is_changed:
            return
        body = json.dumps(self._kept, separators=(",", ":")).encode()
        with suppress(OSError):
            atomic.write(self._place, _seal(body) + body)
            self._is_changed = False

    def _read(self) -> _Kept:
        if self._place is None:
            return {}
        try:
            data = limited_read.read_bytes(self._place, most=limited_read.PRODUCT)
            seal, body = data[: len(_seal(b""))], data[len(_seal(b"")) :]
            return _READER.validate_json(body) if seal == _seal(body) else {}
        except (OSError, ValidationError):
            return {}


def _seal(body: bytes) -> bytes:
    """First line: digest of what follows and of the code that made it."""
    reader = Path(source_text.__file__).read_bytes()
    return sha256_hex(b"\0".join((reader, body))).encode() + b"\n"


def _stat(path: Path) -> _Stat:
    found = path.stat()
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
