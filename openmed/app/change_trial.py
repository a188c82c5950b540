"""Measure and judge the candidates that an edit of queue or policy is about; releases nothing."""

from openmed.app.input_changes import read_changes
from openmed.app.pipeline_stages import run_gate
from openmed.context import Context
from openmed.domain.evaluation.comparison import Comparison, compare
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import BASELINE
from openmed.domain.release.product import BaselineReport, ErrorProduct
from openmed.domain.release.results.part_report import Judged
from openmed.errors import OpenMedError, UsageError


class SlotTrial(Frozen):
    """What one slot's candidate would come to.

    Attributes:
        slot: whose candidate.
        judged: what its gates say; None where it could not be judged.
        comparisons: what it loses and gains against what it is compared with, by suite.
        fault: why something is missing; may be empty.
    """

    slot: str
    judged: Judged | None = None
    comparisons: tuple[Comparison, ...] = ()
    fault: str = ""


class ChangeTrial(Frozen):
    """What a change of inputs would come to.

    Attributes:
        base: the commit it is compared with.
        trials: of slots that were tried.
        untried: slots that change and were not tried.
    """

    base: str
    trials: tuple[SlotTrial, ...]
    untried: tuple[str, ...]


def try_changes(world: Context, *, base: str, most: int) -> ChangeTrial:
    """Measure and judge the candidates whose row or policy differs; nothing is signed or released.

    Args:
        world: the release repository, as it is to become.
        base: branch or commit that it is to go into.
        most: slots that are tried; those with another row come first.

    Raises:
        UsageError: as `read_changes`.
    """
    found = read_changes(world, base=base)
    queued = {row.slot for row in world.inputs.queue()}
    edited = [row.slot for row in found.rows if row.slot in queued]
    others = sorted((found.slots & queued) - set(edited))
    slots = (*edited, *others)
    trials = tuple(_trial(world, slot) for slot in slots[:most])
    return ChangeTrial(base=found.base, trials=trials, untried=slots[most:])


def _trial(world: Context, slot: str) -> SlotTrial:
    try:
        report = run_gate(world, pattern=slot)
    except UsageError:
        raise
    except OpenMedError as error:
        return SlotTrial(slot=slot, fault=error.message)
    judged = next((row for row in report.judged if row.slot == slot), None)
    faults = (step.fault.message for step in report.steps if step.fault is not None)
    compared, fault = _comparisons(world, slot)
    why = next(faults, fault)
    return SlotTrial(slot=slot, judged=judged, comparisons=compared, fault=why)


def _comparisons(world: Context, slot: str) -> tuple[tuple[Comparison, ...], str]:
    found: list[Comparison] = []
    fault = ""
    names = set(world.inputs.policy(slot).suites)
    for pin in (one for one in world.inputs.pins() if one.name in names):
        after = world.products.read(slot, pin.name, BenchmarkReport)
        before = world.products.read(slot, f"{BASELINE}{pin.name}", BaselineReport)
        if after is None or isinstance(after.value, ErrorProduct):
            continue
        if before is None or isinstance(before.value, ErrorProduct):
            continue
        try:
            report = before.value.opened(world.releases.evidence).report
            if report is not None:
                found.append(compare(report, after.value, world.inputs.suite(pin)))
        except OpenMedError as error:
            fault = fault or f"{pin.name}: {error.message}"
    return tuple(found), fault
