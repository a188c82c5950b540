"""What the trust artifacts are rendered from, and what rendering gives."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from pydantic import Field

from openmed.domain.attestation.signature_rules import void_reason
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, Decision, ReportReference, Verdict
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.ledger.fleet_facts import CondemnedFact, WeakenedFact
from openmed.domain.suites.suite import SuitePin
from openmed.domain.wire import parse
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


class Template(Frozen):
    """One jinja2 file."""

    name: str
    source: str


class TrustInputs(Frozen):
    """Everything a renderer may look at. No clock: pages say when things happened.

    Attributes:
        state: what the ledger adds up to.
        releases: live releases, by slot.
        pins: suites as pinned now, for their sources and licences.
        templates: jinja2 files.
    """

    state: FleetState
    releases: tuple[ReleaseRecord, ...]
    pins: tuple[SuitePin, ...]
    templates: tuple[Template, ...]


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
    signed = verify(evidence(release.verdict))
    verdict = signed.verdict
    what = f"release {live.tag} of {release.slot}"
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
    return ReleaseRecord(
        live=live,
        verdict=verdict,
        verifier=signed.verifier,
        reports=tuple(
            _report(evidence, reference, what=what)
            for reference in release.reports
            if reference.suite != PERFORMANCE and not reference.suite.startswith(OF_OTHERS)
        ),
        condemned=state.condemned_in(release.slot) if state.live_in(release.slot) == live else None,
        performance=next(
            (
                _parsed(PerformanceReport, evidence, reference, what=what)
                for reference in release.reports
                if reference.suite == PERFORMANCE
            ),
            None,
        ),
        is_unlisted=signed.is_unlisted,
        weakened=state.weakening_of(release),
    )


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
