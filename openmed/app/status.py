"""Where each slot stands, stage by stage, as its products and the ledger say.

Whether a product is still up to date is not asked: that is what `openmed release plan` does.
"""

from enum import StrEnum
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.verdict import PERFORMANCE, Decision
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.fleet_facts import AdoptedBaseline
from openmed.domain.release.product import VERDICT, Made, VerdictProduct
from openmed.domain.release.served import Unserved
from openmed.errors import OpenMedError
from openmed.steps import stage
from openmed.steps.publish import Publish, no_pages


class CandidateStages(NamedTuple):
    """What the products of one candidate are; None = not made.

    Attributes:
        row: the candidate.
        staged: its bytes.
        suites: by suite of its policy, the report.
        policy_fault: why its policy cannot be read; empty when it can.
        timed: the performance report.
        judged: the verdict.
    """

    row: Candidate
    staged: Made[StagedCandidate] | None
    suites: tuple[tuple[str, Made[BenchmarkReport] | None], ...]
    policy_fault: str
    timed: Made[PerformanceReport] | None
    judged: Made[VerdictProduct] | None


class SlotStages(NamedTuple):
    """One slot.

    Attributes:
        slot: its slot.
        live: what it serves; None = nothing.
        is_frozen: whether a person froze it.
        is_condemned: whether what it serves fails today's policy.
        candidate: where its candidate stands; None without one in the queue.
        adopted: what its first release is compared with; None = nothing was adopted.
    """

    slot: str
    live: LiveRelease | None
    is_frozen: bool
    is_condemned: bool
    candidate: CandidateStages | None
    adopted: AdoptedBaseline | None = None

    @property
    def is_done(self) -> bool:
        """Whether its candidate asks for nothing more: it is live, or was only to be measured."""
        row = self.candidate.row if self.candidate else None
        return self.live is not None or bool(row and row.adopted and self.adopted)


def read_stages(world: Context, *, slot: str = "") -> tuple[SlotStages, ...]:
    """Every slot that has a candidate or ever served something, or one of them.

    Raises:
        UsageError: not a release repository.
        IntegrityError: pointer and ledger disagree.
    """
    queue = {row.slot: row for row in world.shown_inputs.queue()}
    state = world.releases.shown_state()
    adopted = {row.release.slot for row in state.adopted}
    slots = sorted(queue.keys() | {name for name, _ in state.counts} | adopted)
    return tuple(_slot(world, state, name, queue.get(name)) for name in slots if slot in ("", name))


MOST_HASHED = 20
"""More live releases than this are hashed by `verify` only; one of them is when it is named."""
MOST_TREES = 20
"""With more slots than this no product is opened but verdicts, for what they decided."""


class Trouble(StrEnum):
    """What keeps a slot from being as it should be, the worst first."""

    CONDEMNED = "CONDEMNED by today's policy"
    QUARANTINED = "candidate quarantined"
    NOT_EVALUATED = "candidate not evaluated"
    FROZEN = "frozen"
    EMPTY = "nothing is live"


class FleetSlot(NamedTuple):
    """One slot of a fleet, without its products.

    Attributes:
        slot: its slot.
        live: what it serves; None = nothing.
        troubles: what is wrong with it, the worst first.
        is_waiting: whether its candidate was not judged yet.
    """

    slot: str
    live: LiveRelease | None
    troubles: tuple[Trouble, ...]
    is_waiting: bool = False


def read_fleet(
    world: Context, state: FleetState, *, queue: tuple[Candidate, ...]
) -> tuple[FleetSlot, ...]:
    """Every slot, from the ledger, the queue and what verdicts decided; no report is opened.

    Args:
        world: the release repository.
        state: the fleet.
        queue: candidates; none for an earlier state.
    """
    wanted = {row.slot for row in queue}
    clock = world.now if queue or state.last is None else state.last.time
    frozen = {row.slot for row in state.freezes if not row.has_ended(clock=clock)}
    condemned = {row.fact.slot for row in state.condemned}
    decisions = world.shown_decisions(sorted(wanted), product=VERDICT)
    found = []
    for slot in sorted(wanted | {name for name, _ in state.counts}):
        live = state.live_in(slot)
        decided = decisions.get(slot, "")
        facts = {
            Trouble.CONDEMNED: slot in condemned,
            Trouble.QUARANTINED: decided == Decision.QUARANTINED,
            Trouble.NOT_EVALUATED: decided == Decision.NOT_EVALUATED,
            Trouble.FROZEN: slot in frozen,
            Trouble.EMPTY: live is None and state.adopted_in(slot) is None,
        }
        troubles = tuple(trouble for trouble in Trouble if facts[trouble])
        is_waiting = slot in wanted and not decided and live is None
        found.append(FleetSlot(slot, live, troubles, is_waiting=is_waiting))
    return tuple(found)


def _slot(world: Context, state: FleetState, slot: str, row: Candidate | None) -> SlotStages:
    return SlotStages(
        slot=slot,
        live=state.live_in(slot),
        is_frozen=state.freeze_in_force(slot, clock=world.now) is not None,
        is_condemned=state.condemned_in(slot) is not None,
        candidate=None if row is None else _candidate(world, row),
        adopted=state.adopted_in(slot),
    )


def _candidate(world: Context, row: Candidate) -> CandidateStages:
    read, slot = world.products.read, row.slot
    names, fault = _suites(world, slot)
    return CandidateStages(
        row=row,
        staged=read(slot, stage.PRODUCT, StagedCandidate),
        suites=tuple((name, read(slot, name, BenchmarkReport)) for name in names),
        policy_fault=fault,
        timed=read(slot, PERFORMANCE, PerformanceReport),
        judged=read(slot, VERDICT, VerdictProduct),
    )


def _suites(world: Context, slot: str) -> tuple[tuple[str, ...], str]:
    try:
        return world.inputs.policy(slot).suites, ""
    except OpenMedError as error:
        return (), error.message


def unserved(world: Context, state: FleetState, *, slot: str = "") -> tuple[Unserved, ...]:
    """Live releases whose bytes are not served from here; changes nothing."""
    is_live = state.live_in(slot) is not None
    if not is_live if slot else len(state.live) > MOST_HASHED:
        return ()
    step = Publish(
        releases=world.releases,
        released=world.released_bytes,
        registry=world.registry,
        verifiers=lambda: world.verifiers,
        pages=lambda _: no_pages,  # Looking makes none.
    )
    return step.look(slot)
