"""Makes the release notes of one entry from the ledger and the evidence it names.

What is compared are two reports of one suite that were counted by the same code: those of the two
releases themselves, or the one that a verdict names as its baseline, which was counted with it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.evaluation.comparison import difference_between
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.pairs import Pairs, pairs_of, sum_of
from openmed.domain.gates.verdict import BASELINE, OF_OTHERS, PERFORMANCE, ReportReference
from openmed.domain.ledger.changes import (
    Lifted,
    Measured,
    PolicyWeakened,
    Promoted,
    RolledBack,
    Withdrawn,
)
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.inputs import ReleaseRecord, verified_release
from openmed.domain.pages.notes.release_notes import (
    NOT_READ,
    FileChange,
    GateNote,
    Happened,
    ReleaseNotes,
    SlotNotes,
    SpanChanges,
    SuiteChanges,
    WaiverNote,
    WeakenedNote,
)
from openmed.domain.pages.phrases import sentence
from openmed.domain.wire import parse
from openmed.errors import OpenMedError

Moved = Promoted | RolledBack | Withdrawn
NO_GOLD = "no gold of a label that both claim"


class Before(NamedTuple):
    """What a slot served before.

    Attributes:
        kind: `previous`, or `adopted` where nothing was released before.
        release: what it was.
    """

    kind: Literal["previous", "adopted"]
    release: Measured


class NotesMaker:
    """Makes the notes of any entry of one ledger."""

    def __init__(
        self,
        state: FleetState,
        *,
        evidence: Callable[[str], bytes],
        verify: Callable[[bytes], SignedVerdict],
    ) -> None:
        """Remember who knows; nothing is read yet.

        Args:
            state: the ledger.
            evidence: gives an evidence file's bytes, checked against its name.
            verify: checks a signature and the statement under it.
        """
        self._state = state
        self._evidence = evidence
        self._verify = verify

    def of(self, entry: Entry, *, most: int | None = None) -> ReleaseNotes:
        """The notes of one entry.

        Args:
            entry: which one.
            most: slots whose evidence is read; None = every one's.
        """
        moved = [change for change in entry.changes if isinstance(change, Moved)]
        told = {id(change) for change in moved}
        moved.sort(key=lambda change: change.slot)
        slots = (
            self._slot(entry, change, is_read=most is None or place < most)
            for place, change in enumerate(moved)
        )
        others = (
            change
            for change in entry.changes
            if id(change) not in told and not isinstance(change, PolicyWeakened)
        )
        return ReleaseNotes(
            tag=entry.tag,
            entry=entry.digest,
            time=entry.time,
            slots=tuple(slots),
            others=tuple(sentence(change) for change in others),
        )

    def _slot(self, entry: Entry, change: Moved, *, is_read: bool) -> SlotNotes:
        after = None if isinstance(change, Withdrawn) else self._served(change)
        before = self._before(change)
        known = SlotNotes(
            slot=change.slot,
            repo_id=_repo_id(after, before),
            happened=_happened(change),
            generation=change.generation,
            previous_generation=change.previous_generation,
            artifact=after.release.artifact if after else None,
            previous_artifact=change.previous_artifact,
            policy=after.release.policy if after else None,
            restored=change.restored if isinstance(change, RolledBack) else None,
            reason="" if isinstance(change, Promoted) else change.reason,
            detected_at=change.detected_at if isinstance(change, RolledBack) else None,
            against=before.kind if before else "",
            waivers=self._waivers(entry, after),
            files=_files(after, before),
            evidence=_named(after),
            fault="" if is_read else f"{NOT_READ} {entry.tag}",
        )
        if after is None or not is_read:
            return known
        try:
            return self._with_evidence(known, after, before)
        except OpenMedError as error:
            return SlotNotes.model_validate({**dict(known), "fault": error.message})

    def _with_evidence(
        self, known: SlotNotes, after: LiveRelease, before: Before | None
    ) -> SlotNotes:
        record = verified_release(
            after, state=self._state, evidence=self._evidence, verify=self._verify
        )
        found = {
            "verifier": record.verifier,
            "verified_at": record.verdict.time_verified,
            "gates": _gates(record),
            "weakened": _weakened(record),
            "suites": tuple(self._suites(record, before)) if before else (),
        }
        return SlotNotes.model_validate({**dict(known), **found})

    def _served(self, change: Promoted | RolledBack) -> LiveRelease:
        return self._by_generation[change.slot, change.generation]

    def _before(self, change: Moved) -> Before | None:
        """What the slot served before, or what was adopted where it never served anything."""
        row = self._by_generation.get((change.slot, change.previous_generation))
        if row is not None:
            return Before("previous", row.release)
        adopted = self._state.adopted_in(change.slot)
        is_first = not change.previous_generation
        return Before("adopted", adopted.release) if adopted is not None and is_first else None

    def _suites(self, record: ReleaseRecord, before: Before) -> Iterator[SuiteChanges]:
        """Every suite of the release, in its verdict's order."""
        theirs = before.release
        for now in record.reports:
            name = now.suite.name
            tried = list(self._pairs(record, theirs, now))
            fault = "the release before has no report of it" if not tried else ""
            for one, other in tried:
                fault = difference_between(other, one)
                if not fault:
                    yield _compared(one, other)
                    break
            else:
                yield SuiteChanges(suite=name, edition=now.suite.edition, overall=None, fault=fault)

    def _pairs(
        self, record: ReleaseRecord, theirs: Measured, now: BenchmarkReport
    ) -> Iterator[tuple[BenchmarkReport, BenchmarkReport]]:
        """Pairs of a report of the release and one of the release before, best first."""
        name, mine = now.suite.name, record.live.release
        as_baseline, own = f"{BASELINE}{name}", name
        for here, there in (
            (now, self._read(mine.reports, as_baseline, artifact=theirs.artifact)),
            (now, self._read(theirs.reports, own, artifact=theirs.artifact)),
            (
                self._read(theirs.reports, as_baseline, artifact=mine.artifact),
                self._read(theirs.reports, own, artifact=theirs.artifact),
            ),
        ):
            if here is not None and there is not None:
                yield here, there

    def _read(
        self, references: tuple[ReportReference, ...], name: str, *, artifact: str
    ) -> BenchmarkReport | None:
        """A report by its name; None where there is none, or it is of another artifact."""
        named = next((row for row in references if row.suite == name), None)
        if named is None:
            return None
        found = parse(BenchmarkReport, self._evidence(named.report), what="report")
        return found if found.subject.artifact == artifact else None

    def _waivers(self, entry: Entry, after: LiveRelease | None) -> tuple[WaiverNote, ...]:
        """Waivers by which what is live since was judged again, oldest first."""
        artifact = after.release.artifact if after else ""
        rows = self._lifts.get(artifact, [])
        return tuple(
            WaiverNote(
                tag=lifted.tag,
                quarantined=change.tag,
                verifier=change.verifier,
                reason=change.reason,
                expires=change.expires,
            )
            for lifted, change in rows
            if lifted.sequence <= entry.sequence
        )

    @cached_property
    def _by_generation(self) -> Mapping[tuple[str, int], LiveRelease]:
        return {(row.release.slot, row.generation): row for row in self._state.history}

    @cached_property
    def _lifts(self) -> Mapping[str, list[tuple[Entry, Lifted]]]:
        found: dict[str, list[tuple[Entry, Lifted]]] = {}
        for entry in self._state.entries:
            for change in entry.changes:
                if isinstance(change, Lifted):
                    found.setdefault(change.artifact, []).append((entry, change))
        return found


def _happened(change: Moved) -> Happened:
    match change:
        case Promoted():
            return "released" if change.previous_generation else "first release"
        case RolledBack():
            return "rolled back"
        case Withdrawn():
            return "withdrawn"


def _repo_id(after: LiveRelease | None, before: Before | None) -> str:
    if after is not None:
        return after.release.candidate.repo_id
    return before.release.candidate.repo_id if before else ""


def _named(after: LiveRelease | None) -> tuple[str, ...]:
    """The verdict, and the reports of the release itself."""
    if after is None:
        return ()
    own = (row for row in after.release.reports if not row.suite.startswith(OF_OTHERS))
    return (after.release.verdict, *(row.report for row in own if row.suite != PERFORMANCE))


def _files(after: LiveRelease | None, before: Before | None) -> tuple[FileChange, ...]:
    now = _by_path(after.release.files if after else ())
    then = _by_path(before.release.files if before else ())
    return tuple(
        FileChange(
            path=path,
            before=then[path].size if path in then else None,
            after=now[path].size if path in now else None,
        )
        for path in sorted(now.keys() | then.keys())
        if now.get(path) != then.get(path)
    )


def _by_path(files: tuple[StagedFile, ...]) -> dict[str, StagedFile]:
    return {file.path: file for file in files}


def _gates(record: ReleaseRecord) -> tuple[GateNote, ...]:
    return tuple(
        GateNote(
            id=row.id,
            outcome=row.outcome,
            blocking=row.blocking,
            message=row.message,
            closest=row.closest,
        )
        for row in record.shown.summary.gates
    )


def _weakened(record: ReleaseRecord) -> WeakenedNote | None:
    if record.weakened is None:
        return None
    fact = record.weakened.fact
    return WeakenedNote(
        keys=tuple(one.sentence for one in fact.weaker),
        is_known=fact.is_known,
        verifier=fact.verifier,
        reason=fact.reason,
    )


def _compared(now: BenchmarkReport, before: BenchmarkReport) -> SuiteChanges:
    pairs = pairs_of(now, before)
    name, edition = now.suite.name, now.suite.edition
    if not pairs:
        return SuiteChanges(suite=name, edition=edition, overall=None, fault=NO_GOLD)
    return SuiteChanges(
        suite=name,
        edition=edition,
        overall=_changes(sum_of(pairs)),
        labels=tuple(_changes(pair) for pair in pairs if pair.lost or pair.gained),
    )


def _changes(pair: Pairs) -> SpanChanges:
    return SpanChanges(name=pair.name, spans=pair.total, lost=pair.lost, gained=pair.gained)
