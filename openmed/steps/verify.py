"""Step `verify`: look at everything that is recorded and served, change nothing, say what is wrong.

Chain and pointer, every evidence file the ledger names, every signature, waiver files, the bytes
of what is live and of what could be rolled back to, and whether what is live runs code outside.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

from openmed.domain.attestation.head_statement import HEAD_FILE, head_findings
from openmed.domain.attestation.measurement_rules import key_fault, recorded_fault
from openmed.domain.attestation.signature_rules import void_reason
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.attestation.waiver_rules import check_lifted
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.verdict import ReportReference
from openmed.domain.inference.candidate_code import RUN_CODE
from openmed.domain.ledger.changes import (
    Adopted,
    Judgement,
    Lifted,
    PolicyWeakened,
)
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.inputs import summary_fault, verified_release
from openmed.domain.release.judged_changes import is_adoption_of
from openmed.domain.release.policy_change import check_weakened
from openmed.domain.wire import parse
from openmed.errors import IntegrityError, OpenMedError, UsageError
from openmed.ports.releasing import (
    HeadStatements,
    ReleasedBytes,
    ReleaseStore,
    Verifiers,
    Waivers,
)

Thing = TypeVar("Thing")


class VerifyCheck(NamedTuple):
    """One kind of thing that was looked at.

    Attributes:
        name: what kind.
        looked_at: how many.
        faults: one line for each that is wrong.
        notes: one line for each thing to know that is not wrong.
    """

    name: str
    looked_at: int
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Findings(NamedTuple):
    """What a look at everything came to.

    Attributes:
        tag: the entry after which the fleet was looked at; empty when there is none.
        checks: what was looked at, in order.
        left_out: one line for each kind of thing that was not looked at, as was asked.
    """

    tag: str
    checks: tuple[VerifyCheck, ...]
    left_out: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """One line for each thing that is wrong, each once."""
        return tuple(dict.fromkeys(fault for check in self.checks for fault in check.faults))

    @property
    def notes(self) -> tuple[str, ...]:
        """One line for each thing to know that is not wrong."""
        return tuple(note for check in self.checks for note in check.notes)


@dataclass(frozen=True)
class Verify:
    """Looks at ledger, evidence, signatures, waiver files and served bytes."""

    releases: ReleaseStore
    released: ReleasedBytes
    verifiers: Verifiers
    waivers: Waivers
    heads: HeadStatements
    now: str

    def findings(self, tag: str = "", *, since: str = "", is_offline: bool = False) -> Findings:
        """Look at everything; a fault in one place hides no other.

        Args:
            tag: look at the fleet as it stood after this entry; empty = after the last one.
            since: look only at what entries after this one recorded; empty = at all. The chain
                and what it adds up to are always looked at whole.
            is_offline: leave out what is served.

        Raises:
            UsageError: there is no such entry.
        """
        try:
            now = self.releases.state()
        except OpenMedError as error:
            return Findings(tag="", checks=(VerifyCheck("chain", 0, (error.message,)),))
        state = _required(now.at(tag), tag) if tag else now
        part = _part(state, since)
        checks = [
            VerifyCheck("chain", len(state.entries), tuple(self._stray_faults(now))),
            self._check(
                "evidence",
                self._evidence(part, has_others=state is now and not since),
                self._evidence_faults,
            ),
            self._check(
                "verdicts", _judged(part.entries), partial(self._signature_faults, state)
            )._replace(notes=tuple(dict.fromkeys(self._unlisted(part.entries)))),
            self._check("lifted", _lifted(part.entries), partial(self._lift_faults, state)),
            self._check(
                "weakened policies",
                (row.fact for row in state.weakened if row.tag in part.tags),
                partial(self._weakened_faults, state),
            ),
            self._check(
                "measurements", _measured(part.entries), partial(self._measured_faults, state)
            ),
            self._check("releases", part.of(state.history), partial(self._release_faults, state)),
        ]
        if not tag:
            checks.append(self._check("waivers", self.waivers.files(), _file_faults))
            checks += self._head(state)
        if not is_offline:
            served = _servable(state) if not tag else _still_servable(state, now)
            checks.append(self._served(part.of(served)))
            programs = self._programs(part.of(state.live))
            checks.append(self._check("code", programs, self._code_faults))
        last = state.entries[-1].tag if state.entries else ""
        return Findings(tag=last, checks=tuple(checks), left_out=part.left_out)

    def _head(self, state: FleetState) -> list[VerifyCheck]:
        """The signed word on how far the ledger is; an older repository has none."""
        envelope = self.heads.read()
        if envelope is None:
            return []
        try:
            signed = self.verifiers.verify_head(envelope)
        except OpenMedError as error:
            return [VerifyCheck("head", 1, (f"{HEAD_FILE}: {error.message}",))]
        found = head_findings(state, signed, pointer=self.heads.pointer(), now=self.now)
        return [VerifyCheck("head", 1, found.faults, found.notes)]

    def _check(
        self, name: str, things: Iterable[Thing], look: Callable[[Thing], Iterable[str]]
    ) -> VerifyCheck:
        found = tuple(things)
        return VerifyCheck(
            name, len(found), tuple(fault for thing in found for fault in look(thing))
        )

    def _stray_faults(self, state: FleetState) -> Iterator[str]:
        for stray in self.releases.strays(state):
            if stray.entry is None:
                yield f"ledger file {stray.name[:16]}… is damaged, and nothing names it"

    def _evidence(self, part: "_LookedAt", *, has_others: bool) -> tuple[str, ...]:
        """What the ledger names; after the last entry also the rest: keys travel there unnamed."""
        others = self.releases.evidence_names() if has_others else ()
        return tuple(dict.fromkeys((*_evidence(part.entries), *others)))

    def _evidence_faults(self, digest: str) -> Iterator[str]:
        try:
            self.releases.evidence(digest)
        except OpenMedError as error:
            yield error.message

    def _signature_faults(self, state: FleetState, change: Judgement) -> Iterator[str]:
        try:
            signed = self._recorded(self.releases.evidence(change.verdict))
        except OpenMedError as error:
            yield f"verdict {change.verdict[:16]}… of {change.slot}: {error.message}"
            return
        if (signed.verdict.slot, signed.verdict.artifact) != (change.slot, change.artifact):
            yield f"verdict {change.verdict[:16]}… is not about {change.slot}"
        if isinstance(change, Adopted) and not is_adoption_of(signed.verdict, change):
            yield f"verdict {change.verdict[:16]}… is not what {change.slot} adopted"
        void = void_reason(state, signed)
        if void:
            yield f"verdict {change.verdict[:16]}… of {change.slot}: {void}"

    def _recorded(self, envelope: bytes) -> SignedVerdict:
        return self.verifiers.recorded(self.releases.evidence)(envelope)

    def _unlisted(self, entries: tuple[Entry, ...]) -> Iterator[str]:
        """Keys that only travelled with what they signed; faults are found elsewhere."""
        for change in _judged(entries):
            with suppress(OpenMedError):
                signed = self._recorded(self.releases.evidence(change.verdict))
                if signed.is_unlisted:
                    yield (
                        f"key {signed.keyid[:16]} is local, unlisted: it travelled with what it "
                        "signed, and counts for previews on the local registry only"
                    )

    def _lift_faults(self, state: FleetState, change: Lifted) -> Iterator[str]:
        try:
            check_lifted(
                state,
                change,
                waived=lambda name: self.verifiers.verify_waiver(self.releases.evidence(name)),
                judged=lambda name: self._recorded(self.releases.evidence(name)),
            )
        except IntegrityError as error:
            yield error.message

    def _weakened_faults(self, state: FleetState, change: PolicyWeakened) -> Iterator[str]:
        evidence = self.releases.evidence
        try:
            check_weakened(
                state,
                change,
                stated=lambda name: self.verifiers.verify_policy_statement(evidence(name)),
                judged=lambda name: self._recorded(evidence(name)),
            )
        except IntegrityError as error:
            yield error.message

    def _measured_faults(
        self, state: FleetState, one: tuple[Judgement, ReportReference]
    ) -> Iterator[str]:
        """A statement that stood in for a count must still say what the verdict took it for."""
        change, row = one
        what = f"the measurement of {change.slot} on {row.suite}"
        evidence = self.releases.evidence
        try:
            signed = self.verifiers.verify_measurement(evidence(row.evidence[-1]))
            judge = self._recorded(evidence(change.verdict))
        except OpenMedError as error:
            yield f"{what}: {error.message}"
            return
        fault = recorded_fault(signed, row, artifact=change.artifact) or key_fault(
            state, signed, keys=(signed.verifier,), judge=judge
        )
        if fault:
            yield f"{what}: {fault}"

    def _release_faults(self, state: FleetState, row: LiveRelease) -> Iterator[str]:
        if row.release.repro.hash != row.release.repro_hash:
            yield f"release {row.tag} of {row.release.slot}: its repro_hash does not recompute"
        try:
            record = verified_release(
                row,
                state=state,
                evidence=self.releases.evidence,
                verify=self._recorded,
            )
        except IntegrityError as error:
            yield error.message
            return
        fault = summary_fault(record)
        if fault:
            yield fault

    def _programs(self, rows: tuple[LiveRelease, ...]) -> tuple[LiveRelease, ...]:
        """What runs code of its own."""
        return tuple(row for row in rows if self._runner(row) in RUN_CODE)

    def _runner(self, row: LiveRelease) -> str:
        """Who ran it when it was measured; empty where no report says so any more."""
        for reference in row.release.reports:
            with suppress(OpenMedError):
                data = self.releases.evidence(reference.report)
                return parse(BenchmarkReport, data, what="a recorded report").runtime.runner
        return ""

    def _code_faults(self, row: LiveRelease) -> Iterator[str]:
        fault = self.released.code_fault(row.release)
        if fault:
            yield f"{row.release.slot} generation {row.generation}: {fault}"

    def _served(self, rows: tuple[LiveRelease, ...]) -> VerifyCheck:
        """Bytes of what is live or could be: a fault where they were lost, else a note."""
        found = [row for row in map(self.released.unserved, rows) if row is not None]
        return VerifyCheck(
            "served",
            len(rows),
            tuple(f"{r.slot} generation {r.generation}: {r.reason}" for r in found if r.is_lost),
            tuple(f"{r.slot} {r.sentence}" for r in found if not r.is_lost),
        )


class _LookedAt(NamedTuple):
    """Entries that are looked at.

    Attributes:
        entries: they, oldest first.
        tags: their tags.
        left_out: what is not looked at.
    """

    entries: tuple[Entry, ...]
    tags: frozenset[str]
    left_out: tuple[str, ...]

    def of(self, rows: tuple[LiveRelease, ...]) -> tuple[LiveRelease, ...]:
        """Generations that these entries made live."""
        return tuple(row for row in rows if row.tag in self.tags)


def _part(state: FleetState, since: str) -> _LookedAt:
    """The entries after `since`; all where it is empty."""
    tags = [entry.tag for entry in state.entries]
    if since:
        _required(since if since in tags else None, since)
    start = tags.index(since) + 1 if since else 0
    older = (
        f"not looked at: evidence, signatures, releases and served bytes of the {start} entries up "
        f"to {since}; evidence that no entry names; pages"
    )
    return _LookedAt(state.entries[start:], frozenset(tags[start:]), (older,) if since else ())


def _required(found: Thing | None, tag: str) -> Thing:
    if found is None:
        msg = f"no ledger entry {tag[:80]!r}"
        raise UsageError(msg, next_step="openmed release history")
    return found


def _judged(entries: tuple[Entry, ...]) -> Iterator[Judgement]:
    for entry in entries:
        for change in entry.changes:
            if isinstance(change, Judgement):
                yield change


def _measured(entries: tuple[Entry, ...]) -> Iterator[tuple[Judgement, ReportReference]]:
    for change in _judged(entries):
        for row in change.reports:
            if row.measured_by is not None:
                yield change, row


def _lifted(entries: tuple[Entry, ...]) -> Iterator[Lifted]:
    for entry in entries:
        for change in entry.changes:
            if isinstance(change, Lifted):
                yield change


def _file_faults(file: tuple[str, bytes]) -> Iterator[str]:
    name, content = file
    if name != f"{sha256_hex(content)}.json":
        yield f"gates/waivers/{name[:80]} is not what its name says"


def _evidence(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Evidence files the ledger names, each once, in its order."""
    return tuple(dict.fromkeys(name for entry in entries for name in entry.evidence))


def _still_servable(then: FleetState, now: FleetState) -> tuple[LiveRelease, ...]:
    """What was live then and may be live today."""
    rows = {row.release.artifact: row for row in then.live}
    return tuple(row for row in rows.values() if _may_be_live(now, row))


def _servable(state: FleetState) -> tuple[LiveRelease, ...]:
    """What is live, and what a rollback could put back; each artifact once."""
    rows = [*state.live, *reversed(state.history)]
    kept = {row.release.artifact: row for row in reversed(rows) if _may_be_live(state, row)}
    return tuple(kept.values())


def _may_be_live(state: FleetState, row: LiveRelease) -> bool:
    """Whether a release is live anywhere, or could be put back."""
    artifact = row.release.artifact
    if any(live.release.artifact == artifact for live in state.live):
        return True
    return not state.ineligibility(artifact, slot=row.release.slot)
