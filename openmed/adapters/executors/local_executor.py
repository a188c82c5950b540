"""Which executor of this machine a command gets."""

from collections.abc import Mapping
from typing import Final

from openmed.adapters.executors.local_processes import LocalProcesses
from openmed.adapters.executors.one_process import OneProcess
from openmed.adapters.host.free_memory import free_memory, usable_processors
from openmed.errors import UsageError
from openmed.ports.execution import Executor, Runners

VARIABLE: Final = "OPENMED_PROCESSES"
MOST: Final = 256
"""Processes that anybody may ask for."""


def open_executor(
    runners: Runners, *, processes: int | None, environ: Mapping[str, str]
) -> Executor:
    """The executor for a number of processes.

    Args:
        runners: what runs candidates.
        processes: how many may compute at a time; None = what the environment says, or one a
            processor.
        environ: the environment.

    Raises:
        UsageError: the environment says no such number.
    """
    count = processes or _of_environment(environ) or usable_processors()
    if count == 1:
        return OneProcess(runners)
    return LocalProcesses(runners, processes=count, memory=free_memory)


def _of_environment(environ: Mapping[str, str]) -> int | None:
    given = environ.get("OPENMED_PROCESSES", "")
    if not given:
        return None
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        msg = f"{VARIABLE} is {given[:40]!r}; it must be a number from 1 to {MOST}"
        raise UsageError(msg)
    return int(given)
