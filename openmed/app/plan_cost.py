"""What a planned run would cost: documents that models would read, and seconds where known."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from openmed.app.plan import Plan, PlannedSlot, Todo
from openmed.context import Context
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE
from openmed.domain.release.product import ErrorProduct
from openmed.domain.wire import parse
from openmed.errors import OpenMedError

_MEASURING: Final = ("benchmark:", *(f"{prefix.removesuffix('-')}:" for prefix in OF_OTHERS))
_MILLI: Final = 1000


class SlotCost(NamedTuple):
    """What one slot would cost.

    Attributes:
        documents: that its models would read; those whose predictions are kept count too.
        seconds: how long that takes by the speed that its live release or its last candidate was
            measured with; None = neither was.
    """

    documents: int
    seconds: float | None


def plan_costs(world: Context, plan: Plan) -> dict[str, SlotCost]:
    """Costs by slot; of slots with nothing to measure there is none.

    Args:
        world: the release repository.
        plan: what would run.
    """
    counts: dict[str, int] = {}
    costs = {}
    for slot in plan.slots:
        for suite in _suites(slot):
            if suite not in counts:
                counts[suite] = _documents(world, suite)
        documents = sum(counts[suite] for suite in _suites(slot))
        if documents:
            speed = _milliseconds(world, slot.slot)
            seconds = None if speed is None else documents * speed / _MILLI
            costs[slot.slot] = SlotCost(documents, seconds)
    return costs


def _suites(slot: PlannedSlot) -> Iterator[str]:
    for step in slot.steps:
        is_due = step.todo in (Todo.DO, Todo.FOLLOWS)
        if is_due and step.task.startswith(_MEASURING):
            yield step.task.rpartition(":")[2]


def _documents(world: Context, suite: str) -> int:
    """Documents of a suite; none where it cannot be read here, as for speed."""
    pin = next((one for one in world.inputs.pins() if one.name == suite), None)
    try:
        return 0 if pin is None else len(world.inputs.suite(pin).documents)
    except OpenMedError:
        return 0


def _milliseconds(world: Context, slot: str) -> float | None:
    """Of one document, as last measured on some machine."""
    made = world.products.read(slot, PERFORMANCE, PerformanceReport)
    if made is not None and not isinstance(made.value, ErrorProduct):
        return made.value.latency.p50
    live = world.releases.state().live_in(slot)
    named = () if live is None else live.release.reports
    digest = next((one.report for one in named if one.suite == PERFORMANCE), None)
    try:
        if digest is not None:
            data = world.releases.evidence(digest)
            return parse(PerformanceReport, data, what="the speed of the live release").latency.p50
    except OpenMedError:
        return None
    return None
