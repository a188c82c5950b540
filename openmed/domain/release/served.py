"""Whether what the pointer says is served: a release is live for readers only while its bytes are.

A registry that every machine sees must hold the bytes of what is live. A local one must hold what
this machine published to it; elsewhere there is nothing to lose.
"""

from openmed.domain.frozen import Frozen
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.slot import parse_slot
from openmed.exit_codes import ExitCode


class Unserved(Frozen):
    """A live release whose bytes are not served as they were released.

    Attributes:
        slot: slot it is live in.
        generation: of the slot.
        artifact: tree digest that should be served.
        reason: what is wrong with the bytes, or why they could not be published again.
        is_lost: whether they must be here; if not, they are served from elsewhere.
    """

    slot: str
    generation: int
    artifact: str
    reason: str
    is_lost: bool

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        if self.is_lost:
            return f"generation {self.generation} is NOT SERVED: {self.reason}"
        return f"generation {self.generation} is not served from here"


def unserved_row(live: LiveRelease, *, reason: str, is_lost: bool) -> Unserved:
    """A live release whose bytes are not served."""
    return Unserved(
        slot=live.release.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        reason=reason,
        is_lost=is_lost,
    )


def way_to_serve(slot: str) -> str:
    """What helps where the bytes of a live release are nowhere to be had."""
    which = parse_slot(slot).selection
    return f"openmed release rollback {which}, or put the bytes back; then openmed publish"


def with_unserved(
    state: FleetState, results: tuple[Result, ...], lost: tuple[Unserved, ...]
) -> tuple[Result, ...]:
    """Results of a flip that say of no slot that it is live while its bytes are not served.

    Args:
        state: the fleet before the flip.
        results: what the flip planned.
        lost: live releases whose bytes could not be published again.
    """
    rows = {row.slot: row for row in lost if row.is_lost}
    told = tuple(
        _with(result, rows[result.slot])
        if result.slot in rows and result.standing is not SlotOutcome.RELEASED
        else result
        for result in results
    )
    known = {result.slot for result in results}
    return (*told, *(_alone(state, row) for slot, row in rows.items() if slot not in known))


def _with(result: Result, row: Unserved) -> Result:
    is_live = result.standing is SlotOutcome.LIVE
    said = row.sentence if is_live else f"{result.reason}; {row.sentence}"
    standing = SlotOutcome.NOT_SERVED if is_live else result.standing
    return Result(
        slot=result.slot,
        standing=standing,
        repo_id=result.repo_id,
        artifact=result.artifact,
        grade=result.grade,
        generation=result.generation,
        tag=result.tag,
        reason=said,
        gates=result.gates,
        exit_code=ExitCode.INTEGRITY,
    )


def _alone(state: FleetState, row: Unserved) -> Result:
    """A slot that has no candidate, and whose bytes are lost."""
    live = state.live_in(row.slot)
    return Result(
        slot=row.slot,
        standing=SlotOutcome.NOT_SERVED,
        repo_id=live.release.candidate.repo_id if live else "",
        artifact=row.artifact,
        grade=live.release.policy.grade if live else None,
        generation=row.generation,
        tag=live.tag if live else "",
        reason=row.sentence,
        gates=(),
        exit_code=ExitCode.INTEGRITY,
    )
