"""The run record: one line for each run that may change a release, also a failed or empty one.

The ledger says what was released and undone. A run that moved nothing leaves no entry, so that a
dead pipeline would look like a quiet night; its record is how people see that it ran, and how it
ended. Records decide nothing.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.frozen import Frozen, Timestamp, is_absent

SCHEMA: Final = "openmed.run-record/1"
SLO_SECONDS: Final = 600.0
"""A rollback is shared in less than this, counted from when its reason was known."""
Seconds = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class StageTimes(Frozen):
    """How long a rollback took, stage by stage, in seconds since its reason was known.

    None = that stage was not reached, or nothing was to be done in it.

    Attributes:
        detected_at: when the reason was known.
        decided: until the plan stood.
        flipped: until the pointer was replaced.
        served: until what is pulled had been read back, where something outside serves it.
        regenerated: until every page was written.
        persisted: until the state was shared.
        told: until people's messages were delivered.
    """

    detected_at: Timestamp
    decided: Seconds | None = None
    flipped: Seconds | None = None
    served: Seconds | None = None
    regenerated: Seconds | None = None
    persisted: Seconds | None = None
    told: Seconds | None = None

    @property
    def last(self) -> float | None:
        """Seconds until the last stage that was reached; None when none was."""
        stages = (
            self.told,
            self.persisted,
            self.regenerated,
            self.served,
            self.flipped,
            self.decided,
        )
        return max((one for one in stages if one is not None), default=None)

    @property
    def until_undone(self) -> float | None:
        """Seconds until the rollback stood wherever it had to; None when nothing was undone.

        Telling people is not part of it: their services are not ours.
        """
        stages = (self.flipped, self.served, self.regenerated, self.persisted)
        return max((one for one in stages if one is not None), default=None)

    @property
    def is_slow(self) -> bool:
        """Whether it took longer than is promised."""
        return self.until_undone is not None and self.until_undone >= SLO_SECONDS


class RunRecord(Frozen):
    """One run.

    Attributes:
        command: what ran: `release run`, `release rollback`, `monitor nightly` …
        trigger: what started it; `desk` = a person at a terminal.
        started: when it started.
        ended: when it ended.
        exit_code: how it ended, as in docs/reference/exit-codes.md.
        tag: ledger entry it made; empty when it made none.
        counts: slots by where they stand after it, such as `released`, `held`; what it looked at.
        detail: one sentence, without text of a document; may be empty.
        times: stages of the rollback it made; None when it made none.
        next_by: when the next run of its kind is expected; None = nobody said.
    """

    schema_: Literal["openmed.run-record/1"] = Field(default=SCHEMA, alias="schema")
    command: Annotated[str, Field(pattern=r"^[a-z][a-z-]*( [a-z][a-z-]*)*$", max_length=60)]
    trigger: Literal["desk", "schedule", "dispatch", "event", "push", "pull-request"]
    started: Timestamp
    ended: Timestamp
    exit_code: Annotated[int, Field(ge=0, le=255)]
    tag: str = ""
    counts: tuple[tuple[str, Count], ...] = ()
    detail: Annotated[str, Field(max_length=400)] = ""
    times: StageTimes | None = Field(default=None, exclude_if=is_absent)
    next_by: Timestamp | None = Field(default=None, exclude_if=is_absent)
