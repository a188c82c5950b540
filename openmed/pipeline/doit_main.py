"""Running the graph by doit inside this process, so that what breaks doit is an error of ours.

`doit.api` and `DoitMain` print a traceback for whatever they did not expect, a full disk too, and
return 3. The command `run` itself raises, so it is called without them.
"""

import io
import sqlite3
from collections.abc import Mapping

from doit.cmd_base import ModuleTaskLoader, get_loader
from doit.cmd_run import Run
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask

from openmed.errors import OpenMedError

TASK = "release"


def run_graph(namespace: Mapping[str, object]) -> None:
    """Run the task `release` of a dodo namespace to its end.

    Raises:
        OpenMedError: doit could not run it.
        OSError: the disk or the system refused.
    """
    config = {"GLOBAL": {"outfile": io.StringIO()}}
    loader = get_loader(config, ModuleTaskLoader(namespace))
    try:
        Run(task_loader=loader, config=config).parse_execute([TASK])
    except (InvalidCommand, InvalidDodoFile, InvalidTask) as error:
        msg = f"doit could not run the graph: {str(error)[:300]}"
        raise OpenMedError(
            msg, next_step="remove artifacts/doit.sqlite3 and run it again"
        ) from None
    except sqlite3.Error as error:
        msg = f"artifacts/doit.sqlite3 cannot be written: {error}"
        raise OpenMedError(msg, next_step="openmed doctor") from error
