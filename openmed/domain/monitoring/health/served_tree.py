"""Whether what is served is what the pointer names: integrity, foreign commits, late followers.

Bytes that differ are an event. A registry that cannot be asked is an alarm: nothing is known of
the bytes then, and undoing a release would not bring the registry back.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.health.monitor_check import (
    MonitorCheck,
    alarm_of,
    event_of,
    gathered,
    named_few,
)
from openmed.domain.monitoring.regression_event import RegressionKind

PUBLISH = "openmed publish"
_WAY_TO_ACCEPT = (
    "look at it, then revert it there, or add its commit to `accept` in "
    "gates/registries.toml; then openmed publish"
)


class ServedState(StrEnum):
    """What was found where a slot is served from."""

    WHOLE = "whole"
    """Every byte is the released one."""
    DAMAGED = "damaged"
    """Something else is served, or nothing is."""
    UNKNOWN = "unknown"
    """It could not be asked or read."""
    ELSEWHERE = "elsewhere"
    """A registry of another machine serves it; nothing is here to be looked at."""


class ServedLook(NamedTuple):
    """What one live release is served as.

    Attributes:
        live: the release.
        state: what was found.
        reason: why it is not whole; empty when it is.
        is_public: whether a public repository serves it.
        foreign: why the commit its readers get is not ours; empty when it is.
        behind: what it serves instead, where that is an earlier state of ours; empty otherwise.
    """

    live: LiveRelease
    state: ServedState
    reason: str = ""
    is_public: bool = False
    foreign: str = ""
    behind: str = ""

    @property
    def slot(self) -> str:
        """Slot it is live in."""
        return self.live.release.slot


class LateRepository(NamedTuple):
    """A public repository of a slot that serves nothing any more, and is not empty.

    Attributes:
        slot: the slot.
        reason: what it serves, or why that is not known.
        is_known: whether it could be asked.
    """

    slot: str
    reason: str
    is_known: bool


def integrity_check(looks: Sequence[ServedLook], *, now: str) -> MonitorCheck:
    """Events for what differs, alarms for what could not be looked at.

    Args:
        looks: what was found of every live release that was asked for.
        now: when.
    """
    damaged = [row for row in looks if row.state is ServedState.DAMAGED]
    unknown = [row for row in looks if row.state is ServedState.UNKNOWN]
    elsewhere = [row for row in looks if row.state is ServedState.ELSEWHERE]
    whole = sum(1 for row in looks if row.state is ServedState.WHOLE)
    alarms = [
        alarm_of(
            AlarmKind.NO_SIGNAL,
            f"what it serves cannot be looked at: {row.reason}",
            now=now,
            slot=row.slot,
            next_step="openmed doctor",
        )
        for row in unknown
    ]
    if elsewhere:
        alarms.append(
            alarm_of(
                AlarmKind.NO_SIGNAL,
                f"{len(elsewhere)} of {len(looks)} live releases are not served from here, so "
                f"nothing was looked at: {named_few(row.slot for row in elsewhere)}",
                now=now,
                next_step=PUBLISH,
            )
        )
    parts = [f"{whole} of {len(looks)} served as released"]
    parts += (
        [f"{len(damaged)} damaged: {named_few(row.slot for row in damaged)}"] if damaged else []
    )
    parts += [f"{len(unknown)} could not be asked"] if unknown else []
    parts += [f"{len(elsewhere)} not served from here"] if elsewhere else []
    return MonitorCheck(
        name="integrity",
        looked_at=whole + len(damaged),
        left_out=len(unknown) + len(elsewhere),
        says="; ".join(parts),
        events=tuple(
            event_of(row.live, RegressionKind.INTEGRITY, row.reason, now=now) for row in damaged
        ),
        alarms=gathered(alarms),
    )


def public_check(
    looks: Sequence[ServedLook], late: Sequence[LateRepository], *, now: str
) -> MonitorCheck:
    """Alarms for public repositories that somebody else moved, or that do not follow the pointer.

    Args:
        looks: what was found of every live release; those without a public repository are passed
            over.
        late: repositories of withdrawn slots that are not empty.
        now: when.
    """
    public = [row for row in looks if row.is_public]
    alarms = tuple(_public_alarms(public, late, now=now))
    foreign = sum(1 for row in public if row.foreign)
    behind = sum(1 for row in public if row.behind) + sum(1 for row in late if row.is_known)
    if not public and not late:
        return MonitorCheck(name="commits", looked_at=0, says="no public repository is configured")
    parts = [f"{len(public)} public repositories"]
    parts += [f"{foreign} with commits of others"] if foreign else []
    parts += [f"{behind} behind the pointer"] if behind else []
    parts += [] if foreign or behind else ["all commits are ours"]
    return MonitorCheck(
        name="commits",
        looked_at=len(public) + len(late),
        says="; ".join(parts),
        alarms=gathered(alarms),
    )


def _public_alarms(
    public: Iterable[ServedLook], late: Iterable[LateRepository], *, now: str
) -> Iterable[Alarm]:
    for row in public:
        if row.foreign:
            yield alarm_of(
                AlarmKind.FOREIGN_COMMIT,
                row.foreign,
                now=now,
                slot=row.slot,
                next_step=_WAY_TO_ACCEPT,
            )
        elif row.behind:
            yield alarm_of(
                AlarmKind.NOT_FOLLOWED, row.behind, now=now, slot=row.slot, next_step=PUBLISH
            )
    for one in late:
        kind = AlarmKind.NOT_FOLLOWED if one.is_known else AlarmKind.NO_SIGNAL
        yield alarm_of(kind, one.reason, now=now, slot=one.slot, next_step=PUBLISH)
