"""What the trust artifacts are rendered from, and what rendering gives."""

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, TypeVar

from pydantic import Field

from openmed.domain.attestation.signature_rules import void_reason
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, Decision, ReportReference, Verdict
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.fleet_facts import CondemnedFact, WeakenedFact
from openmed.domain.pages.release_summary import ReleaseSummary, summary_of
from openmed.domain.records.run_record import RunRecord
from openmed.domain.suites.suite import SuitePin
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError, IntegrityError

Value = TypeVar("Value", bound=Frozen)


class ReleaseRecord(Frozen):
    """One live release with the evidence it rests on, verified before it gets here.

    Attributes:
        live: the release.
        verdict: the signed verdict that allowed it.
        verifier: name of the key that signed it.
        reports: the suites' reports the verdict names, in the verdict's order.
        performance: how fast and large it is; None when the verdict names no such report.
        is_unlisted: whether its key is listed nowhere here and only travelled with it.
        condemned: why today's policy condemns it; None when it does not.
        weakened: what its policy demands less than the one before; None = nothing.
    """

    live: LiveRelease
    verdict: Verdict
    verifier: str
    reports: tuple[BenchmarkReport, ...]
    performance: PerformanceReport | None
    is_unlisted: bool = False
    condemned: CondemnedFact | None = None
    weakened: WeakenedFact | None = None

    @cached_property
    def shown(self) -> "ShownRelease":
        """What pages show of it, drawn from the evidence."""
        return ShownRelease(
            live=self.live,
            summary=summary_of(self.verdict, reports=self.reports, performance=self.performance),
            verifier=self.verifier,
            condemned=self.condemned,
            weakened=self.weakened,
        )


class ShownRelease(Frozen):
    """One live release as pages show it. Nothing of another slot is in it.

    Attributes:
        live: the release.
        summary: what its evidence comes to.
        verifier: name of the key that signed the verdict.
        condemned: why today's policy condemns it; None when it does not.
        weakened: what its policy demands less than the one before; None = nothing.
    """

    live: LiveRelease
    summary: ReleaseSummary
    verifier: str
    condemned: CondemnedFact | None
    weakened: WeakenedFact | None


class Template(Frozen):
    """One jinja2 file."""

    name: str
    source: str


class SlotInputs(Frozen):
    """Everything a page of one slot may look at: nothing of another slot, nor of the fleet.

    Attributes:
        release: what is live in the slot.
        reports: its suites' reports, for pages that show them; empty for others.
        pins: suites as pinned now, for their sources and licences.
        templates: jinja2 files.
    """

    release: ShownRelease
    reports: tuple[BenchmarkReport, ...]
    pins: tuple[SuitePin, ...]
    templates: tuple[Template, ...]


class TrustInputs(Frozen):
    """Everything the trust artifacts are made from. No clock: pages say when things happened.

    Attributes:
        state: what the ledger adds up to.
        releases: live releases, by slot.
        pins: suites as pinned now, for their sources and licences.
        templates: jinja2 files.
        runs: records of runs, oldest first; empty for pages that show none.
    """

    state: FleetState
    releases: tuple[ReleaseRecord, ...]
    pins: tuple[SuitePin, ...]
    templates: tuple[Template, ...]
    runs: tuple[RunRecord, ...] = ()


class RenderedFile(Frozen):
    """One file of the trust artifacts.

    Attributes:
        path: POSIX path under `artifacts/trust/`.
        content: UTF-8 text with LF line ends and a final newline.
    """

    path: Annotated[str, Field(pattern=r"^[a-z0-9][\w.-]*(/[\w][\w.-]*)*$")]
    content: str


def verified_release(
    live: LiveRelease,
    *,
    state: FleetState,
    evidence: Callable[[str], bytes],
    verify: Callable[[bytes], SignedVerdict],
) -> ReleaseRecord:
    """Check the evidence of a live release before anything is told about it.

    Args:
        live: the release.
        state: the ledger, which closes keys.
        evidence: gives an evidence file's bytes, checked against its name.
        verify: checks a signature and the statement under it.

    Raises:
        IntegrityError: the signature, the verdict or a report does not fit the release.
    """
    release = live.release
    signed = _signed(live, state=state, evidence=evidence, verify=verify)
    verdict, what = signed.verdict, _name(live)
    return ReleaseRecord(
        live=live,
        verdict=verdict,
        verifier=signed.verifier,
        reports=named_reports(release.reports, evidence=evidence, what=what),
        condemned=_condemned(live, state=state),
        performance=_performance(release.reports, evidence=evidence, what=what),
        is_unlisted=signed.is_unlisted,
        weakened=state.weakening_of(release),
    )


def drawn_summary(verdict: Verdict, *, evidence: Callable[[str], bytes]) -> ReleaseSummary:
    """The summary of what a verdict rests on.

    Raises:
        IntegrityError: a report is damaged, or of another suite.
    """
    return summary_of(
        verdict,
        reports=named_reports(verdict.reports, evidence=evidence, what=verdict.slot),
        performance=_performance(verdict.reports, evidence=evidence, what=verdict.slot),
    )


def named_reports(
    references: tuple[ReportReference, ...], *, evidence: Callable[[str], bytes], what: str
) -> tuple[BenchmarkReport, ...]:
    """The suites' own reports among those named, in their order.

    Raises:
        IntegrityError: one is damaged, or of another suite.
    """
    return tuple(
        _report(evidence, reference, what=what)
        for reference in references
        if reference.suite != PERFORMANCE and not reference.suite.startswith(OF_OTHERS)
    )


def _performance(
    references: tuple[ReportReference, ...], *, evidence: Callable[[str], bytes], what: str
) -> PerformanceReport | None:
    named = (row for row in references if row.suite == PERFORMANCE)
    found = (_parsed(PerformanceReport, evidence, row, what=what) for row in named)
    return next(found, None)


def shown_release(
    live: LiveRelease,
    *,
    state: FleetState,
    evidence: Callable[[str], bytes],
    verify: Callable[[bytes], SignedVerdict],
) -> ShownRelease:
    """What pages show of a live release: by the summary the ledger names, without its reports.

    Where it names none, as earlier engines did, or the summary cannot be read, it is drawn from
    the evidence.

    Raises:
        IntegrityError: the signature, the verdict or a report does not fit the release.
    """
    summary = _named_summary(live, evidence=evidence)
    if summary is None:
        return verified_release(live, state=state, evidence=evidence, verify=verify).shown
    return ShownRelease(
        live=live,
        summary=summary,
        verifier=_signed(live, state=state, evidence=evidence, verify=verify).verifier,
        condemned=_condemned(live, state=state),
        weakened=state.weakening_of(live.release),
    )


def summary_fault(record: ReleaseRecord) -> str:
    """Why the summary that the ledger names is not the one of the evidence; empty when it is."""
    named = record.live.release.summary
    if named is None or named == sha256_hex(dump(record.shown.summary)):
        return ""
    return f"{_name(record.live)}: its summary {named[:16]}… is not what its evidence gives"


def _named_summary(live: LiveRelease, *, evidence: Callable[[str], bytes]) -> ReleaseSummary | None:
    """The summary that the ledger names; `verify` compares it with the evidence."""
    release = live.release
    if release.summary is None:
        return None
    try:
        summary = parse(ReleaseSummary, evidence(release.summary), what="summary")
    except (EvidenceError, IntegrityError):
        return None  # Missing, damaged or of a later engine; `verify` names what is wrong.
    is_same = (summary.slot, summary.artifact) == (release.slot, release.artifact)
    return summary if is_same else None


def _name(live: LiveRelease) -> str:
    return f"release {live.tag} of {live.release.slot}"


def _condemned(live: LiveRelease, *, state: FleetState) -> CondemnedFact | None:
    slot = live.release.slot
    row = state.condemned_in(slot)
    return row if row is not None and state.live_in(slot) == live else None


def _signed(
    live: LiveRelease,
    *,
    state: FleetState,
    evidence: Callable[[str], bytes],
    verify: Callable[[bytes], SignedVerdict],
) -> SignedVerdict:
    """The verdict of a release, if its signature counts and it is for what is live."""
    release = live.release
    signed = verify(evidence(release.verdict))
    verdict = signed.verdict
    what = _name(live)
    same = (verdict.slot, verdict.artifact, verdict.files, verdict.row, verdict.reports) == (
        release.slot,
        release.artifact,
        release.files,
        release.candidate.row,
        release.reports,
    )
    if not same or verdict.decision is not Decision.RELEASABLE:
        msg = f"{what}: the signed verdict is not for what is live"
        raise IntegrityError(msg)
    void = void_reason(state, signed)
    if void:
        msg = f"{what}: {void}"
        raise IntegrityError(msg)
    return signed


def _report(
    evidence: Callable[[str], bytes], reference: ReportReference, *, what: str
) -> BenchmarkReport:
    report = _parsed(BenchmarkReport, evidence, reference, what=what)
    if (report.suite.name, report.suite.digest) != (reference.suite, reference.suite_digest):
        msg = f"{what}: evidence {reference.report[:16]}… is another suite's report"
        raise IntegrityError(msg)
    return report


def _parsed(
    kind: type[Value], evidence: Callable[[str], bytes], reference: ReportReference, *, what: str
) -> Value:
    try:
        return parse(kind, evidence(reference.report), what="report")
    except EvidenceError as error:
        msg = f"{what}: {error.message}"
        raise IntegrityError(msg) from None
