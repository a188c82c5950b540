"""What a flip did, as it is kept: the product of the step `flip`."""

from typing import Literal

from pydantic import Field

from openmed.domain.frozen import Frozen
from openmed.domain.release.flip import FlipPlan
from openmed.domain.release.results.slot_result import Result, SlotOutcome


class FlipRecord(Frozen):
    """Product of `flip`: where every candidate stands, and what the flip wrote.

    Attributes:
        tag: the entry it made; None when nothing changed.
        results: by slot.
    """

    schema_: Literal["openmed.flip/1"] = Field(default="openmed.flip/1", alias="schema")
    tag: str | None
    results: tuple[Result, ...]


def record_of(plan: FlipPlan) -> FlipRecord:
    """What to keep of a plan that was carried out."""
    return FlipRecord(tag=plan.entry.tag if plan.entry else None, results=plan.results)


def is_same_outcome(done: FlipRecord, now: FlipRecord) -> bool:
    """Whether a new plan says what was done already: what was released then is live now."""

    def facts(record: FlipRecord) -> list[tuple[str, str, str | None, int, str]]:
        return [
            (
                row.slot,
                SlotOutcome.LIVE if row.standing is SlotOutcome.RELEASED else row.standing,
                row.artifact,
                row.generation,
                row.tag,
            )
            for row in record.results
        ]

    return facts(done) == facts(now)
