"""What performing a step came to."""

from enum import StrEnum
from typing import NamedTuple

from openmed.domain.gates.results.step_fault import StepFault


class StepState(StrEnum):
    """What performing a step came to."""

    COMPUTED = "computed"
    REUSED = "reused"
    FAILED = "failed"


class StepResult(NamedTuple):
    """One step of a run.

    Attributes:
        task: task name.
        how: what it came to.
        seconds: how long it took.
        fault: why it failed; None when it did not.
    """

    task: str
    how: StepState
    seconds: float
    fault: StepFault | None = None
