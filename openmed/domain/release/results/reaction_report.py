"""What reacting to regression events came to: the answer of `openmed release react`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Frozen, Timestamp
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.records.run_record import StageTimes
from openmed.domain.release.results.slot_undo import SlotUndo
from openmed.exit_codes import ExitCode, worst_code


class ReactionOutcome(StrEnum):
    """What followed from one event."""

    IGNORED = "IGNORED"
    """Nothing: the release was replaced, or the policy waits for more."""
    HELD = "HELD"
    """The slot is frozen."""
    REPAIRED = "REPAIRED"
    """The release's own bytes are served again."""
    ROLLED_BACK = "ROLLED_BACK"
    """The slot serves an earlier release."""
    NO_TARGET = "NO_TARGET"
    """It must go back and cannot: the slot is frozen, and what was found is still live."""
    REFUSED = "REFUSED"
    """The event cannot be true, or is none."""


_CODES = {
    ReactionOutcome.HELD: ExitCode.HELD,
    ReactionOutcome.NO_TARGET: ExitCode.NO_TARGET,
    ReactionOutcome.REFUSED: ExitCode.NO_VERDICT,
}


class EventOutcome(Frozen):
    """One event.

    Attributes:
        event: its digest, or what it was given as where it is none.
        slot: release channel; empty where it is no event.
        generation: that it is about; 0 where it is no event.
        kind: what was found; empty where it is no event.
        outcome: what followed.
        reason: one sentence.
        tag: ledger entry that it led to; empty when it led to none.
        undo: what became of the slot; None when it was not to go back.
        times: stages of the rollback; None when there was none.
        is_slow: whether it took longer than is promised.
    """

    event: str
    slot: str = ""
    generation: Annotated[int, Field(ge=0)] = 0
    kind: str = ""
    outcome: ReactionOutcome
    reason: str
    tag: str = ""
    undo: SlotUndo | None = None
    times: StageTimes | None = None
    is_slow: bool = False


class ReactionReport(Frozen):
    """What reacting came to.

    Attributes:
        started: when it started.
        is_dry_run: whether it only says what it would do.
        exit_code: what `openmed` exits with.
        events: what followed from each event, in the order in which they were given.
        faults: what could not be done after the ledger was written.
        alarms: what a person must look at now.
    """

    schema_: Literal["openmed.reaction-report/1"] = Field(
        default="openmed.reaction-report/1", alias="schema"
    )
    started: Timestamp
    is_dry_run: bool
    exit_code: Annotated[int, Field(ge=0, le=255)]
    events: tuple[EventOutcome, ...]
    faults: tuple[StepFault, ...] = ()
    alarms: tuple[str, ...] = ()


def reaction_code(events: tuple[EventOutcome, ...], faults: tuple[StepFault, ...]) -> int:
    """What `openmed` exits with: a fault after a slot moved is unfinished work."""
    codes = {_CODES.get(row.outcome, ExitCode.DONE) for row in events}
    has_moved = any(row.tag for row in events)
    codes |= {ExitCode.UNFINISHED if has_moved else ExitCode(fault.exit_code) for fault in faults}
    return worst_code({ExitCode.DONE, *codes})
