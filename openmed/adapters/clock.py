"""The only place that reads the wall clock."""

from datetime import UTC, datetime


def now() -> str:
    """This second, UTC, RFC 3339."""
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
