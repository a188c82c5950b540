"""Release notes of one tag: values only, counts and names, no text of a document.

They follow from the ledger and its evidence alone, so that they can be made again at any time; who
started the run is no part of them, and is told beside them where a run record says it.
"""

from typing import Final, Literal

from pydantic import Field

from openmed.domain.evaluation.report import Count
from openmed.domain.frozen import Digest, Frozen, Timestamp, VerifierName, is_absent
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.policy import GateId
from openmed.domain.gates.verdict import PolicyReference
from openmed.domain.ledger.entry import Tag
from openmed.domain.pages.release_summary import Margin
from openmed.domain.slot import SlotKey

SCHEMA: Final = "openmed.release-notes/1"
NOT_READ: Final = "it is not read for this page; openmed release notes"
"""How the fault of a slot begins whose evidence nobody tried to read."""
Happened = Literal["first release", "released", "rolled back", "withdrawn"]


class SpanChanges(Frozen):
    """Gold spans of one label, or of all, that both releases were asked for.

    Attributes:
        name: label, or `all labels`.
        spans: how many there are.
        lost: covered before, not any more.
        gained: not covered before.
    """

    name: str
    spans: Count
    lost: Count
    gained: Count


class SuiteChanges(Frozen):
    """One suite, span by span.

    Attributes:
        suite: its name.
        edition: its edition; empty where no report says it.
        overall: all labels; None where the two cannot be compared.
        labels: labels that lost or gained a span, by name.
        fault: why the two cannot be compared; empty when they can.
    """

    suite: str
    edition: str = ""
    overall: SpanChanges | None
    labels: tuple[SpanChanges, ...] = ()
    fault: str = ""


class GateNote(Frozen):
    """What one gate found when it was released.

    Attributes:
        id: gate.
        outcome: its outcome.
        blocking: whether it decides.
        message: what, got, wanted.
        closest: the number that is closest to its limit; None where there is none.
    """

    id: GateId
    outcome: Outcome
    blocking: bool
    message: str
    closest: Margin | None


class FileChange(Frozen):
    """One file that differs.

    Attributes:
        path: its path.
        before: its size before; None = it was not there.
        after: its size now; None = it is gone.
    """

    path: str
    before: Count | None
    after: Count | None

    @property
    def word(self) -> str:
        """How it changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


class WaiverNote(Frozen):
    """A waiver by which the artifact was judged again.

    Attributes:
        tag: entry that lifted its quarantine.
        quarantined: entry that had quarantined it.
        verifier: who signed it.
        reason: why.
        expires: until when it could be used.
    """

    tag: Tag
    quarantined: str
    verifier: VerifierName
    reason: str
    expires: Timestamp


class WeakenedNote(Frozen):
    """What its policy demands less than that of the release before.

    Attributes:
        keys: each key with its old and new value.
        is_known: whether all older limits were recorded.
        verifier: who allowed it; None where nothing is known to be weaker.
        reason: why.
    """

    keys: tuple[str, ...]
    is_known: bool
    verifier: str | None
    reason: str | None


class SlotNotes(Frozen):
    """What happened to one slot.

    Attributes:
        slot: release channel.
        repo_id: repository.
        happened: what.
        generation: of the slot since.
        previous_generation: of the slot before; 0 = it had none.
        artifact: tree digest that is live since; None = nothing.
        previous_artifact: tree digest before; None = nothing.
        restored: generation whose release is live again; None where nothing was restored.
        reason: why it was undone; empty for a release.
        detected_at: when the reason was known; None for a release.
        verifier: who signed the verdict on what is live since; empty where none could be checked.
        verified_at: when that verdict was made; None likewise.
        policy: thresholds it passed; None where nothing is live since.
        against: what it is compared with: `previous`, `adopted`; empty = nothing.
        suites: what was lost and gained.
        gates: what the gates found.
        waivers: waivers of the artifact.
        weakened: what its policy demands less; None = nothing.
        files: files that differ, by path.
        evidence: digests of the files that prove it.
        fault: why the evidence could not be read; empty when it was.
    """

    slot: SlotKey
    repo_id: str
    happened: Happened
    generation: Count
    previous_generation: Count
    artifact: Digest | None
    previous_artifact: Digest | None
    restored: Count | None = Field(default=None, exclude_if=is_absent)
    reason: str = ""
    detected_at: Timestamp | None = Field(default=None, exclude_if=is_absent)
    verifier: str = ""
    verified_at: Timestamp | None = Field(default=None, exclude_if=is_absent)
    policy: PolicyReference | None
    against: Literal["", "previous", "adopted"] = ""
    suites: tuple[SuiteChanges, ...] = ()
    gates: tuple[GateNote, ...] = ()
    waivers: tuple[WaiverNote, ...] = ()
    weakened: WeakenedNote | None = Field(default=None, exclude_if=is_absent)
    files: tuple[FileChange, ...] = ()
    evidence: tuple[Digest, ...] = ()
    fault: str = ""

    @property
    def lost(self) -> int:
        """Spans that any suite lost."""
        return sum(row.overall.lost for row in self.suites if row.overall)

    @property
    def gained(self) -> int:
        """Spans that any suite gained."""
        return sum(row.overall.gained for row in self.suites if row.overall)


class ReleaseNotes(Frozen):
    """What one ledger entry changed.

    Attributes:
        tag: its name.
        entry: its digest.
        time: when it was made.
        slots: slots that serve something else since, by slot.
        others: what else it records, one sentence each.
    """

    schema_: Literal["openmed.release-notes/1"] = Field(default=SCHEMA, alias="schema")
    tag: Tag
    entry: Digest
    time: Timestamp
    slots: tuple[SlotNotes, ...]
    others: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all evidence that was looked for could be read."""
        return all(not row.fault or row.fault.startswith(NOT_READ) for row in self.slots)
