"""Which runs leave a record, what started them, and when the next one is expected."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal, get_args

Trigger = Literal["desk", "schedule", "dispatch", "event", "push", "pull-request"]
DESK: Final[Trigger] = "desk"
TRIGGERS: Final[frozenset[str]] = frozenset(get_args(Trigger))
ONLY_IN_CI: Final = frozenset({"release gate"})
"""Commands that release nothing: a record of them tells only whether a job of CI ran."""
RECORDED: Final = frozenset(
    {
        "release run",
        "release gate",
        "release flip",
        "release rollback",
        "release reconcile",
        "release react",
        "release drill",
        "publish",
        "notify",
        "monitor nightly",
        "monitor status",
    }
)
"""Commands that leave a record; every other one only reads, or leaves a ledger entry."""
_PLANS: Final = frozenset({"--dry-run", "--help", "-h"})
"""Options with which a command writes nothing."""
_EVENTS: Final[Mapping[str, Trigger]] = MappingProxyType(
    {
        "schedule": "schedule",
        "workflow_dispatch": "dispatch",
        "repository_dispatch": "event",
        "push": "push",
        "pull_request": "pull-request",
        "pull_request_target": "pull-request",
    }
)
_MOST_HOURS: Final = 24 * 366


def recorded_command(arguments: Sequence[str]) -> str:
    """The command of a command line, if a run of it leaves a record; else empty.

    Told before the line is understood, as one that cannot be understood is a refused run too.
    """
    words = list(arguments)
    words = words[: words.index("--")] if "--" in words else words
    if not _PLANS.isdisjoint(words):
        return ""
    named = [word for word in words if not word.startswith("-")]
    found = (" ".join(named[:length]) for length in (2, 1))
    return next((command for command in found if command in RECORDED), "")


def trigger_of(event: str, *, is_ci: bool) -> Trigger:
    """What started a run.

    Args:
        event: name of the event that started the job of CI; empty where there is none.
        is_ci: whether this is a job of CI.
    """
    return _EVENTS.get(event, "event") if is_ci else DESK


def leaves_record(command: str, *, trigger: str, is_idle: bool, is_understood: bool) -> bool:
    """Whether a run leaves a record.

    In CI always: that is where nobody watches, and a run with nothing to do is a sign of life. At
    a desk a person sees it; a run that did nothing, or whose command line was mistyped, must not
    change a committed file.

    Args:
        command: what ran.
        trigger: what started it.
        is_idle: whether it found everything as it should be, and wrote nothing.
        is_understood: whether its command line was one.
    """
    if trigger != DESK:
        return True
    return is_understood and not is_idle and command not in ONLY_IN_CI


def next_by_of(said: str, *, started: str) -> str | None:
    """When the next run is expected; None where that cannot be told from what is said.

    Args:
        said: a time in UTC (`2026-11-29T03:17:00Z`), or hours after the start.
        started: when this run started.
    """
    try:
        if said.isascii() and said.isdecimal() and 0 < int(said) <= _MOST_HOURS:
            return _stamp(datetime.fromisoformat(started) + timedelta(hours=int(said)))
        at = datetime.fromisoformat(said)
        return said if _stamp(at) == said else None
    except (ValueError, OverflowError):
        return None


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
