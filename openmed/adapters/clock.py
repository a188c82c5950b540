"""The only place that reads a clock, or waits by it."""

from datetime import UTC, datetime
from time import perf_counter as ticks
from time import sleep as wait
from time import time as seconds

__all__ = ["now", "seconds", "ticks", "wait"]


def now() -> str:
    """This second, UTC, RFC 3339."""
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
