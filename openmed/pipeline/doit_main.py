"""Running the graph by doit inside this process, so that what breaks doit is an error of ours.

`doit.api` and `DoitMain` print a traceback for whatever they did not expect, a full disk too, and
return 3. The command `run` itself raises, so it is called without them.
"""

import dbm
import io
import sqlite3
import traceback
from collections.abc import Callable, Mapping

import doit.dependency
from doit.cmd_base import ModuleTaskLoader, get_loader
from doit.cmd_run import Run
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask

from openmed.errors import OpenMedError

TASK = "release"
_DATABASE = (sqlite3.Error, dbm.error, doit.dependency.DatabaseException)
_DEPENDENCY = doit.dependency.__file__


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
    except Exception as error:
        if not _is_of_database(error):
            raise
    else:
        return
    discard()
    try:
        _run(namespace)
    except Exception as error:
        if not isinstance(error, _DATABASE):
            raise
        msg = f"artifacts/doit.sqlite3 cannot be written: {error}"
        raise OpenMedError(msg, next_step="openmed doctor") from error


def _run(namespace: Mapping[str, object]) -> None:
    config = {"GLOBAL": {"outfile": io.StringIO()}}
    loader = get_loader(config, ModuleTaskLoader(namespace))
    try:
        Run(task_loader=loader, config=config).parse_execute([TASK])
    except (InvalidCommand, InvalidDodoFile, InvalidTask) as error:
        msg = f"doit could not run the graph: {str(error)[:300]}"
        raise OpenMedError(
            msg, next_step="remove artifacts/doit.sqlite3 and run it again"
        ) from None


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
