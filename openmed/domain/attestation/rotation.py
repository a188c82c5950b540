"""Replacing a key: which one is closed, and what the ledger says about it."""

from openmed.domain.frozen import Digest, Frozen, VerifierName
from openmed.domain.ledger.changes import KeyClosed
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState


class Rotation(Frozen):
    """One key replaced by another of the same verifier.

    Attributes:
        verifier: whose.
        keyid: the key that is closed.
        successor: the key that follows.
        is_lost: whether the old one was lost: nobody, or somebody else, may have it.
    """

    verifier: VerifierName
    keyid: Digest
    successor: Digest
    is_lost: bool


def plan_rotation(state: FleetState, rotation: Rotation, *, now: str) -> Entry | None:
    """The entry that closes the old key; None when it is closed already."""
    if state.closure_of(rotation.keyid) is not None:
        return None
    change = KeyClosed(
        keyid=rotation.keyid,
        verifier=rotation.verifier,
        successor=rotation.successor,
        is_lost=rotation.is_lost,
    )
    return next_entry(state.entries, (change,), now=now)
