"""What follows when the clock here is behind the ledger: an entry came from a later clock. Pure.

One of the two clocks is wrong, and nobody here can tell which. A release needs times that are
true (freshness, expiry), so it waits; going back and holding must not wait for anybody's clock.
"""

from datetime import datetime, timedelta
from typing import Final

from openmed.domain.ledger.entry import Entry
from openmed.errors import IntegrityError

TOLERANCE: Final = timedelta(hours=24)
"""How far the clock may be behind. A day: as long as a verdict stays fresh, so that within it no
verdict can be used that a right clock would have called stale, and no tag is more than a day
off; and far above what machines that keep time at all differ by."""

CLOCK_WAY: Final = "set the clock, or find out whose clock was wrong"
"""What helps while the clock is behind the ledger; no command does."""


def newest_entry(entries: tuple[Entry, ...]) -> Entry | None:
    """The entry with the latest time; None when there is none."""
    return max(entries, key=lambda entry: entry.time, default=None)


def is_ahead_of(entry: Entry, *, now: str) -> bool:
    """Whether an entry is further in the future than clocks may differ."""
    return datetime.fromisoformat(entry.time) - datetime.fromisoformat(now) > TOLERANCE


def entries_ahead(entries: tuple[Entry, ...], *, now: str) -> tuple[Entry, ...]:
    """Entries further in the future than clocks may differ, oldest first."""
    return tuple(entry for entry in entries if is_ahead_of(entry, now=now))


def clock_notice(entries: tuple[Entry, ...], *, now: str) -> str:
    """What is said when the clock is behind the ledger; empty when it is not."""
    newest = newest_entry(entries)
    if newest is None or newest.time <= now:
        return ""
    return (
        f"the clock here says {now}, before ledger entry {newest.tag} of {newest.time}; what is "
        "recorded now gets that time"
    )


def require_clock(entries: tuple[Entry, ...], *, now: str) -> None:
    """Refuse to release while the clock is too far behind the ledger.

    Raises:
        IntegrityError: it is; nothing was changed.
    """
    newest = newest_entry(entries)
    if newest is None or not is_ahead_of(newest, now=now):
        return
    hours = int(TOLERANCE.total_seconds() // 3600)
    msg = (
        f"nothing is released: the clock here says {now}, more than {hours} h before ledger entry "
        f"{newest.tag} of {newest.time}"
    )
    raise IntegrityError(msg, next_step=CLOCK_WAY)
