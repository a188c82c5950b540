"""What decides speed on this machine; no name of it."""

import os
import platform

from openmed.domain.evaluation.performance import Host


def read_host() -> Host:
    """This machine, as a report may tell it."""
    return Host(
        system=platform.system(),
        machine=platform.machine(),
        processors=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        python=platform.python_version(),
    )
