"""Reads TOML files of a release repository; equal bytes are parsed once a process."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from openmed.adapters.disk import limited_read
from openmed.adapters.shown.kept_tables import KeptTables
from openmed.domain.digest import Json
from openmed.errors import UsageError


class TomlTable(NamedTuple):
    """One file.

    Attributes:
        data: its bytes.
        content: what they say; nobody changes it, since others get the same one.
    """

    data: bytes
    content: Mapping[str, Json]


NO_TABLE = TomlTable(b"", {})


class TomlTables:
    """TOML files below the root of a release repository."""

    def __init__(self, root: Path, *, kept: KeptTables | None = None) -> None:
        """Remember the root; nothing is read yet.

        Args:
            root: of the release repository.
            kept: what files said when they were parsed last; None = every file is parsed.
        """
        self._root = root
        self._kept = kept
        self._tables: dict[str, TomlTable] = {}

    def read(self, what: str, fault: type[UsageError]) -> TomlTable:
        """One file as it is now.

        Args:
            what: its path below the root.
            fault: what is raised.

        Raises:
            UsageError: it cannot be read, is too large, or is not TOML; of the type `fault`.
        """
        data = self._data(what, fault)
        known = self._tables.get(what)
        if known is None or known.data != data:
            known = self._tables[what] = TomlTable(data, self._content(data, what, fault))
        return known

    def _content(self, data: bytes, what: str, fault: type[UsageError]) -> Mapping[str, Json]:
        content = self._kept.of(what, data) if self._kept else None
        if content is None:
            content = parsed(data, what, fault)
            if self._kept is not None:
                self._kept.keep(what, data, content)
        return content

    def _data(self, what: str, fault: type[UsageError]) -> bytes:
        try:
            return limited_read.read_bytes(self._root / what, most=limited_read.CONFIGURATION)
        except limited_read.TooLargeError as error:
            msg = f"{what} {error.strerror}"
            raise fault(msg) from None
        except OSError as error:
            msg = f"cannot read {what} in the release repository: {error.strerror}"
            raise fault(msg, next_step=self._way_to(what, error)) from None

    def _way_to(self, what: str, error: OSError) -> str:
        """What helps when a file of the repository cannot be read."""
        if not (self._root / "gates").is_dir():
            return "cd to the folder with gates/, or use --root"
        if isinstance(error, FileNotFoundError):
            return f"git checkout -- {what}"
        return f"ls -l {what}; sudo chmod a+r {what}"


def parsed(data: bytes, what: str, fault: type[UsageError]) -> Mapping[str, Json]:
    """What bytes say.

    Raises:
        UsageError: they are not TOML; of the type `fault`.
    """
    try:
        return cast("Mapping[str, Json]", tomllib.loads(data.decode()))
    except UnicodeDecodeError:
        msg = f"{what} is not UTF-8"
        raise fault(msg) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        msg = f"{what} is not valid TOML: {error}"
        raise fault(msg) from None
