"""The answer of the status monitor: one line for each kind of thing it looked at.

An event says that a live release is worse than it was, and may undo it. An alarm says that a
person must look, and undoes nothing: whatever could not be looked at is an alarm.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.frozen import Frozen, Line, Timestamp
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.regression_event import (
    LONGEST_DETAIL,
    RegressionEvent,
    RegressionKind,
)
from openmed.exit_codes import ExitCode, worst_code
from openmed.printable import printable

SCHEMA: Final = "openmed.monitor-status/1"
MOST_ALARMS: Final = 10
"""Slots with the same trouble that are told one by one; more of them are told as one."""
_NAMED: Final = 3
Count = Annotated[int, Field(ge=0)]


class MonitorCheck(Frozen):
    """One kind of thing that was looked at.

    Attributes:
        name: what kind.
        looked_at: how many.
        left_out: how many were not looked at this time.
        says: what was found, in one line.
        events: regressions.
        alarms: what a person must look at.
    """

    name: Line
    looked_at: Count
    left_out: Count = 0
    says: Line
    events: tuple[RegressionEvent, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    @property
    def next_step(self) -> str:
        """The command that helps with the worst of it; empty when nothing is wrong."""
        if self.events:
            return "openmed release react --all"
        return next((alarm.next_step for alarm in self.alarms if alarm.next_step), "")


class MonitorStatus(Frozen):
    """Everything that was looked at.

    Attributes:
        time: when.
        checks: in the order of looking.
        smoke_position: where the next smoke goes on, as a place among live slots by name.
    """

    schema_: Literal["openmed.monitor-status/1"] = Field(default=SCHEMA, alias="schema")
    time: Timestamp
    checks: tuple[MonitorCheck, ...]
    smoke_position: Annotated[int, Field(ge=0)] = 0

    @property
    def events(self) -> tuple[RegressionEvent, ...]:
        """Every regression once, whichever check found it first."""
        found = {event.fingerprint: event for row in reversed(self.checks) for event in row.events}
        return tuple(sorted(found.values(), key=lambda event: (event.slot, event.kind)))

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm once: those of one kind about one slot, or about the fleet, are one."""
        found: dict[str, list[Alarm]] = {}
        for alarm in (alarm for row in self.checks for alarm in row.alarms):
            found.setdefault(alarm.fingerprint, []).append(alarm)
        told = map(_joined, found.values())
        return tuple(sorted(told, key=lambda alarm: (alarm.kind, alarm.slot)))

    @property
    def exit_code(self) -> ExitCode:
        """Integrity before other regressions before alarms."""
        codes: list[int] = [ExitCode.NO_VERDICT] if self.alarms else []
        for event in self.events:
            is_integrity = event.kind is RegressionKind.INTEGRITY
            codes.append(ExitCode.INTEGRITY if is_integrity else ExitCode.HELD)
        return ExitCode(worst_code(codes))


def event_of(live: LiveRelease, kind: RegressionKind, detail: str, *, now: str) -> RegressionEvent:
    """An event about what is live in a slot.

    Args:
        live: what was looked at.
        kind: what was found.
        detail: one sentence, without text of a document.
        now: when it was known.
    """
    return RegressionEvent(
        slot=live.release.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        kind=kind,
        monitor="status",
        detail=cut(detail),
        detected_at=now,
    )


def alarm_of(
    kind: AlarmKind, detail: str, *, now: str, slot: str = "", next_step: str = ""
) -> Alarm:
    """An alarm; the fleet's where no slot is named."""
    return Alarm(kind=kind, slot=slot, detail=cut(detail), next_step=next_step, raised_at=now)


def without_replaced(status: MonitorStatus, state: FleetState) -> MonitorStatus:
    """The same without events about releases that are not live any more.

    Args:
        status: what was found.
        state: the fleet, read after it was found.
    """
    live = {(row.release.slot, row.generation, row.release.artifact) for row in state.live}
    return MonitorStatus(
        time=status.time,
        smoke_position=status.smoke_position,
        checks=tuple(
            MonitorCheck(
                name=row.name,
                looked_at=row.looked_at,
                left_out=row.left_out,
                says=row.says,
                events=tuple(
                    event
                    for event in row.events
                    if (event.slot, event.generation, event.artifact) in live
                ),
                alarms=row.alarms,
            )
            for row in status.checks
        ),
    )


def _joined(alarms: Sequence[Alarm]) -> Alarm:
    first = alarms[0]
    helped = next((alarm for alarm in alarms if alarm.next_step), first)
    return alarm_of(
        first.kind,
        "; ".join(dict.fromkeys(alarm.detail for alarm in alarms)),
        now=first.raised_at,
        slot=first.slot,
        next_step=helped.next_step,
    )


def gathered(alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """The same alarms; those of very many slots as one for the fleet, which says how many.

    A registry that is away is one trouble, not one for each of 2,266 slots.
    """
    by_kind: dict[AlarmKind, list[Alarm]] = {}
    for alarm in alarms:
        by_kind.setdefault(alarm.kind, []).append(alarm)
    told: list[Alarm] = []
    for kind, rows in by_kind.items():
        slots = [row for row in rows if row.slot]
        if len(slots) <= MOST_ALARMS:
            told += rows
            continue
        first = slots[0]
        names = named_few([row.slot for row in slots])
        told += [row for row in rows if not row.slot]
        told.append(
            alarm_of(
                kind,
                f"{len(slots)} slots, among them {names}: {first.detail}",
                now=first.raised_at,
                next_step=first.next_step,
            )
        )
    return tuple(told)


def named_few(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    rows = list(names)
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return f"{', '.join(rows[:_NAMED])}{more}"


def cut(text: str) -> str:
    """One printable line that an event or an alarm has room for."""
    line = printable(text)
    return line if len(line) <= LONGEST_DETAIL else f"{line[: LONGEST_DETAIL - 1]}…"
