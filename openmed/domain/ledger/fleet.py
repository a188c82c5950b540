"""The fleet: what all ledger entries add up to.

Which releases were and are live, what is condemned, what is frozen.

A generation counts the flips of one slot: exactly one more each time, also for a rollback
and a withdrawal; numbers are never reused.
"""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.gate import Against, ParentEvidence
from openmed.domain.ledger.changes import (
    Change,
    Collected,
    Held,
    KeyClosed,
    Lifted,
    Promoted,
    Quarantined,
    Reconciled,
    Revoked,
    RolledBack,
    Thawed,
    Withdrawn,
)
from openmed.domain.ledger.entry import Entry, Tag
from openmed.domain.ledger.fleet_facts import (
    Collection,
    FreezeFact,
    KeyClosure,
    LiftFact,
    QuarantineFact,
)
from openmed.errors import IntegrityError


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


class FleetState(Frozen):
    """What all entries add up to.

    Attributes:
        entries: every entry, oldest first.
        history: every generation of every slot that served something, oldest first.
        live: live releases, by slot.
        quarantines: condemned artifacts, oldest first.
        lifts: lifted quarantines that wait for a new verdict, oldest first.
        freezes: frozen slots, by slot.
        counts: newest generation of every slot that ever had one, by slot.
        spent: verdicts and waivers that were used; none is used twice.
        closures: closed keys, oldest first.
        collections: released artifacts whose bytes were collected, oldest first.
        absorbed: entries of other heads that were taken in.
        absorbed_tags: their tags.
    """

    entries: tuple[Entry, ...]
    history: tuple[LiveRelease, ...]
    live: tuple[LiveRelease, ...]
    quarantines: tuple[QuarantineFact, ...]
    lifts: tuple[LiftFact, ...]
    freezes: tuple[FreezeFact, ...]
    counts: tuple[tuple[str, int], ...]
    spent: frozenset[str]
    closures: tuple[KeyClosure, ...]
    collections: tuple[Collection, ...]
    absorbed: frozenset[str] = frozenset()
    absorbed_tags: frozenset[str] = frozenset()

    def live_in(self, slot: str) -> LiveRelease | None:
        """The slot's live release, or None."""
        return next((live for live in self.live if live.release.slot == slot), None)

    def generation_of(self, slot: str) -> int:
        """The slot's newest generation; 0 = it never had one."""
        return next((count for name, count in self.counts if name == slot), 0)

    def generation(self, slot: str, number: int) -> LiveRelease | None:
        """One generation of a slot; None when there is none or it served nothing."""
        return next(
            (
                row
                for row in reversed(self.history)
                if (row.release.slot, row.generation) == (slot, number)
            ),
            None,
        )

    def against(self, slot: str, *, artifact: str | None) -> Against:
        """What a candidate is compared with: what is live, or, if it is live, what it replaced.

        So a release that is live is always judged against the same thing: before its own flip,
        after it, and after a rollback to it.
        """
        live = self.live_in(slot)
        if live is None:
            return Against(generation=self.generation_of(slot), artifact=None)
        release = live.release
        if release.artifact == artifact:
            return Against(
                generation=release.previous_generation, artifact=release.previous_artifact
            )
        return Against(generation=live.generation, artifact=release.artifact)

    def parent_of(self, candidate: Candidate) -> ParentEvidence | None:
        """What is live in the slot a row declares as its parent; None when nothing is."""
        live = self.live_in(candidate.parent) if candidate.parent else None
        if live is None:
            return None
        row = self.condemnation(live.release.artifact)
        return ParentEvidence(
            slot=live.release.slot,
            generation=live.generation,
            artifact=live.release.artifact,
            grade=live.release.policy.grade,
            condemned=row.tag if row else "",
        )

    def freeze_of(self, slot: str) -> FreezeFact | None:
        """Since when and why a slot is frozen; None when it is not."""
        return next((row for row in self.freezes if row.slot == slot), None)

    def closure_of(self, keyid: str) -> KeyClosure | None:
        """Since when a key is closed; None when it is not."""
        return next((row for row in self.closures if row.keyid == keyid), None)

    def condemnation(self, artifact: str) -> QuarantineFact | None:
        """Why an artifact may not be published; None when it may."""
        return next((row for row in self.quarantines if row.fact.artifact == artifact), None)

    @property
    def waivable(self) -> tuple[QuarantineFact, ...]:
        """Rows a waiver may name: what is condemned, and what was lifted and not judged since."""
        return (*self.quarantines, *(lift.row for lift in self.lifts))

    def expired_lift(self, artifact: str, *, now: str) -> LiftFact | None:
        """A lifting of an artifact that came too late to be used; None when there is none."""
        rows = (lift for lift in self.lifts if lift.fact.artifact == artifact)
        return next((lift for lift in rows if lift.fact.expires < now), None)

    def is_quarantined(self, artifact: str) -> bool:
        """Whether an artifact may not be published."""
        return self.condemnation(artifact) is not None

    def refusal(self, artifact: str, *, slot: str) -> str:
        """Why an artifact may not become a slot's release; empty when it may, or already is."""
        live = self.live_in(slot)
        if live is not None and live.release.artifact == artifact:
            return ""
        row = self.condemnation(artifact)
        if row is None:
            return ""
        word = "revoked" if isinstance(row.fact, Revoked) else "quarantined"
        causes = ", ".join(cause for cause, _ in row.causes)
        return f"{slot}: artifact {artifact[:16]} is {word} since {row.tag} ({causes})"

    def ineligibility(self, artifact: str, *, slot: str) -> str:
        """Why an earlier release may not be restored, by the ledger; empty when it may."""
        row = next((row for row in self.collections if row.fact.artifact == artifact), None)
        gone = (
            f"{slot}: the bytes of artifact {artifact[:16]} were collected ({row.tag})"
            if row
            else ""
        )
        return self.refusal(artifact, slot=slot) or gone

    def at(self, tag: str) -> "FleetState | None":
        """The fleet as it stood after the entry with this tag; None when there is no such entry."""
        places = [place for place, entry in enumerate(self.entries, start=1) if entry.tag == tag]
        return fold(self.entries[: places[0]]) if places else None


class _Folding:
    """The sums while entries are added up."""

    def __init__(self) -> None:
        self.history: dict[tuple[str, int], LiveRelease] = {}
        self.live: dict[str, LiveRelease] = {}
        self.counts: dict[str, int] = {}
        self.quarantines: list[QuarantineFact] = []
        self.lifts: list[LiftFact] = []
        self.freezes: dict[str, FreezeFact] = {}
        self.spent: set[str] = set()
        self.closures: dict[str, KeyClosure] = {}
        self.collections: list[Collection] = []
        self.absorbed: set[str] = set()
        self.absorbed_tags: set[str] = set()

    def add(self, entry: Entry) -> None:
        for change in entry.changes:
            self._add(change, entry)
            if isinstance(change, (Promoted, Quarantined)):
                self._spend(change.verdict, entry)
                self.lifts = [row for row in self.lifts if row.fact.artifact != change.artifact]

    def _add(self, change: Change, entry: Entry) -> None:
        match change:
            case Promoted() | RolledBack() | Withdrawn():
                self._flip(change, entry)
            case Quarantined() | Revoked():
                row = QuarantineFact(tag=entry.tag, time=entry.time, fact=change)
                self.quarantines.append(row)
            case Lifted():
                self._lift(change, entry)
            case Held() | Thawed():
                self._hold(change, entry)
            case KeyClosed():
                self._close(change, entry)
            case Collected():
                self.collections.append(Collection(tag=entry.tag, fact=change))
            case Reconciled():
                self.absorbed.update(change.entries)
                self.absorbed_tags.update(change.tags)

    def _hold(self, change: Held | Thawed, entry: Entry) -> None:
        if isinstance(change, Thawed):
            self.freezes.pop(change.slot, None)
        else:
            self.freezes[change.slot] = FreezeFact(
                slot=change.slot, tag=entry.tag, reason=change.reason
            )

    def _spend(self, evidence: str, entry: Entry) -> None:
        if evidence in self.spent:
            msg = f"ledger entry {entry.tag} uses evidence {evidence[:16]} again"
            raise IntegrityError(msg)
        self.spent.add(evidence)

    def _lift(self, change: Lifted, entry: Entry) -> None:
        wanted = (change.slot, change.artifact, change.tag)
        rows = [*self.quarantines, *(lift.row for lift in self.lifts)]
        named = [row for row in rows if (row.fact.slot, row.fact.artifact, row.tag) == wanted]
        if not named or isinstance(named[0].fact, Revoked):
            what = f"artifact {change.artifact[:16]}, which no gate quarantined"
            msg = f"ledger entry {entry.tag} lifts {what}"
            raise IntegrityError(msg)
        self._spend(change.waiver, entry)
        self.quarantines = [row for row in self.quarantines if row != named[0]]
        self.lifts = [lift for lift in self.lifts if lift.row != named[0]]
        self.lifts.append(LiftFact(tag=entry.tag, fact=change, row=named[0]))

    def _close(self, change: KeyClosed, entry: Entry) -> None:
        if change.keyid in self.closures:
            msg = f"ledger entry {entry.tag} closes key {change.keyid[:16]} a second time"
            raise IntegrityError(msg)
        self.closures[change.keyid] = KeyClosure(
            keyid=change.keyid,
            verifier=change.verifier,
            tag=entry.tag,
            size=entry.sequence - 1,
            is_lost=change.is_lost,
            spent=frozenset(self.spent),
        )

    def _flip(self, change: Promoted | RolledBack | Withdrawn, entry: Entry) -> None:
        match change:
            case Promoted():
                self._serve(change, entry, kind="release", release=change, reason="")
            case RolledBack():
                restored = self._restored(change)
                self._serve(change, entry, kind="rollback", release=restored, reason=change.reason)
            case Withdrawn():
                self._count(change)
                del self.live[change.slot]

    def _serve(
        self,
        change: Promoted | RolledBack,
        entry: Entry,
        *,
        kind: Literal["release", "rollback"],
        release: Promoted,
        reason: str,
    ) -> None:
        self._count(change)
        # Whatever is served again is here again.
        self.collections = [c for c in self.collections if c.fact.artifact != change.artifact]
        live = LiveRelease(
            tag=entry.tag,
            time=entry.time,
            generation=change.generation,
            kind=kind,
            release=release,
            previous_generation=change.previous_generation,
            previous_artifact=change.previous_artifact,
            reason=reason,
        )
        self.live[change.slot] = live
        self.history[change.slot, change.generation] = live

    def _count(self, change: Promoted | RolledBack | Withdrawn) -> None:
        generation = self.counts.get(change.slot, 0)
        before = self.live.get(change.slot)
        artifact = before.release.artifact if before else None
        if (
            change.generation != generation + 1
            or change.previous_generation != generation
            or change.previous_artifact != artifact
        ):
            msg = (
                f"ledger: generation {change.generation} of {change.slot} does not follow "
                f"{generation}"
            )
            raise IntegrityError(msg)
        self.counts[change.slot] = change.generation

    def _restored(self, change: RolledBack) -> Promoted:
        row = self.history.get((change.slot, change.restored))
        if row is None or row.release.artifact != change.artifact:
            msg = (
                f"ledger: generation {change.generation} of {change.slot} restores generation "
                f"{change.restored}, which did not serve {change.artifact[:16]}"
            )
            raise IntegrityError(msg)
        return row.release


def fold(entries: tuple[Entry, ...]) -> FleetState:
    """Add up entries, oldest first.

    Raises:
        IntegrityError: the chain is broken, or a generation is not the next one.
    """
    sums = _Folding()
    parent: str | None = None
    for sequence, entry in enumerate(entries, start=1):
        if entry.sequence != sequence or entry.parent != parent:
            msg = f"ledger entry {entry.tag} does not follow the entry before it"
            raise IntegrityError(msg)
        parent = entry.digest
        sums.add(entry)
    return FleetState(
        entries=entries,
        history=tuple(sums.history.values()),
        live=tuple(sums.live[slot] for slot in sorted(sums.live)),
        quarantines=tuple(sums.quarantines),
        lifts=tuple(sums.lifts),
        freezes=tuple(sums.freezes[slot] for slot in sorted(sums.freezes)),
        counts=tuple(sorted(sums.counts.items())),
        spent=frozenset(sums.spent),
        closures=tuple(sums.closures.values()),
        collections=tuple(sums.collections),
        absorbed=frozenset(sums.absorbed),
        absorbed_tags=frozenset(sums.absorbed_tags),
    )
