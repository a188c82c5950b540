"""Where each slot stands, stage by stage, as its products and the ledger say.

Whether a product is still up to date is not asked: that is what `openmed release plan` does.
"""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeVar

from openmed.context import Context, open_context
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.policy import Grade
from openmed.domain.gates.verdict import PERFORMANCE, Decision, Verdict
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.headline import declared_rows
from openmed.domain.pages.number_format import share_down, size
from openmed.domain.release.product import ErrorProduct, Made, VerdictProduct
from openmed.errors import OpenMedError
from openmed.pipeline.summary import named
from openmed.steps import compare, stage

Value = TypeVar("Value", bound=Frozen)


class Mark(StrEnum):
    """How a stage stands."""

    DONE = "done"
    HELD = "held"
    FAILED = "failed"
    MISSING = "missing"


class StageStatus(NamedTuple):
    """One stage of one slot.

    Attributes:
        name: stage, benchmark, compare or flip.
        mark: how it stands.
        detail: one line.
    """

    name: str
    mark: Mark
    detail: str


class SlotStages(NamedTuple):
    """One slot.

    Attributes:
        slot: its slot.
        headline: what it serves, or that it serves nothing.
        stages: where its candidate stands; none without a candidate in the queue.
    """

    slot: str
    headline: str
    stages: tuple[StageStatus, ...]


def read_stages(root: Path, *, slot: str = "") -> tuple[SlotStages, ...]:
    """Every slot that has a candidate or ever served something, or one of them.

    Raises:
        UsageError: not a release repository.
        IntegrityError: pointer and ledger disagree.
    """
    world = open_context(root, quiet=True)
    queue = {row.slot: row for row in world.inputs.queue()}
    state = world.releases.state()
    slots = sorted(queue.keys() | {name for name, _ in state.counts})
    return tuple(
        SlotStages(name, serves(state, name), _stages(world, state, queue.get(name)))
        for name in slots
        if slot in ("", name)
    )


def serves(state: FleetState, slot: str) -> str:
    """What a slot serves, in a line."""
    live = state.live_in(slot)
    frozen = ", frozen" if state.freeze_of(slot) else ""
    if live is None:
        return f"serves nothing{frozen}"
    preview = " (preview)" if live.release.policy.grade is Grade.PREVIEW else ""
    word = "rolled back" if live.kind == "rollback" else "live"
    if state.condemned_in(slot) is not None:
        word = f"CONDEMNED by today's policy, {word}"
    return (
        f"{word}{preview}{frozen}: {live.release.candidate.repo_id}, generation "
        f"{live.generation}, {live.tag}, since {live.time}"
    )


def _stages(world: Context, state: FleetState, row: Candidate | None) -> tuple[StageStatus, ...]:
    if row is None:
        return ()
    read, slot = world.products.read, row.slot
    staged = read(slot, stage.PRODUCT, StagedCandidate)
    verdict = read(slot, compare.PRODUCT, VerdictProduct)
    return (
        _staged(staged),
        _measured(world, row) if _is_good(staged) else StageStatus("benchmark", Mark.MISSING, "-"),
        _judged(verdict),
        _flipped(staged, state.live_in(slot)),
    )


def _staged(made: Made[StagedCandidate] | None) -> StageStatus:
    if made is None:
        return StageStatus("stage", Mark.MISSING, "not staged")
    if isinstance(made.value, ErrorProduct):
        return StageStatus("stage", Mark.FAILED, made.value.fault.message)
    value = made.value
    return StageStatus("stage", Mark.DONE, f"{value.artifact[:16]}, {size(value.size)}")


def _measured(world: Context, row: Candidate) -> StageStatus:
    try:
        names = world.inputs.policy(row.slot).suites
    except OpenMedError as error:
        return StageStatus("benchmark", Mark.FAILED, error.message)
    told: list[tuple[Mark, str]] = [_suite(world, row, name) for name in names]
    timed = world.products.read(row.slot, PERFORMANCE, PerformanceReport)
    told.append((_mark(timed), f"{PERFORMANCE}{'' if _is_good(timed) else ' ' + _why(timed)}"))
    worst = next((m for m in (Mark.FAILED, Mark.MISSING) if any(m is one for one, _ in told)), None)
    return StageStatus("benchmark", worst or Mark.DONE, "; ".join(text for _, text in told))


def _suite(world: Context, row: Candidate, name: str) -> tuple[Mark, str]:
    made = world.products.read(row.slot, name, BenchmarkReport)
    if made is None or isinstance(made.value, ErrorProduct):
        return _mark(made), f"{name} {_why(made)}"
    rows = [one.counts for one in declared_rows(row.labels, made.value)]
    covered, support = sum(one.covered for one in rows), sum(one.support for one in rows)
    return Mark.DONE, f"{name} recall {share_down(covered, support)}"


def _judged(made: Made[VerdictProduct] | None) -> StageStatus:
    if made is None:
        return StageStatus("compare", Mark.MISSING, "not judged")
    if isinstance(made.value, ErrorProduct):
        return StageStatus("compare", Mark.FAILED, made.value.fault.message)
    verdict = made.value.verdict
    return StageStatus("compare", _MARKS[verdict.decision], _said(verdict))


_MARKS = {
    Decision.RELEASABLE: Mark.DONE,
    Decision.QUARANTINED: Mark.HELD,
    Decision.NOT_EVALUATED: Mark.FAILED,
}


def _said(verdict: Verdict) -> str:
    gates = named(tuple(gate.id for gate in verdict.deciding))
    what = gates or f"no gate of {sum(1 for row in verdict.results if row.blocking)} says no"
    return f"{verdict.decision.value} at {verdict.time_verified}: {what}"


def _flipped(staged: Made[StagedCandidate] | None, live: LiveRelease | None) -> StageStatus:
    value = staged.value if staged else None
    if live and isinstance(value, StagedCandidate) and value.artifact == live.release.artifact:
        return StageStatus("flip", Mark.DONE, f"live as generation {live.generation}, {live.tag}")
    return StageStatus("flip", Mark.MISSING, "this candidate is not live")


def _mark(made: Made[Value] | None) -> Mark:
    if made is None:
        return Mark.MISSING
    return Mark.FAILED if isinstance(made.value, ErrorProduct) else Mark.DONE


def _is_good(made: Made[Value] | None) -> bool:
    return _mark(made) is Mark.DONE


def _why(made: Made[Value] | None) -> str:
    if made is not None and isinstance(made.value, ErrorProduct):
        return f"failed: {made.value.fault.message}"
    return "not measured"
