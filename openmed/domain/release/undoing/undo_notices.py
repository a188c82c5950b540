"""What people are told of an undo, a hold, and of what could not be undone. Pure."""

from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.records.run_record import SLO_SECONDS, StageTimes
from openmed.domain.release.results.slot_undo import MOVES, SlotUndo, Undo
from openmed.domain.slot import parse_slot

BY_HAND = "rollback"
"""What a rollback is about that a person asked for."""
DELIVER = "deliver"
"""Step in which people are told."""


def undo_notice(undo: SlotUndo, *, reason: str, created: str, tag: str = "") -> Notice | None:
    """What is told of a slot in a rollback by hand; None when nothing needs to be."""
    if undo.undo is Undo.REFUSED:
        return alarm_notice(no_target(undo.slot, undo.reason, raised_at=created))
    if undo.undo not in MOVES:
        return None
    return Notice(
        kind=NoticeKind.ROLLED_BACK,
        slot=undo.slot,
        about=(BY_HAND,),
        title=_moved(undo),
        lines=(f"Reason: {reason}", *((f"Ledger entry {tag}",) if tag else ())),
        next_step="openmed release status",
        created=created,
    )


def event_notice(
    event: RegressionEvent, *, title: str, is_undone: bool, tag: str, created: str
) -> Notice:
    """What is told of what followed an event.

    Args:
        event: what a monitor found.
        title: what was done.
        is_undone: whether the release was taken back.
        tag: ledger entry of it; empty when there is none.
        created: when.
    """
    return Notice(
        kind=NoticeKind.ROLLED_BACK if is_undone else NoticeKind.REGRESSION,
        slot=event.slot,
        about=(event.kind.value,),
        title=f"{event.slot}: {title}"[:200],
        lines=(
            f"Generation {event.generation}, artifact {event.artifact[:16]}",
            f"Found by the monitor {event.monitor} at {event.detected_at}: {event.detail}",
            *((f"Gates: {', '.join(event.gates)}",) if event.gates else ()),
            *((f"Ledger entry {tag}",) if tag else ()),
        ),
        next_step="openmed release status",
        evidence=(event.digest, *((event.evidence,) if event.evidence else ())),
        created=created,
    )


def no_target(slot: str, reason: str, *, raised_at: str) -> Alarm:
    """The alarm of a slot that must go back and cannot."""
    return Alarm(
        kind=AlarmKind.NO_TARGET,
        slot=slot,
        detail=f"it cannot go back and is still live: {reason}"[:400],
        next_step=f"openmed release rollback {parse_slot(slot).selection} --withdraw",
        raised_at=raised_at,
    )


def slow_rollback(slot: str, times: StageTimes, *, raised_at: str) -> Alarm:
    """The alarm of a rollback that took longer than is promised."""
    return Alarm(
        kind=AlarmKind.SLOW_ROLLBACK,
        slot=slot,
        detail=(
            f"the rollback took {times.until_undone or 0.0:.0f} s from its reason to its last "
            f"stage; promised are less than {SLO_SECONDS:.0f} s"
        ),
        next_step="openmed release status",
        raised_at=raised_at,
    )


def alarm_notice(alarm: Alarm) -> Notice:
    """What people are told of an alarm."""
    where = f"{alarm.slot}: " if alarm.slot else ""
    return Notice(
        kind=NoticeKind.ALARM,
        slot=alarm.slot,
        about=(alarm.kind.value,),
        title=f"{where}{alarm.kind.value.replace('_', ' ')}",
        lines=(alarm.detail,),
        next_step=alarm.next_step,
        created=alarm.raised_at,
    )


def _moved(undo: SlotUndo) -> str:
    if undo.undo is Undo.WITHDRAWN:
        return f"{undo.slot}: generation {undo.left} was withdrawn"[:200]
    return f"{undo.slot}: rolled back from generation {undo.left} to {undo.generation}"[:200]
