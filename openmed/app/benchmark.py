"""Measure candidates of the queue; judges and releases nothing."""

from itertools import product
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.release.product import ErrorProduct
from openmed.domain.slot import parse_slot
from openmed.errors import EvidenceError, UsageError
from openmed.pipeline.release_graph import open_graph
from openmed.pipeline.step_runner import StepState, raise_fault
from openmed.steps.benchmark.batch_check import BATCHES
from openmed.steps.benchmark.candidate import Benchmark


class CandidateMeasurement(NamedTuple):
    """One candidate measured on one suite.

    Attributes:
        slot: its slot.
        report: as it would be released.
        bare: the same without the profile's rules; None when nobody asked.
    """

    slot: str
    report: BenchmarkReport
    bare: BenchmarkReport | None = None


def run_benchmark(
    context: Context, *, slot: str, suite: str, retry: bool, wants_bare: bool = False
) -> list[CandidateMeasurement]:
    """Stage and measure candidates.

    Args:
        context: the release repository.
        slot: one slot, or empty for every candidate.
        suite: one pinned suite, or empty for those the slot's policy names.
        retry: whether to try again what failed twice.
        wants_bare: whether to measure without the profile's rules too.

    Raises:
        UsageError: no such slot or suite.
        OpenMedError: staging or measuring failed.
    """
    graph = open_graph(context, retry=retry)
    wanted = parse_slot(slot).key if slot else ""
    candidates = [c for c in graph.candidates if wanted in ("", c.slot)]
    if not candidates:
        msg = f"there is no candidate for slot {wanted}; the queue has {', '.join(graph.slots)}"
        raise UsageError(msg)
    pins = {pin.name: pin for pin in context.inputs.pins()}
    if suite and suite not in pins:
        msg = f"suite {suite!r} is not pinned; gates/suites.toml has {', '.join(pins)}"
        raise UsageError(msg)
    measured: list[CandidateMeasurement] = []
    chosen = (pins[suite],) if suite else None
    for candidate, definition in product(candidates, graph.pipeline.until("benchmark")):
        for step in graph.steps_of(definition, candidate, pins=chosen):
            graph.run(step)
            raise_fault(graph.performed[-1])
            if isinstance(step, Benchmark):
                report = _report(context, step)
                if graph.performed[-1].how is StepState.COMPUTED:
                    log = context.products.log(step.slot, BATCHES)
                    step.bench.check_batches(step.measurement()._replace(log=log))
                bare = step.measured(has_backstop=False) if wants_bare else None
                measured.append(CandidateMeasurement(step.slot, report, bare))
    return measured


def _report(context: Context, step: Benchmark) -> BenchmarkReport:
    made = context.products.read(step.slot, step.name, step.product_type)
    if made is None or isinstance(made.value, ErrorProduct):
        msg = f"{step.slot}: the report of suite {step.name} vanished"
        raise EvidenceError(msg)
    return made.value
