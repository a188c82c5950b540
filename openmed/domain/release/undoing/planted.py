"""A planted regression: a release that is worse than the one it replaces, for a drill. Pure.

It exists in a scratch copy only. Its verdict is no verdict and its source is nowhere, so that
nothing could publish it again or take it for a good release.
"""

from typing import Final, NamedTuple

from openmed.domain.candidates.candidate import Candidate, StagedFile
from openmed.domain.digest import sha256_hex, tree_digest
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.ledger.pointer import PointerTable, pointer_of

NOTE: Final = "planted-regression.txt"
"""The file by which the planted release differs from the live one."""
TEXT: Final = b"A drill planted this release; it is worse than the one before it.\n"
_NOWHERE: Final = "file:no/such/place"


class PlantedRelease(NamedTuple):
    """A ledger entry that makes a worse release live.

    Attributes:
        artifact: its tree digest.
        entry: the ledger entry.
        pointer: the pointer after it.
        evidence: what stands where its verdict would.
    """

    artifact: str
    entry: Entry
    pointer: PointerTable
    evidence: bytes


def plant(
    state: FleetState, live: LiveRelease, files: tuple[StagedFile, ...], *, now: str
) -> PlantedRelease:
    """Plan a release of other files in the slot of a live one.

    Args:
        state: the fleet.
        live: what the slot serves.
        files: of the planted release.
        now: when.
    """
    slot, artifact = live.release.slot, tree_digest(files)
    evidence = TEXT + artifact.encode()
    row = live.release.candidate
    fields = {name: getattr(row, name) for name in Candidate.model_fields}
    change = Promoted(
        slot=slot,
        generation=state.generation_of(slot) + 1,
        candidate=Candidate(**fields | {"source": _NOWHERE}),
        artifact=artifact,
        files=files,
        repro=live.release.repro,
        repro_hash=live.release.repro_hash,
        policy=live.release.policy,
        verdict=sha256_hex(evidence),
        reports=(),
        previous_generation=state.generation_of(slot),
        previous_artifact=live.release.artifact,
    )
    entry = next_entry(state.entries, (change,), now=now)
    return PlantedRelease(artifact, entry, pointer_of(fold((*state.entries, entry))), evidence)
