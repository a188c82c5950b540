"""The run report: what CI reads, because doit, nox and make flatten exit codes."""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Frozen, Timestamp, is_false
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.records.run_record import StageTimes
from openmed.domain.release.results.slot_result import Result
from openmed.domain.release.results.slot_undo import SlotUndo
from openmed.domain.release.results.step_result import StepState


class StepRecord(Frozen):
    """One step of the run."""

    task: str
    how: StepState
    seconds: float
    fault: StepFault | None


class RollbackRecord(Frozen):
    """What a rollback did.

    Attributes:
        reason: why it was wanted.
        is_dry_run: whether it only said what it would do.
        slots: what became of every slot meant.
        also_live: other slots that go on serving what was left.
        times: how long it took.
        is_slow: whether that is longer than is promised.
    """

    reason: str
    is_dry_run: bool
    slots: tuple[SlotUndo, ...]
    also_live: tuple[str, ...]
    times: StageTimes
    is_slow: bool = Field(default=False, exclude_if=is_false)


class RunReport(Frozen):
    """Result of one run.

    Attributes:
        command: what ran.
        started: when the run started.
        tag: ledger entry it made; None when it made none.
        exit_code: what `openmed` exits with.
        candidates: where every candidate stands.
        steps: what was computed and what was reused.
        faults: steps that failed, fleet-wide ones too.
        crashed: tasks that doit could not even run.
        status_page: path of the status page; empty when there is none.
        rollback: what a rollback did; None for a release.
        alarms: what a person must look at now.
    """

    schema_: Literal["openmed.run-report/1"] = Field(default="openmed.run-report/1", alias="schema")
    command: Literal["release run", "release rollback", "release react"] = "release run"
    started: Timestamp
    tag: str | None
    exit_code: Annotated[int, Field(ge=0, le=255)]
    candidates: tuple[Result, ...]
    steps: tuple[StepRecord, ...]
    faults: tuple[StepFault, ...]
    crashed: tuple[str, ...] = ()
    status_page: str
    rollback: RollbackRecord | None = None
    alarms: tuple[str, ...] = ()

    @property
    def given_up(self) -> bool:
        """Whether an error stands that is tried again only when somebody asks."""
        return any(s.how is StepState.REUSED and s.fault is not None for s in self.steps)

    @property
    def computed(self) -> int:
        """Steps that made their product anew."""
        return sum(1 for step in self.steps if step.how is not StepState.REUSED)
