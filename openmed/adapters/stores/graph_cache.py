"""The database in which doit remembers its runs: a cache, thrown away whenever it is of no use."""

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic

_BESIDE: Final = ("", "-journal", "-wal", "-shm")
_BUSY: Final = "locked"
_QUERY: Final = "select task_id, task_data from doit"


class GraphCache:
    """doit's database of one release repository.

    Attributes:
        file: its file; it may be missing.
    """

    def __init__(self, file: Path) -> None:
        """Remember the file; nothing is read yet."""
        self.file = file

    def is_usable(self) -> bool:
        """Whether doit can go on with it; a missing one is made, one in use is another run's."""
        if not self.file.exists() and not self.file.is_symlink():
            return True
        try:
            with closing(sqlite3.connect(self.file, timeout=1.0)) as connection:
                (said,) = connection.execute("pragma quick_check(1)").fetchone()
                tables = connection.execute("select name from sqlite_master").fetchall()
                rows = connection.execute(_QUERY).fetchall() if ("doit",) in tables else []
                for _, data in rows:
                    json.loads(data)
        except sqlite3.OperationalError as error:
            return _BUSY in str(error)
        except (sqlite3.Error, OSError, ValueError, TypeError):
            return False
        return bool(said == "ok")

    def discard(self) -> None:
        """Remove it, whatever it is; nothing but what doit remembers is lost.

        Raises:
            OSError: it cannot be removed.
        """
        for ending in _BESIDE:
            path = self.file.with_name(f"{self.file.name}{ending}")
            if path.is_dir() and not path.is_symlink():
                atomic.remove_tree(path)
            with suppress(FileNotFoundError):
                path.unlink()
