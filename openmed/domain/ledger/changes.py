"""What can happen to a slot, an artifact or a key: the changes of an entry, in the past tense."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.candidates.candidate import Candidate, ReproParts, StagedFile
from openmed.domain.frozen import Digest, Frozen, Line, Timestamp, VerifierName, is_absent
from openmed.domain.gates.order.policy_order import Weakening
from openmed.domain.gates.verdict import PolicyReference, ReportReference
from openmed.domain.slot import SlotKey

LONGEST_REASON = 400
Reason = Annotated[Line, Field(min_length=1, max_length=LONGEST_REASON)]
"""What a person or a monitor says; pages and terminals print it."""


class Promoted(Frozen):
    """A candidate became its slot's live release.

    Attributes:
        slot: release channel.
        generation: exactly the slot's previous one plus 1; never reused.
        candidate: the row it was released for.
        artifact: tree digest that is live since.
        files: its files.
        repro: the four parts of the repro_hash.
        repro_hash: digest of `repro`, as it was signed.
        policy: thresholds it passed.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
        previous_generation: of the slot; 0 = it had none.
        previous_artifact: what was live before; None = nothing.
        policy_file: evidence file with the thresholds in full, which is their digest; None in an
            entry of version 1.
        summary: evidence file with what pages show of it, drawn from the rest; None in an entry
            of version 2 and before.
    """

    event: Literal["promoted"] = "promoted"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    candidate: Candidate
    artifact: Digest
    files: tuple[StagedFile, ...]
    repro: ReproParts
    repro_hash: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]
    previous_generation: Annotated[int, Field(ge=0)]
    previous_artifact: Digest | None
    policy_file: Digest | None = Field(default=None, exclude_if=is_absent)
    summary: Digest | None = Field(default=None, exclude_if=is_absent)


class Adopted(Frozen):
    """What is published elsewhere was measured: the slot's first release is compared with it.

    It is no release: nothing was judged good, nothing moved, no generation was counted, and
    nothing can be rolled back to it.

    Attributes:
        slot: release channel, which never had a release.
        candidate: the row it was measured for.
        artifact: tree digest that was measured.
        files: its files.
        repro: the four parts of the repro_hash.
        repro_hash: digest of `repro`, as it was signed.
        policy: thresholds it was measured under, whatever they would say of it.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
    """

    event: Literal["adopted"] = "adopted"
    slot: SlotKey
    candidate: Candidate
    artifact: Digest
    files: tuple[StagedFile, ...]
    repro: ReproParts
    repro_hash: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]


class PolicyWeakened(Frozen):
    """What is live was judged by a policy that is weaker than the one of the release before it.

    Attributes:
        slot: release channel.
        generation: that is live under the weaker policy.
        old: the policy before.
        new: the weaker one.
        weaker: each key that demands less.
        is_known: whether the older limits were recorded; an earlier engine recorded only what its
            verdict shows.
        statement: evidence file with the signed statement that allows it; None where nothing
            is known to be weaker.
        verifier: who signed it.
        reason: why.
    """

    event: Literal["policy_weakened"] = "policy_weakened"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    old: PolicyReference
    new: PolicyReference
    weaker: tuple[Weakening, ...]
    is_known: bool
    statement: Digest | None
    verifier: VerifierName | None
    reason: Reason | None

    @model_validator(mode="after")
    def _is_allowed(self) -> Self:
        parts = [part is not None for part in (self.statement, self.verifier, self.reason)]
        if any(parts) != all(parts) or (self.weaker and not all(parts)):
            msg = "a weaker policy needs a statement, whose it is, and why"
            raise ValueError(msg)
        return self


class Quarantined(Frozen):
    """An artifact may not be published any more.

    Attributes:
        slot: release channel it wanted.
        repo_id: repository it wanted.
        artifact: tree digest that is condemned.
        policy: thresholds it failed.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
        gates: gates that failed.
        reasons: what they said, in the same order.
    """

    event: Literal["quarantined"] = "quarantined"
    slot: SlotKey
    repo_id: str
    artifact: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]
    gates: Annotated[tuple[str, ...], Field(min_length=1)]
    reasons: tuple[str, ...]


class Condemned(Frozen):
    """A live release failed gates when it was judged again; it moved nothing.

    Not a quarantine: the bytes stay live, and a rollback may leave them. It holds while these
    bytes are live in the slot, until they are judged green again.

    Attributes:
        slot: release channel it is live in.
        generation: of the slot, when it was judged.
        artifact: tree digest that is live.
        policy: thresholds it failed.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
        gates: gates that failed.
        reasons: what they said, in the same order.
    """

    event: Literal["condemned"] = "condemned"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]
    gates: Annotated[tuple[str, ...], Field(min_length=1)]
    reasons: tuple[str, ...]


class Cleared(Frozen):
    """A live release that was condemned passed every gate when it was judged again.

    Attributes:
        slot: release channel it is live in.
        generation: of the slot, when it was judged.
        artifact: tree digest that is live.
        policy: thresholds it passed.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
    """

    event: Literal["cleared"] = "cleared"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]


Judgement = Promoted | Adopted | Quarantined | Condemned | Cleared
"""Changes that rest on a signed verdict and spend it."""

Measured = Promoted | Adopted
"""Changes with everything that a later candidate is compared with."""


class RolledBack(Frozen):
    """A slot serves an earlier release again, under a new generation.

    Attributes:
        slot: release channel.
        generation: exactly the slot's previous one plus 1.
        restored: generation whose release is live again.
        artifact: its tree digest.
        previous_generation: of the slot.
        previous_artifact: what was live before; None = nothing.
        detected_at: when the reason to go back was known.
        reason: why.
    """

    event: Literal["rolled_back"] = "rolled_back"
    slot: SlotKey
    generation: Annotated[int, Field(ge=2)]
    restored: Annotated[int, Field(ge=1)]
    artifact: Digest
    previous_generation: Annotated[int, Field(ge=1)]
    previous_artifact: Digest | None
    detected_at: Timestamp
    reason: Reason


class Withdrawn(Frozen):
    """A slot serves nothing any more.

    Attributes:
        slot: release channel.
        generation: exactly the slot's previous one plus 1.
        previous_generation: of the slot.
        previous_artifact: what was live before.
        reason: why.
    """

    event: Literal["withdrawn"] = "withdrawn"
    slot: SlotKey
    generation: Annotated[int, Field(ge=2)]
    previous_generation: Annotated[int, Field(ge=1)]
    previous_artifact: Digest
    reason: Reason


def _are_none(reports: tuple[ReportReference, ...]) -> bool:
    """None are written: what an earlier engine recorded keeps its bytes."""
    return not reports


class Revoked(Frozen):
    """A release that was live may not be live again, and its bytes may not be published.

    Attributes:
        slot: release channel it was live in.
        generation: when.
        repo_id: repository it was published as.
        artifact: tree digest that is condemned, in every slot.
        reason: why.
        reports: evidence files with its own reports, as far as they were whole; none in an entry
            of version 1. Copies of it are known by them.
    """

    event: Literal["revoked"] = "revoked"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    repo_id: str
    artifact: Digest
    reason: Reason
    reports: tuple[ReportReference, ...] = Field(default=(), exclude_if=_are_none)


class Held(Frozen):
    """A slot was frozen: no release moves it until it is thawed; a rollback still may.

    Attributes:
        until: when the freeze ends by itself; None = only when it is thawed.
    """

    event: Literal["frozen"] = "frozen"
    slot: SlotKey
    reason: Reason
    until: Timestamp | None = Field(default=None, exclude_if=is_absent)


class Thawed(Frozen):
    """A slot was thawed: releases may move it again."""

    event: Literal["thawed"] = "thawed"
    slot: SlotKey
    reason: Reason


class Lifted(Frozen):
    """A quarantine was lifted by a waiver: the artifact may be judged again, no more than that.

    Attributes:
        slot: slot it was quarantined for.
        artifact: tree digest that is no longer refused.
        tag: entry that had quarantined it.
        waiver: evidence file with the signed waiver.
        verifier: who signed it.
        reason: why.
        expires: it must be released by then.
    """

    event: Literal["lifted"] = "lifted"
    slot: SlotKey
    artifact: Digest
    tag: Annotated[str, Field(min_length=1)]
    waiver: Digest
    verifier: VerifierName
    reason: Reason
    expires: Timestamp


class KeyClosed(Frozen):
    """A key was closed: what it signed counts only if it was recorded before this entry.

    Attributes:
        keyid: the key.
        verifier: name it is listed under.
        successor: the verifier's new key.
        is_lost: somebody else may have it, or nobody; not only time for a new one.
    """

    event: Literal["key_closed"] = "key_closed"
    keyid: Digest
    verifier: VerifierName
    successor: Digest
    is_lost: bool

    @property
    def slot(self) -> str:
        """A key belongs to the fleet, not to one slot."""
        return ""


class Collected(Frozen):
    """The bytes of an earlier release may be removed: it is no rollback target any more.

    Attributes:
        slot: slot it was live in.
        generation: the newest that served it.
        artifact: tree digest whose bytes go.
    """

    event: Literal["collected"] = "collected"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest


class Reconciled(Frozen):
    """Entries of another head of the ledger were taken in; what they condemned is condemned here.

    Attributes:
        head: the other head.
        entries: its entries that this ledger did not have, oldest first.
        tags: their tags, in the same order.
        left: slots whose moves there were not taken over, by slot.
        is_abandoned: whether its releases were given up on purpose.
        reason: why.
    """

    event: Literal["reconciled"] = "reconciled"
    head: Digest
    entries: Annotated[tuple[Digest, ...], Field(min_length=1)]
    tags: tuple[str, ...]
    left: tuple[SlotKey, ...]
    is_abandoned: bool
    reason: Reason

    @property
    def slot(self) -> str:
        """A head belongs to the fleet, not to one slot."""
        return ""


Change = Annotated[
    Promoted
    | Adopted
    | PolicyWeakened
    | Quarantined
    | Condemned
    | Cleared
    | Lifted
    | RolledBack
    | Withdrawn
    | Revoked
    | Held
    | Thawed
    | KeyClosed
    | Collected
    | Reconciled,
    Field(discriminator="event"),
]
