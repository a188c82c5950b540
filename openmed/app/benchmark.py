"""Measure candidates of the queue; judges and releases nothing."""

from itertools import product
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.attestation.measurement_statement import SignableMeasurement
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.release.product import ErrorProduct
from openmed.domain.release.results.step_result import StepState
from openmed.domain.slot import parse_slot
from openmed.errors import EvidenceError, UsageError
from openmed.pipeline.release_graph import open_graph
from openmed.pipeline.reviewed.reviewed_measurements import attestations_of
from openmed.pipeline.step_runner import raise_fault
from openmed.ports.releasing import Signer
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


class Attested(NamedTuple):
    """A measurement that was signed.

    Attributes:
        file: its file in `gates/measurements/`.
        said: what it says.
    """

    file: str
    said: SignableMeasurement


def attest(context: Context, signer: Signer, *, slot: str, suite: str) -> Attested:
    """Count a slot's report again where the suite's text is, and sign it.

    Args:
        context: the release repository.
        signer: a key with the role `measure`.
        slot: whose report.
        suite: a suite the slot's policy names.

    Raises:
        UsageError: no such slot, or its policy does not name the suite.
        OpenMedError: there is no report, it does not come out again, or the key may not sign it.
    """
    graph = open_graph(context, pattern=parse_slot(slot).key, may_build=False)
    (candidate,) = graph.candidates
    pin = next((one for one in graph.suites(candidate.slot) if one.name == suite), None)
    if pin is None:
        names = ", ".join(one.name for one in graph.suites(candidate.slot))
        msg = f"the policy of {candidate.slot} does not name suite {suite!r}; it has {names}"
        raise UsageError(msg)
    step = graph.benchmark(candidate, pin)
    if (made := context.products.read(step.slot, step.name, step.product_type)) is None:
        msg = f"{candidate.slot}: there is no report of suite {suite} to sign"
        raise EvidenceError(msg, next_step=f"openmed benchmark run {candidate.slot}")
    if isinstance(made.value, ErrorProduct) or made.value.failed_documents:
        msg = f"{candidate.slot}: the report of suite {suite} lacks answers"
        raise EvidenceError(msg, next_step=f"openmed benchmark run {candidate.slot} --retry")
    said = step.signable(made.value, now=context.now)
    return Attested(attestations_of(context).attest(signer, said), said)


def _report(context: Context, step: Benchmark) -> BenchmarkReport:
    made = context.products.read(step.slot, step.name, step.product_type)
    if made is None or isinstance(made.value, ErrorProduct):
        msg = f"{step.slot}: the report of suite {step.name} vanished"
        raise EvidenceError(msg)
    return made.value
