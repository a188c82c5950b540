"""What one night came to, for people and programs."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.evaluation.report import Count
from openmed.domain.frozen import Frozen, Timestamp
from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.nightly.detector import Misses
from openmed.domain.monitoring.nightly.night_findings import Cause, Remeasured
from openmed.domain.monitoring.nightly.rotation import SlotAge, age_of
from openmed.domain.monitoring.nightly.slot_nights import Day
from openmed.domain.monitoring.regression_event import RegressionEvent, RegressionKind
from openmed.domain.slot import SlotKey
from openmed.exit_codes import ExitCode, worst_code
from openmed.printable import printable

SCHEMA: Final = "openmed.nightly/1"
AGAIN: Final = "openmed monitor nightly"
_LONGEST: Final = 400


class NightResult(StrEnum):
    """What a slot's night came to."""

    SAME = "same"
    """It answers as it did when it was released."""
    REGRESSED = "regressed"
    """There is an event."""
    NOT_MEASURED = "not measured"
    """Something is missing, and it is not the model's fault."""


class NightRow(Frozen):
    """The night of one slot.

    Attributes:
        slot: release channel.
        generation: that is live.
        artifact: its tree digest.
        result: what it came to.
        seconds: what it cost.
        same: pinned suites on which every span is as the release's evidence says.
        new: pinned suites on which the release was not measured; judged, compared with nothing.
        fresh: misses on the night's own notes; None = there were none to measure on.
        chance: least chance the sequential test found of so many misses where nothing changed;
            None = there are too few nights, or nothing to compare with.
        events: what was found.
        faults: what could not be measured, each in one sentence.
        next_step: what helps with the first of them; may be empty.
    """

    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: str
    result: NightResult
    seconds: Annotated[float, Field(ge=0)]
    same: tuple[str, ...]
    new: tuple[str, ...]
    fresh: Misses | None
    chance: float | None
    events: tuple[RegressionEvent, ...]
    faults: tuple[str, ...]
    next_step: str = ""


class NightlyReport(Frozen):
    """One night of the fleet.

    Attributes:
        night: its day.
        started: when it started.
        budget: seconds it might compute.
        seconds: seconds it computed.
        slots: slots that were measured, or should have been.
        waiting: live slots that wait for another night.
        most_nights: the greatest age: nights that one round of the fleet takes at this budget.
        alarms: what people must look at.
        files: files of the events, relative to the release repository.
    """

    schema_: Literal["openmed.nightly/1"] = Field(default=SCHEMA, alias="schema")
    night: Day
    started: Timestamp
    budget: Annotated[float, Field(gt=0)]
    seconds: Annotated[float, Field(ge=0)]
    slots: tuple[NightRow, ...]
    waiting: Count
    most_nights: Count
    alarms: tuple[Alarm, ...]
    files: tuple[str, ...]

    @property
    def events(self) -> tuple[RegressionEvent, ...]:
        """Everything that was found."""
        return tuple(event for row in self.slots for event in row.events)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Slots by what their night came to, and those that wait."""
        found = [(kind.value, sum(r.result is kind for r in self.slots)) for kind in NightResult]
        return (*((name, number) for name, number in found if number), ("waiting", self.waiting))

    @property
    def exit_code(self) -> int:
        """0 nothing was found · 3 a regression · 5 something was not measured · 7 other bytes."""
        codes = {
            ExitCode.INTEGRITY if event.kind is RegressionKind.INTEGRITY else ExitCode.HELD
            for event in self.events
        }
        return worst_code({*codes, *({ExitCode.NO_VERDICT} if self.alarms else set())})


def result_of(measured: Remeasured, events: Sequence[RegressionEvent]) -> NightResult:
    """What a slot's night came to; what was found counts more than what is missing."""
    if events:
        return NightResult.REGRESSED
    is_lacking = any(one.cause is Cause.OURS for one in measured.trouble)
    return NightResult.NOT_MEASURED if is_lacking else NightResult.SAME


def alarm_of_trouble(row: NightRow, *, now: str) -> Alarm:
    """The alarm about a slot of which something could not be measured."""
    return Alarm(
        kind=AlarmKind.NO_SIGNAL,
        slot=row.slot,
        detail=printable(f"not measured: {row.faults[0]}")[:_LONGEST],
        next_step=row.next_step,
        raised_at=now,
    )


def alarm_of_age(row: SlotAge, *, nights: int, now: str) -> Alarm:
    """The alarm about a slot that waited too long."""
    age, noun = age_of(row, today=now[:10]), "night" if nights == 1 else "nights"
    return Alarm(
        kind=AlarmKind.NO_SIGNAL,
        slot=row.slot,
        detail=f"measured {age} days ago; one round of the fleet takes {nights} {noun}",
        next_step=f"{AGAIN} --slot '{row.slot}'",
        raised_at=now,
    )
