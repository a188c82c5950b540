"""Which slots a night measures: those that waited longest, as many as a budget of seconds holds.

The greatest age follows from the budget: it is the number of nights that one round of the whole
fleet takes at what each slot cost when it was last measured.
"""

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Final, NamedTuple

FIRST_GUESS: Final = 60.0
"""Seconds of a slot where none was measured yet."""


class SlotAge(NamedTuple):
    """When a slot was last measured.

    Attributes:
        slot: which.
        day: of its last measurement, `2026-11-29`; a release measures, too.
        seconds: what its last night cost; None = it had none.
        tried: day on which it was last tried; empty = never. One that cannot be measured waits
            its turn like the others, and grows older.
    """

    slot: str
    day: str
    seconds: float | None
    tried: str = ""


class NightPlan(NamedTuple):
    """What a night measures.

    Attributes:
        order: every slot, the one that waited longest first.
        tonight: how many of them fit the budget; at least one where there is any.
        nights: nights of one round of the fleet: no slot may wait longer.
        seconds: what tonight's slots cost last time.
        costs: seconds of each slot, in order; a guess where it had no night.
    """

    order: tuple[SlotAge, ...]
    tonight: int
    nights: int
    seconds: float
    costs: tuple[float, ...]


def plan_night(slots: Sequence[SlotAge], *, budget: float) -> NightPlan:
    """Choose the slots of one night.

    Args:
        slots: every live slot.
        budget: seconds that a night may compute.
    """
    order = tuple(sorted(slots, key=lambda row: (max(row.day, row.tried), row.slot)))
    known = [row.seconds for row in order if row.seconds is not None]
    typical = median(known) if known else FIRST_GUESS
    costs = tuple(typical if row.seconds is None else row.seconds for row in order)
    nights: list[int] = []
    spent = 0.0
    for cost in costs:
        if nights and spent + cost <= budget:
            nights[-1] += 1
            spent += cost
        else:
            nights.append(1)
            spent = cost
    tonight = nights[0] if nights else 0
    return NightPlan(order, tonight, len(nights), round(sum(costs[:tonight]), 1), costs)


def overdue(slots: Sequence[SlotAge], *, today: str, nights: int) -> tuple[SlotAge, ...]:
    """Slots that waited longer than one round of the fleet takes, the oldest first.

    Args:
        slots: every live slot, as it stands after this night.
        today: the day.
        nights: nights of one round.
    """
    rows = sorted(slots, key=lambda row: (row.day, row.slot))
    return tuple(row for row in rows if age_of(row, today=today) > nights)


def age_of(row: SlotAge, *, today: str) -> int:
    """Days since a slot was measured."""
    return (date.fromisoformat(today) - date.fromisoformat(row.day)).days
