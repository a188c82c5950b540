"""What follows every undo: it is served and told, and its stages are measured.

Order: the state is shared already; public repositories follow; people are told. The last stage is
known only then, so the run record is written when the command has ended, and shared by a push of
its own, which is in no stage.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.notices.notice import Notice
from openmed.domain.records.run_record import StageTimes
from openmed.domain.release.product import fault_of
from openmed.domain.release.undoing.undo_notices import DELIVER, alarm_notice, slow_rollback
from openmed.errors import OpenMedError, UsageError
from openmed.exit_codes import ExitCode
from openmed.pipeline.publishing.publication import follow_pointer
from openmed.pipeline.reaction.stage_clock import StageClock
from openmed.pipeline.sharing_rules import unshared_tags

Deliver = Callable[[Context], int]
"""Delivers what is in the outbox; gives how many it could not deliver, which stay there."""


class Undone(NamedTuple):
    """One undo.

    Attributes:
        slot: slot it moved; empty = several.
        tag: its ledger entry.
        detected_at: when its reason was known.
        flipped_at: when an earlier process replaced the pointer; empty = this one did.
    """

    slot: str
    tag: str
    detected_at: str
    flipped_at: str = ""


class Told(NamedTuple):
    """What following and telling came to.

    Attributes:
        times: stages of each undo, in their order.
        unfollowed: why public repositories did not follow.
        faults: why people were not told.
    """

    times: tuple[StageTimes, ...]
    unfollowed: tuple[StepFault, ...]
    faults: tuple[StepFault, ...]


def leave_in_outbox(context: Context) -> int:
    """Deliver nothing now; whoever delivers next finds it."""
    del context
    return 0


def conclude(
    context: Context,
    undone: tuple[Undone, ...],
    *,
    notices: Iterable[Notice],
    clock: StageClock,
    deliver: Deliver,
) -> Told:
    """Have the undos served, tell of them, and measure both.

    Args:
        context: the release repository; its state is shared as far as it can be.
        undone: what was undone.
        notices: what is to be told.
        clock: measures the stages.
        deliver: delivers messages.
    """
    if undone and _is_shared(context):
        clock.mark("persisted")
    unfollowed = follow_pointer(context)
    if undone and not unfollowed and context.registry.by_slot:
        clock.mark("served")
    slow = [
        alarm_notice(slow_rollback(one.slot, times, raised_at=context.now))
        for one in undone
        if (times := _times(one, clock)).is_slow
    ]
    faults = _told((*notices, *slow), context=context, clock=clock, deliver=deliver)
    return Told(tuple(_times(one, clock) for one in undone), unfollowed, faults)


def _is_shared(context: Context) -> bool:
    try:
        return context.git_state is not None and not unshared_tags(context)
    except UsageError:
        return False


def _times(one: Undone, clock: StageClock) -> StageTimes:
    return clock.times(one.detected_at, flipped_at=one.flipped_at)


def _told(
    notices: tuple[Notice, ...], *, context: Context, clock: StageClock, deliver: Deliver
) -> tuple[StepFault, ...]:
    if not notices:
        return ()
    try:
        for notice in notices:
            context.outbox.put(notice)
        failed = deliver(context)
        left = {notice.fingerprint for notice in context.outbox.waiting()}
    except (OpenMedError, OSError) as error:
        return (fault_of(error, step=DELIVER),)
    if left.isdisjoint(notice.fingerprint for notice in notices):
        clock.mark("told")
    return (undelivered_fault(failed),) if failed else ()


def undelivered_fault(count: int) -> StepFault:
    """What a person must know of messages that reached nobody."""
    return StepFault(
        step=DELIVER,
        error="Undelivered",
        message=f"{count} {'message was' if count == 1 else 'messages were'} not delivered",
        next_step="openmed notify",
        exit_code=ExitCode.UNFINISHED,
    )
