"""The fleet: what all ledger entries add up to.

Which releases were and are live, what is condemned, what is frozen.

A generation counts the flips of one slot: exactly one more each time, also for a rollback
and a withdrawal; numbers are never reused.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Against, ParentEvidence
from openmed.domain.ledger.changes import Promoted, Revoked
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet_facts import (
    AdoptedBaseline,
    Collection,
    CondemnedFact,
    FreezeFact,
    KeyClosure,
    LiftFact,
    LiveRelease,
    QuarantineFact,
    WeakenedFact,
)
from openmed.domain.ledger.folding import Sums
from openmed.errors import IntegrityError

__all__ = ["EntryMark", "FleetState", "LiveRelease", "fold"]


class EntryMark(NamedTuple):
    """What tells one entry from every other: its digest, its tag, its time."""

    digest: str
    tag: str
    time: str


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
        condemned: live releases that failed gates when they were judged again, by slot.
        absorbed: entries of other heads that were taken in.
        absorbed_tags: their tags.
        weakened: releases that were judged by a weaker policy than those before them, oldest first.
        adopted: what first releases are compared with, by slot; it stays what it was.
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
    condemned: tuple[CondemnedFact, ...] = ()
    absorbed: frozenset[str] = frozenset()
    absorbed_tags: frozenset[str] = frozenset()
    weakened: tuple[WeakenedFact, ...] = ()
    adopted: tuple[AdoptedBaseline, ...] = ()

    @cached_property
    def marks(self) -> tuple[EntryMark, ...]:
        """Every entry by name, oldest first."""
        return tuple(EntryMark(entry.digest, entry.tag, entry.time) for entry in self.entries)

    @cached_property
    def reached(self) -> frozenset[str]:
        """Digests of the entries."""
        return frozenset(mark.digest for mark in self.marks)

    def newest_entries(self) -> Iterator[Entry]:
        """Every entry, newest first."""
        return reversed(self.entries)

    @property
    def last(self) -> EntryMark | None:
        """The newest entry; None when there is none."""
        return self.marks[-1] if self.marks else None

    def live_in(self, slot: str) -> LiveRelease | None:
        """The slot's live release, or None."""
        return self._live_by_slot.get(slot)

    def generation_of(self, slot: str) -> int:
        """The slot's newest generation; 0 = it never had one."""
        return self._count_by_slot.get(slot, 0)

    def generation(self, slot: str, number: int) -> LiveRelease | None:
        """One generation of a slot; None when there is none or it served nothing."""
        rows = reversed(self._history_by_slot.get(slot, ()))
        return next((row for row in rows if row.generation == number), None)

    def against(self, slot: str, *, artifact: str | None) -> Against:
        """What a candidate is compared with: what is live, or, if it is live, what it replaced.

        So a release that is live is always judged against the same thing: before its own flip,
        after it, and after a rollback to it. Where that is nothing, because the slot was emptied,
        it is what the slot served last: taking a release off is no way round a comparison. Where
        it never served anything, it is what was adopted.
        """
        live = self.live_in(slot)
        generation = self.generation_of(slot) if live is None else live.generation
        if live is not None and live.release.artifact == artifact:
            generation = live.release.previous_generation
        before = self.compared(slot, artifact=artifact)
        return Against(generation=generation, artifact=before.release.artifact if before else None)

    def compared(self, slot: str, *, artifact: str | None) -> LiveRelease | AdoptedBaseline | None:
        """What a candidate is compared with; None when the slot never had anything before it."""
        live = self.live_in(slot)
        if live is None or live.release.artifact != artifact:
            return self.last_served(slot) or self._adopted_before(slot, artifact)
        last = live.release.previous_generation
        rows = reversed(self._history_by_slot.get(slot, ()))
        before = next((row for row in rows if row.generation <= last), None)
        return before or self._adopted_before(slot, artifact)

    def _adopted_before(self, slot: str, artifact: str | None) -> AdoptedBaseline | None:
        """What was adopted, unless it is the candidate itself."""
        found = self.adopted_in(slot)
        return found if found is not None and found.release.artifact != artifact else None

    def adopted_in(self, slot: str) -> AdoptedBaseline | None:
        """What a slot's first release is compared with; None when nothing was adopted."""
        return self._adopted_by_slot.get(slot)

    def serving(self, slot: str) -> Against:
        """A slot's generation, and what it serves now."""
        live = self.live_in(slot)
        artifact = live.release.artifact if live else None
        return Against(generation=self.generation_of(slot), artifact=artifact)

    def other_slot_of(self, repo_id: str, *, slot: str) -> str:
        """Another slot that serves a repository; empty when there is none."""
        slots = self._slots_by_repository.get(repo_id, ())
        return next((name for name in slots if name != slot), "")

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
        """Since when and why a slot is frozen, also when its time is over; None when it is not."""
        return next((row for row in self.freezes if row.slot == slot), None)

    def freeze_in_force(self, slot: str, *, clock: str) -> FreezeFact | None:
        """The same, by a clock: None when the time of the freeze is over.

        By the clock itself, not by the later of clock and ledger: what another machine's clock
        wrote into the ledger frees nothing.
        """
        row = self.freeze_of(slot)
        return None if row is None or row.has_ended(clock=clock) else row

    def condemned_in(self, slot: str) -> CondemnedFact | None:
        """Why a slot's live release is condemned; None when it is not."""
        return next((row for row in self.condemned if row.fact.slot == slot), None)

    def last_served(self, slot: str) -> LiveRelease | None:
        """What a slot serves, or, when it is empty, served last; None when it never did."""
        return self.live_in(slot) or next(reversed(self._history_by_slot.get(slot, ())), None)

    def weakening_of(self, release: Promoted) -> WeakenedFact | None:
        """What its policy demands less than that of the release before it; None = nothing."""
        wanted = (release.slot, release.generation)
        rows = (row for row in reversed(self.weakened))
        return next((row for row in rows if (row.fact.slot, row.fact.generation) == wanted), None)

    def closure_of(self, keyid: str) -> KeyClosure | None:
        """Since when a key is closed; None when it is not."""
        return next((row for row in self.closures if row.keyid == keyid), None)

    def condemnation(self, artifact: str) -> QuarantineFact | None:
        """Why an artifact may not be published; None when it may."""
        return self._condemnation_by_artifact.get(artifact)

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

    # A fleet is asked slot by slot: looking through all of it each time took its square.

    @cached_property
    def _live_by_slot(self) -> Mapping[str, LiveRelease]:
        return {row.release.slot: row for row in self.live}

    @cached_property
    def _adopted_by_slot(self) -> Mapping[str, AdoptedBaseline]:
        return {row.release.slot: row for row in self.adopted}

    @cached_property
    def _count_by_slot(self) -> Mapping[str, int]:
        return dict(self.counts)

    @cached_property
    def _history_by_slot(self) -> Mapping[str, list[LiveRelease]]:
        rows: dict[str, list[LiveRelease]] = {}
        for row in self.history:
            rows.setdefault(row.release.slot, []).append(row)
        return rows

    @cached_property
    def _slots_by_repository(self) -> Mapping[str, list[str]]:
        rows: dict[str, list[str]] = {}
        for live in self.live:
            rows.setdefault(live.release.candidate.repo_id, []).append(live.release.slot)
        return rows

    @cached_property
    def _condemnation_by_artifact(self) -> Mapping[str, QuarantineFact]:
        # The oldest one of each: what is said of an artifact does not change.
        return {row.fact.artifact: row for row in reversed(self.quarantines)}


def fold(entries: tuple[Entry, ...]) -> FleetState:
    """Add up entries, oldest first.

    Raises:
        IntegrityError: the chain is broken, or a generation is not the next one.
    """
    sums = Sums()
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
        condemned=tuple(
            sums.condemned[slot, sums.live[slot].release.artifact]
            for slot in sorted(sums.live)
            if (slot, sums.live[slot].release.artifact) in sums.condemned
        ),
        absorbed=frozenset(sums.absorbed),
        absorbed_tags=frozenset(sums.absorbed_tags),
        weakened=tuple(sums.weakened),
        adopted=tuple(sums.adopted[slot] for slot in sorted(sums.adopted)),
    )
