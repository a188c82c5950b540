"""How much memory of this machine is free, and how many processors this process may use."""

import os
import re
from pathlib import Path

from openmed.domain.inference.execution.worker_choice import FreeMemory

_MEMORY = Path("/proc/meminfo")


def free_memory() -> FreeMemory | None:
    """Memory that programs may still take; None where the system does not say."""
    try:
        text = _MEMORY.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    found = dict(re.findall(r"^(MemAvailable|MemTotal):\s+(\d+) kB$", text, re.MULTILINE))
    if len(found) < len(FreeMemory._fields):
        return None
    return FreeMemory(int(found["MemAvailable"]) * 1024, int(found["MemTotal"]) * 1024)


def usable_processors() -> int:
    """Processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
