"""Running the graph by doit inside this process; what breaks doit itself is told, not printed.

doit prints a traceback for whatever it did not expect, a full disk too, and says 3.
"""

import io
import sqlite3
from collections.abc import Mapping, Sequence

from doit.cmd_base import ModuleTaskLoader
from doit.cmd_run import Run as DoitRun
from doit.doit_cmd import DoitMain
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask

from openmed.errors import OpenMedError

CRASHED = 3
"""doit could not run at all."""
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


def run_graph(namespace: Mapping[str, object]) -> None:
    """Run the task `release` of a dodo namespace to its end.

    Raises:
        OpenMedError: doit could not run it.
        OSError: the disk or the system refused.
    """
    out = io.StringIO()
    main = _Main(
        ModuleTaskLoader(namespace),
        config_filenames=(),
        extra_config={"GLOBAL": {"outfile": out}},
    )
    try:
        code = main.run(["run", "release"])
    except Broken as broken:
        raise _told(broken.error) from broken.error
    if code == CRASHED:
        msg = f"doit could not run the graph: {out.getvalue().strip()[:300]}"
        raise OpenMedError(msg, next_step="remove artifacts/doit.sqlite3 and run it again")


def _told(error: Exception) -> Exception:
    if isinstance(error, sqlite3.Error):
        msg = f"artifacts/doit.sqlite3 cannot be written: {error}"
        return OpenMedError(msg, next_step="openmed doctor")
    return error
