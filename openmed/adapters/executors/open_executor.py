"""Which executor a command gets: one process, several, or those of a cluster."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from openmed.adapters.executors.one_process import OneProcess, load_here
from openmed.adapters.executors.sampled_again import SampledAgain
from openmed.adapters.executors.worker_pool import WorkerPool
from openmed.adapters.host.free_memory import free_memory, usable_processors
from openmed.errors import UsageError
from openmed.ports.chosen import Chosen
from openmed.ports.execution import Executor, Runners

VARIABLE: Final = "OPENMED_PROCESSES"
MOST: Final = 256
"""Processes that anybody may ask for."""


def open_executor(runners: Runners, chosen: Chosen, *, environ: Mapping[str, str]) -> Executor:
    """The executor that is asked for.

    Args:
        runners: what runs candidates here.
        chosen: where they shall compute.
        environ: the environment.

    Raises:
        UsageError: the environment says no such number, or the cluster cannot be used.
    """
    load = partial(load_here, runners)
    if chosen.scheduler:
        from openmed.adapters.executors.dask_cluster import (  # noqa: PLC0415 - heavy, an extra
            DaskCluster,
        )

        cluster = DaskCluster(chosen.scheduler)
        there = WorkerPool(cluster.load, processes=cluster.workers, memory=lambda: None)
        cluster.make_room = there.make_room
        return SampledAgain(there, WorkerPool(load, processes=1, memory=free_memory))
    count = chosen.processes or _of_environment(environ) or usable_processors()
    if count == 1:
        return OneProcess(load)
    return WorkerPool(load, processes=count, memory=free_memory)


def _of_environment(environ: Mapping[str, str]) -> int | None:
    given = environ.get("OPENMED_PROCESSES", "")
    if not given:
        return None
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        msg = f"{VARIABLE} is {given[:40]!r}; it must be a number from 1 to {MOST}"
        raise UsageError(msg)
    return int(given)
