"""Whole operations: run a release, benchmark a candidate, look at what is live."""

import io
from pathlib import Path
from typing import NamedTuple

from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain

from openmed.bootstrap import World, build_world
from openmed.domain.ledger import FleetState
from openmed.domain.product import ErrorProduct
from openmed.domain.report import BenchmarkReport
from openmed.domain.slot import parse_slot
from openmed.entrypoints.graph import ReleaseGraph, open_graph
from openmed.entrypoints.perform import Performed
from openmed.entrypoints.run_report import RunReport
from openmed.entrypoints.tasks import namespace
from openmed.errors import (
    EvidenceError,
    OpenMedError,
    OutsideError,
    UsageError,
)

CRASHED = 3
"""doit could not run at all."""


def run_release(root: Path, *, retry: bool, quiet: bool) -> RunReport:
    """Run the whole chain of a release repository.

    Raises:
        UsageError: queue, policy, pins or key cannot be used; nothing was run.
    """
    graph = open_graph(root, retry=retry, quiet=quiet)
    graph.world.signer.check()
    out = io.StringIO()
    main = DoitMain(
        ModuleTaskLoader(namespace(graph, prints=False)),
        config_filenames=(),
        extra_config={"GLOBAL": {"outfile": out}},
    )
    code = main.run(["run", "release"])
    if code == CRASHED:
        msg = f"doit could not run the graph: {out.getvalue().strip()[:300]}"
        raise OpenMedError(msg, next_step="remove artifacts/doit.sqlite3 and run it again")
    return graph.run_report()


class Measured(NamedTuple):
    """One candidate measured on one suite.

    Attributes:
        slot: its slot.
        report: as it would be released.
        bare: the same without the profile's rules; None when nobody asked.
    """

    slot: str
    report: BenchmarkReport
    bare: BenchmarkReport | None = None


def run_benchmark(  # noqa: PLR0913 - each is an option of the command
    root: Path, *, slot: str, suite: str, retry: bool, quiet: bool, wants_bare: bool = False
) -> list[Measured]:
    """Stage and measure candidates of the queue; judges and releases nothing.

    Args:
        root: release repository.
        slot: one slot, or empty for every candidate.
        suite: one pinned suite, or empty for those the slot's policy names.
        retry: whether to try again what failed twice.
        quiet: whether to keep progress to itself.
        wants_bare: whether to measure without the profile's rules too.

    Raises:
        UsageError: no such slot or suite.
        OpenMedError: staging or measuring failed.
    """
    graph = open_graph(root, retry=retry, quiet=quiet)
    wanted = parse_slot(slot).key if slot else ""
    candidates = [c for c in graph.candidates if wanted in ("", c.slot)]
    if not candidates:
        msg = f"there is no candidate for slot {wanted}; the queue has {', '.join(graph.slots)}"
        raise UsageError(msg)
    pins = {pin.name: pin for pin in graph.world.inputs.pins()}
    if suite and suite not in pins:
        msg = f"suite {suite!r} is not pinned; gates/suites.toml has {', '.join(pins)}"
        raise UsageError(msg)
    measured: list[Measured] = []
    for candidate in candidates:
        _raise_fault(graph.perform(graph.stage(candidate)))
        for pin in [pins[suite]] if suite else graph.suites(candidate.slot):
            step = graph.benchmark(candidate, pin)
            _raise_fault(graph.perform(step))
            report = _report(graph, candidate.slot, pin.name)
            bare = step.measured(has_backstop=False) if wants_bare else None
            measured.append(Measured(candidate.slot, report, bare))
    return measured


def read_status(root: Path) -> FleetState:
    """What is live, checked against the ledger.

    Raises:
        UsageError: not a release repository.
        IntegrityError: pointer and ledger disagree.
    """
    world: World = build_world(root)
    world.inputs.queue()
    return world.releases.state()


def _raise_fault(done: Performed) -> None:
    if done.fault is None:
        return
    error = OutsideError(done.fault.message, next_step=done.fault.next_step)
    error.exit_code = done.fault.exit_code
    raise error


def _report(graph: ReleaseGraph, slot: str, name: str) -> BenchmarkReport:
    made = graph.world.products.read(slot, name, BenchmarkReport)
    if made is None or isinstance(made.value, ErrorProduct):
        msg = f"{slot}: the report of suite {name} vanished"
        raise EvidenceError(msg)
    return made.value
