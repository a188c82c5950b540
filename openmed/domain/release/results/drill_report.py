"""What a drill came to: the answer of `openmed release drill`."""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Frozen, Timestamp
from openmed.domain.records.run_record import StageTimes
from openmed.exit_codes import ExitCode


class DrillReport(Frozen):
    """One drill.

    Attributes:
        slot: slot that was copied.
        started: when it started.
        found: kind of regression that the monitor found; empty when it found none.
        is_undone: whether the scratch copy and its remote ended with the good release.
        is_slow: whether that took longer than is promised.
        times: stages of the rollback; None when there was none.
        faults: what went wrong.
    """

    schema_: Literal["openmed.drill-report/1"] = Field(
        default="openmed.drill-report/1", alias="schema"
    )
    slot: str
    started: Timestamp
    found: str
    is_undone: bool
    is_slow: bool
    times: StageTimes | None
    faults: tuple[Annotated[str, Field(max_length=400)], ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """What `openmed` exits with."""
        if not self.is_undone:
            return ExitCode.INTERNAL
        return ExitCode.HELD if self.is_slow else ExitCode.DONE
