"""The pointer: what is live, as one small file; its replacement is the commit point.

The table repeats what the ledger adds up to, and anchors it (size and head): a cut,
rewritten or edited ledger no longer fits its pointer.
"""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.entry import Entry, Tag
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.slot import SlotKey
from openmed.errors import IntegrityError


class PointerRow(Frozen):
    """What one slot points at.

    Attributes:
        slot: release channel.
        generation: counts flips of this slot.
        kind: how it became live.
        tag: entry that made it live.
        released_at: since when.
        repo_id: repository.
        artifact: tree digest to serve.
        grade: whether pages may show it as green.
        verdict: evidence file it rests on.
        previous_generation: what it replaced; 0 = nothing.
        previous_artifact: what it replaced.
    """

    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    kind: Literal["release", "rollback"]
    tag: Tag
    released_at: Timestamp
    repo_id: str
    artifact: Digest
    grade: Grade
    verdict: Digest
    previous_generation: Annotated[int, Field(ge=0)]
    previous_artifact: Digest | None


class PointerTable(Frozen):
    """The whole pointer file.

    Attributes:
        ledger_size: entries in the ledger.
        ledger_head: digest of the last entry.
        tag: name of the last entry; names the state of the whole fleet.
        slots: live releases, by slot.
    """

    schema_: Literal["openmed.pointer/1"] = Field(default="openmed.pointer/1", alias="schema")
    ledger_size: Annotated[int, Field(ge=1)]
    ledger_head: Digest
    tag: Tag
    slots: tuple[PointerRow, ...]


def pointer_of(state: FleetState) -> PointerTable:
    """The pointer that belongs to a ledger.

    Raises:
        IntegrityError: the ledger is empty; nothing points then.
    """
    if not state.entries:
        msg = "an empty ledger has no pointer"
        raise IntegrityError(msg)
    head: Entry = state.entries[-1]
    return PointerTable(
        ledger_size=len(state.entries),
        ledger_head=head.digest,
        tag=head.tag,
        slots=tuple(
            PointerRow(
                slot=live.release.slot,
                generation=live.generation,
                kind=live.kind,
                tag=live.tag,
                released_at=live.time,
                repo_id=live.release.candidate.repo_id,
                artifact=live.release.artifact,
                grade=live.release.policy.grade,
                verdict=live.release.verdict,
                previous_generation=live.previous_generation,
                previous_artifact=live.previous_artifact,
            )
            for live in state.live
        ),
    )


def open_state(pointer: PointerTable | None, entries: tuple[Entry, ...]) -> FleetState:
    """Check that pointer and ledger are one, and add the ledger up.

    Args:
        pointer: the pointer file; None when it does not exist.
        entries: the entries reachable from the pointer's head, oldest first.

    Raises:
        IntegrityError: they disagree.
    """
    state = fold(entries)
    if pointer is None:
        if entries:
            msg = "the ledger has entries, but gates/pointer.json is missing"
            raise IntegrityError(msg)
        return state
    if pointer != pointer_of(state):
        msg = f"gates/pointer.json disagrees with the ledger up to {pointer.tag}"
        raise IntegrityError(msg, next_step="openmed release recover --forward")
    return state
