"""Running the graph by doit inside this process; what breaks doit itself is told, not printed.

doit prints a traceback for whatever it did not expect, a full disk too, and says 3.
"""

import dbm
import io
import sqlite3
import traceback
from collections.abc import Callable, Mapping, Sequence

import doit.dependency
from doit.cmd_base import ModuleTaskLoader
from doit.cmd_run import Run as DoitRun
from doit.doit_cmd import DoitMain
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask

from openmed.errors import OpenMedError

CRASHED = 3
"""doit could not run at all."""
_DATABASE = (sqlite3.Error, dbm.error, doit.dependency.DatabaseException)
_DEPENDENCY = doit.dependency.__file__
_OWN = (InvalidCommand, InvalidDodoFile, InvalidTask)


class Broken(BaseException):
    """Carries an error past doit, which would print any exception.

    Attributes:
        error: what it could not go on with.
    """

    def __init__(self, error: Exception) -> None:
        """Keep the error."""
        super().__init__()
        self.error = error


class Run(DoitRun):  # type: ignore[misc]
    """doit's `run`, whose unexpected errors leave it."""

    def parse_execute(self, in_args: Sequence[str]) -> int:
        """Run, or raise what went wrong."""
        try:
            code: int = super().parse_execute(in_args)
        except _OWN:
            raise
        except Exception as error:
            raise Broken(error) from error
        return code


class _Main(DoitMain):  # type: ignore[misc]
    DOIT_CMDS = (Run,)


def run_graph(namespace: Mapping[str, object], *, discard: Callable[[], None]) -> None:
    """Run the task `release` of a dodo namespace to its end.

    Args:
        namespace: task creators and configuration.
        discard: throws doit's database away; called once if that is what doit broke on.

    Raises:
        OpenMedError: doit could not run it.
        OSError: the disk or the system refused.
    """
    try:
        _run(namespace)
    except Broken as broken:
        if not _is_of_database(broken.error):
            raise broken.error from broken.error.__cause__
    else:
        return
    discard()
    try:
        _run(namespace)
    except Broken as broken:
        error = _told(broken.error)
        raise error from (broken.error if error is not broken.error else error.__cause__)


def _run(namespace: Mapping[str, object]) -> None:
    out = io.StringIO()
    main = _Main(
        ModuleTaskLoader(namespace),
        config_filenames=(),
        extra_config={"GLOBAL": {"outfile": out}},
    )
    code = main.run(["run", "release"])
    if code == CRASHED:
        msg = f"doit could not run the graph: {out.getvalue().strip()[:300]}"
        raise OpenMedError(msg, next_step="remove artifacts/doit.sqlite3 and run it again")


def _is_of_database(error: Exception) -> bool:
    """Whether doit broke on its database: by class, or because it was at work with it.

    One that another run has in use is not damaged.
    """
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    is_damage = isinstance(error, (ValueError, TypeError, KeyError))
    return isinstance(error, _DATABASE) or (
        is_damage and any(frame.filename == _DEPENDENCY for frame in frames)
    )


def _told(error: Exception) -> Exception:
    if isinstance(error, _DATABASE):
        msg = f"artifacts/doit.sqlite3 cannot be written: {error}"
        return OpenMedError(msg, next_step="openmed doctor")
    return error
