"""What the ledger says of artifacts, slots and keys besides what is live, each with its entry."""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen, Timestamp, VerifierName, is_absent
from openmed.domain.ledger.changes import (
    Adopted,
    Collected,
    Condemned,
    Lifted,
    PolicyWeakened,
    Promoted,
    Quarantined,
    Revoked,
)
from openmed.domain.ledger.entry import Tag
from openmed.domain.slot import SlotKey


class LiveRelease(Frozen):
    """One generation of a slot: a release that is or was live in it.

    Attributes:
        tag: entry that made it live.
        time: since when.
        generation: of the slot.
        kind: how it became live.
        release: the promotion it serves: its own, or for a rollback the restored one.
        previous_generation: of the slot; 0 = it had none.
        previous_artifact: what was live before; None = nothing.
        reason: why the slot went back; empty for a release.
    """

    tag: Tag
    time: Timestamp
    generation: Annotated[int, Field(ge=1)]
    kind: Literal["release", "rollback"]
    release: Promoted
    previous_generation: Annotated[int, Field(ge=0)]
    previous_artifact: Digest | None
    reason: str = ""


class AdoptedBaseline(Frozen):
    """What a slot's first release is compared with, though it never was one.

    Attributes:
        tag: entry that recorded it.
        time: since when.
        release: what was measured.
    """

    tag: Tag
    time: Timestamp
    release: Adopted


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


class CondemnedFact(Frozen):
    """One release that failed gates while it was live, and was not judged green since.

    Attributes:
        tag: entry that recorded it.
        time: since when.
        fact: what failed.
    """

    tag: Tag
    time: Timestamp
    fact: Condemned

    @property
    def causes(self) -> tuple[tuple[str, str], ...]:
        """Gates that failed, and what they said."""
        return tuple(zip(self.fact.gates, self.fact.reasons, strict=False))


class WeakenedFact(Frozen):
    """One release that was judged by a weaker policy than the one before it, and since when."""

    tag: Tag
    time: Timestamp
    fact: PolicyWeakened


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
    """One frozen slot, since when and why.

    Attributes:
        slot: which.
        tag: entry that froze it.
        reason: why.
        until: when that ends by itself; None = only when it is thawed.
    """

    slot: SlotKey
    tag: Tag
    reason: str
    until: Timestamp | None = Field(default=None, exclude_if=is_absent)

    def has_ended(self, *, clock: str) -> bool:
        """Whether its time is over by a clock; one that is behind ends nothing."""
        return self.until is not None and clock >= self.until

    def covers(self, until: str | None) -> bool:
        """Whether it lasts at least as long as another one."""
        return self.until is None or (until is not None and until <= self.until)

    def said(self, *, clock: str = "") -> str:
        """How long it lasts, in words; empty where it has no end."""
        if self.until is None:
            return ""
        return f"{'ended' if self.has_ended(clock=clock) else 'until'} {self.until}"


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
