"""What the ledger says of artifacts, slots and keys besides what is live, each with its entry."""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen, Timestamp, VerifierName
from openmed.domain.ledger.changes import Collected, Lifted, Quarantined, Revoked
from openmed.domain.ledger.entry import Tag
from openmed.domain.slot import SlotKey


class QuarantineFact(Frozen):
    """One condemned artifact.

    Attributes:
        tag: entry that recorded it.
        time: since when.
        fact: the gates that failed, or the revocation by a rollback.
    """

    tag: Tag
    time: Timestamp
    fact: Quarantined | Revoked

    @property
    def causes(self) -> tuple[tuple[str, str], ...]:
        """What condemned it, and what that said."""
        match self.fact:
            case Quarantined():
                return tuple(zip(self.fact.gates, self.fact.reasons, strict=False))
            case Revoked():
                return (("rollback", self.fact.reason),)


class LiftFact(Frozen):
    """One lifted quarantine whose artifact was not judged since.

    Attributes:
        tag: entry that lifted it.
        fact: the lifting.
        row: what was lifted.
    """

    tag: Tag
    fact: Lifted
    row: QuarantineFact


class FreezeFact(Frozen):
    """One frozen slot, since when and why."""

    slot: SlotKey
    tag: Tag
    reason: str


class KeyClosure(Frozen):
    """One closed key.

    Attributes:
        keyid: the key.
        verifier: name it is listed under.
        tag: entry that closed it.
        size: entries before that one.
        is_lost: whether it was lost.
        spent: evidence that was recorded by then; it counts for ever.
    """

    keyid: Digest
    verifier: VerifierName
    tag: Tag
    size: Annotated[int, Field(ge=0)]
    is_lost: bool
    spent: frozenset[str]


class Collection(Frozen):
    """One released artifact whose bytes were collected, and the entry that says so."""

    tag: Tag
    fact: Collected
