"""What is too old: evidence, the last run of a monitor, a message that nobody got.

Ages are counted from the later of this machine's clock and the ledger's newest entry, so that a
clock that was set back makes nothing young. A time that lies ahead is no sign of life.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from openmed.domain.ledger.clock_rules import CLOCK_WAY, TOLERANCE
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.health.monitor_check import (
    MonitorCheck,
    alarm_of,
    gathered,
    named_few,
)

_DAY: Final = 24
NIGHTLY: Final = "monitor nightly"
STATUS: Final = "monitor status"


_MISSED: Final = "find out why its schedule did not start it"
_STALE: Final = "have the nightly measure more of the fleet each night"
_WAITING: Final = "see why what takes them does not answer"


class RunSeen(NamedTuple):
    """One run, as its record says.

    Attributes:
        command: what ran.
        ended: when it ended.
        next_by: when the next one is expected; empty where nobody said.
    """

    command: str
    ended: str
    next_by: str = ""


class MessageSeen(NamedTuple):
    """One message that waits.

    Attributes:
        title: its title.
        created: since when.
    """

    title: str
    created: str


def age_of(then: str, *, now: str) -> timedelta | None:
    """How long ago it was; None for what is no time, or further ahead than clocks differ."""
    try:
        age = datetime.fromisoformat(now) - datetime.fromisoformat(then)
    except (ValueError, TypeError):
        return None
    return age if age >= -TOLERANCE else None


def is_older(then: str, *, now: str, than: timedelta) -> bool:
    """Whether it was longer ago; what is no time that can have been was."""
    age = age_of(then, now=now)
    return age is None or age > than


def in_words(hours: float) -> str:
    """A time span for people."""
    if hours < 2 * _DAY:
        return f"{hours:.0f} h"
    return f"{hours / _DAY:.0f} days"


def clock_check(newest: str, *, now: str) -> MonitorCheck:
    """An alarm where this machine's clock is behind the ledger: no age can be told then.

    Args:
        newest: time of the ledger's newest entry; empty = it has none.
        now: what the clock says.
    """
    if not newest or age_of(newest, now=now) is not None:
        return MonitorCheck(name="clock", looked_at=1, says=f"{now}, not behind the ledger")
    says = f"the clock here says {now}, and the ledger's newest entry is of {newest}"
    alarm = alarm_of(AlarmKind.NO_SIGNAL, says, now=now, next_step=CLOCK_WAY)
    return MonitorCheck(name="clock", looked_at=1, says=says, alarms=(alarm,))


def freshness_check(
    live: Sequence[LiveRelease], measured: Mapping[str, str], *, as_of: str, hours: int, now: str
) -> MonitorCheck:
    """Alarms for releases that were measured too long ago.

    Args:
        live: what is live.
        measured: when each slot's live bytes were last measured, by slot.
        as_of: from when ages are counted.
        hours: how old it may be.
        now: when.
    """
    most = timedelta(hours=hours)
    old = [
        row for row in live if is_older(measured.get(row.release.slot, ""), now=as_of, than=most)
    ]
    says = f"{len(live) - len(old)} of {len(live)} measured within {in_words(hours)}"
    if old:
        says += f"; older: {named_few(row.release.slot for row in old)}"
    alarms = [
        alarm_of(
            AlarmKind.STALE_EVIDENCE,
            f"last measured {measured.get(row.release.slot, 'never')}; "
            f"it may be {in_words(hours)} ago",
            now=now,
            slot=row.release.slot,
            next_step=_STALE,
        )
        for row in old
    ]
    return MonitorCheck(name="freshness", looked_at=len(live), says=says, alarms=gathered(alarms))


def runs_check(
    runs: Sequence[RunSeen],
    *,
    live_since: str,
    silent: Mapping[str, int],
    as_of: str,
    now: str,
) -> MonitorCheck:
    """Alarms for runs that should have been: announced ones, and monitors that keep silent.

    Args:
        runs: what the records say.
        live_since: when the first release that is live now became so; empty = nothing is live.
        silent: hours after which a monitor that left no record is missed, by command.
        as_of: from when ages are counted.
        now: when.
    """
    last = _last_runs(runs, as_of=as_of)
    alarms: list[Alarm] = []
    for command, run in sorted(last.items()):
        if _is_late(run, as_of=as_of):
            what = f"{command} was expected by {run.next_by}; its last run ended {run.ended}"
            alarms.append(alarm_of(AlarmKind.NO_SIGNAL, what, now=now, next_step=_MISSED))
    announced = {row.command for row in last.values() if _is_late(row, as_of=as_of)}
    for command, hours in silent.items():
        since = last[command].ended if command in last else live_since
        if command in announced or not live_since or not since:
            continue
        if is_older(since, now=as_of, than=timedelta(hours=hours)):
            last_run = f"its last run ended {since}" if command in last else "no run is recorded"
            what = f"no {command} for {in_words(hours)} or more; {last_run}"
            alarms.append(alarm_of(AlarmKind.NO_SIGNAL, what, now=now, next_step=_MISSED))
    ahead = len(runs) - sum(1 for run in runs if age_of(run.ended, now=as_of) is not None)
    if ahead:
        what = f"{ahead} run records lie ahead of the clock, and count as no sign of life"
        alarms.append(alarm_of(AlarmKind.NO_SIGNAL, what, now=now, next_step=CLOCK_WAY))
    says = "; ".join(alarm.detail for alarm in alarms) or _calm(last)
    return MonitorCheck(name="runs", looked_at=len(runs), says=says, alarms=tuple(alarms))


def messages_check(
    waiting: Sequence[MessageSeen], *, hours: int, as_of: str, now: str
) -> MonitorCheck:
    """An alarm for messages that wait too long.

    Args:
        waiting: messages of the outbox.
        hours: how long one may wait.
        as_of: from when ages are counted.
        now: when.
    """
    most = timedelta(hours=hours)
    late = [row for row in waiting if is_older(row.created, now=as_of, than=most)]
    if not late:
        says = f"{len(waiting)} waiting" if waiting else "none is waiting"
        return MonitorCheck(name="messages", looked_at=len(waiting), says=says)
    oldest = min(row.created for row in late)
    says = f"{len(late)} of {len(waiting)} wait for longer than {in_words(hours)}, since {oldest}"
    alarm = alarm_of(AlarmKind.UNDELIVERED, says, now=now, next_step=_WAITING)
    return MonitorCheck(name="messages", looked_at=len(waiting), says=says, alarms=(alarm,))


def _is_late(run: RunSeen, *, as_of: str) -> bool:
    """Whether the run that was announced after it did not come."""
    return bool(run.next_by) and is_older(run.next_by, now=as_of, than=timedelta())


def _last_runs(runs: Sequence[RunSeen], *, as_of: str) -> dict[str, RunSeen]:
    """The newest run of each command that can have been."""
    last: dict[str, RunSeen] = {}
    for run in runs:
        if age_of(run.ended, now=as_of) is None:
            continue
        if run.command not in last or run.ended >= last[run.command].ended:
            last[run.command] = run
    return last


def _calm(last: Mapping[str, RunSeen]) -> str:
    rows = sorted(f"{run.command} {run.ended}" for run in last.values())
    return f"last: {'; '.join(rows)}" if rows else "no run is recorded yet"
