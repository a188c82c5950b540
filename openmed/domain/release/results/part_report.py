"""What one part of the chain came to, run by a command of its own."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.results.run_report import StepRecord
from openmed.domain.release.results.step_result import StepResult
from openmed.exit_codes import worst_code


class Judged(Frozen):
    """What the gates say of one candidate, unsigned.

    Attributes:
        slot: its slot.
        decision: what a verdict would say.
        gates: blocking gates that keep it from being released.
        reasons: what those gates say, and the steps that failed.
    """

    slot: str
    decision: Decision
    gates: tuple[str, ...]
    reasons: tuple[str, ...]


class PartReport(Frozen):
    """Result of one part of the chain.

    Attributes:
        command: what ran.
        shard: part of the fleet it ran for.
        exit_code: what `openmed` exits with.
        slots: candidates it ran for.
        judged: what the gates say; only of `gate`.
        steps: what was computed and what was reused.
    """

    schema_: Literal["openmed.part-report/1"] = Field(
        default="openmed.part-report/1", alias="schema"
    )
    command: Literal["release stage", "release gate", "release regenerate"]
    shard: str
    exit_code: Annotated[int, Field(ge=0, le=255)]
    slots: tuple[str, ...]
    judged: tuple[Judged, ...] = ()
    steps: tuple[StepRecord, ...]


def code_of(performed: Iterable[StepResult]) -> int:
    """Exit code of steps: the worst of their faults."""
    return worst_code({done.fault.exit_code for done in performed if done.fault is not None})
