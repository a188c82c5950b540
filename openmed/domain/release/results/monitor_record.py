"""What a look leaves behind: what its run record says, and messages for people.

The record also says where the next smoke goes on and which alarms stood, so that a fresh checkout
knows both.
"""

from collections.abc import Iterator, Mapping, Sequence

from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.health.monitor_check import MonitorStatus, cut
from openmed.domain.monitoring.health.smoke import last_of_turn
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.records.run_note import RunNote
from openmed.domain.records.run_record import RunRecord

_POSITION = "smoke_position"
_ALARM = "alarm_"
_LINES = 20
_TITLES = {
    AlarmKind.NO_SIGNAL: "A monitor could not look, or did not",
    AlarmKind.STALE_EVIDENCE: "What is live was measured too long ago",
    AlarmKind.INCOHERENT_PAGES: "Pages do not say what the ledger says",
    AlarmKind.FOREIGN_COMMIT: "A public repository has a commit that is not ours",
    AlarmKind.NOT_FOLLOWED: "A public repository does not follow the pointer",
    AlarmKind.KEY_EXPIRES: "A key or a signed head ends",
    AlarmKind.DISK_LOW: "A disk is nearly full",
    AlarmKind.UNDELIVERED: "Messages were not delivered",
    AlarmKind.SLOW_ROLLBACK: "A rollback was too slow",
    AlarmKind.NO_TARGET: "A release must go back, and there is nothing to go back to",
}


def note_of_look(status: MonitorStatus) -> RunNote:
    """What the record of one look has: what was found, and where the next one goes on."""
    return RunNote(counts=tuple(_counts(status)), detail=_detail(status))


def position_after(
    live: Sequence[LiveRelease], share: Sequence[LiveRelease], *, since: str, after: str
) -> int:
    """Where the next smoke goes on, as a place among live slots by name."""
    last = last_of_turn(share, since=since, after=after)
    return sum(1 for row in live if row.release.slot <= last)


def slot_before(live: Sequence[LiveRelease], record: RunRecord | None) -> str:
    """The slot behind which the smoke goes on, by the record of the last look."""
    place = dict(record.counts).get(_POSITION, 0) if record else 0
    slots = sorted(row.release.slot for row in live)
    return slots[min(place, len(slots)) - 1] if place and slots else ""


def notices_of(
    status: MonitorStatus, *, before: RunRecord | None, waiting: Sequence[Notice]
) -> tuple[Notice, ...]:
    """One message for each kind of alarm that stands, and for each that has ended.

    Args:
        status: what was found.
        before: record of the look before.
        waiting: messages that were not delivered yet: one that is brought up to date waits on.
    """
    since = {(row.fingerprint, row.kind): row.created for row in waiting}
    by_kind: dict[AlarmKind, list[Alarm]] = {}
    for alarm in status.alarms:
        by_kind.setdefault(alarm.kind, []).append(alarm)
    standing = (_told(kind, rows, status.time, since) for kind, rows in by_kind.items())
    ended = (
        Notice(
            kind=NoticeKind.RECOVERED,
            about=(kind.value,),
            title=f"Ended: {_TITLES[kind]}",
            created=status.time,
        )
        for kind in _stood(before)
        if kind not in by_kind
    )
    return (*standing, *ended)


def _told(
    kind: AlarmKind,
    rows: Sequence[Alarm],
    now: str,
    since: Mapping[tuple[str, NoticeKind], str],
) -> Notice:
    lines = [cut(f"{row.slot}: {row.detail}" if row.slot else row.detail) for row in rows]
    more = [f"and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    helped = next((row for row in rows if row.next_step), rows[0])
    notice = Notice(
        kind=NoticeKind.ALARM,
        about=(kind.value,),
        title=_TITLES[kind],
        lines=(*lines[:_LINES], *more),
        next_step=helped.next_step,
        created=now,
    )
    created = since.get((notice.fingerprint, notice.kind), now)
    return Notice.model_validate({**dict(notice), "created": created})


def _stood(before: RunRecord | None) -> Iterator[AlarmKind]:
    names = {name for name, number in before.counts if number} if before else set()
    return (kind for kind in AlarmKind if f"{_ALARM}{kind.value}" in names)


def _counts(status: MonitorStatus) -> Iterator[tuple[str, int]]:
    yield "events", len(status.events)
    yield "alarms", len(status.alarms)
    for kind in AlarmKind:
        number = sum(1 for alarm in status.alarms if alarm.kind is kind)
        if number:
            yield f"{_ALARM}{kind.value}", number
    yield _POSITION, status.smoke_position


def _detail(status: MonitorStatus) -> str:
    wrong = [row for row in status.checks if row.events or row.alarms]
    return cut("; ".join(f"{row.name}: {row.says}" for row in wrong)) or "all calm"
