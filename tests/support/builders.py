"""One builder per value: a test says only what it is about."""

from support import floors
from support.counting import (
    a_behaviour,
    counts_of,
    declared_of,
    leak_places_of,
    matchings_of,
    outcomes_of,
    predictions_of,
)

from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.candidates.candidate import Candidate, ReproParts, StagedCandidate, StagedFile
from openmed.domain.candidates.catalogue import CatalogueRow, Listed
from openmed.domain.digest import sha256_hex, tree_digest
from openmed.domain.evaluation.performance import Host, LatencyPercentiles, PerformanceReport
from openmed.domain.evaluation.report import (
    BenchmarkReport,
    Redaction,
    SliceCounts,
    Subject,
    SuiteFacts,
)
from openmed.domain.gates.gate import Against, Evidence, Gate, MeasuredElsewhere, ParentEvidence
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import Verdict, judge
from openmed.domain.inference.predictions import Runtime
from openmed.domain.inference.profile import FILE_NAME, LabelRule, RunnerProfile, TokenDecoding
from openmed.domain.release.flip_preconditions import Proposal
from openmed.domain.slot import parse_slot
from openmed.domain.suites.suite import SuitePin
from openmed.domain.text import labels
from openmed.domain.wire import digest_value, dump

NOW = "2026-11-24T12:00:00Z"
SLOT = "pii::tiny::onnx"
HEX = sha256_hex(b"something")
A_RUNTIME = Runtime(runner="onnx", code=HEX, packages=("numpy==1",))
PROFILE = dump(
    RunnerProfile(
        runner="onnx",
        deterministic=True,
        tokens=TokenDecoding(
            window=64,
            stride=16,
            stitch="center,index",
            decoder="word-v1",
            threshold=0.5,
            max_padded_tokens=1024,
            max_items=16,
            label_map=(LabelRule(model="SSN", canonical="SSN"),),
        ),
    )
).decode()
NOTHING_LIVE = Against(generation=0, artifact=None)


def a_candidate(*, slot: str = SLOT, title: str = "Tiny", bootstrap: bool = True) -> Candidate:
    """A row of the queue."""
    return Candidate(
        slot=slot,
        title=title,
        repo_id=f"org/tiny{slot.removeprefix(SLOT).replace('::', '-')}",
        source="file:models/tiny",
        labels=("PATIENT_NAME", "SSN"),
        languages=("en",),
        licence="Apache-2.0",
        max_bytes=1000,
        bootstrap=bootstrap,
    )


def a_catalogue_row(candidate: Candidate) -> CatalogueRow:
    """The row of the catalogue that says what a candidate says."""
    slot = parse_slot(candidate.slot)
    return CatalogueRow(
        repo_id=candidate.repo_id,
        family=slot.family.upper(),
        tier=slot.tier.title(),
        formats=(slot.format,),
        languages=candidate.languages,
        license=candidate.licence.lower(),
    )


def contents_of(content: bytes, *, profile: str = PROFILE) -> dict[str, bytes]:
    """Files of a staged candidate: a model and its profile."""
    return {"model.onnx": content, FILE_NAME: profile.encode()}


def a_staged(
    candidate: Candidate | None = None, *, content: bytes = b"weights", profile: str = PROFILE
) -> StagedCandidate:
    """A staged candidate: a model and its profile."""
    row = candidate or a_candidate()
    files = tuple(
        StagedFile(path=path, size=len(data), sha256=sha256_hex(data))
        for path, data in contents_of(content, profile=profile).items()
    )
    repro = ReproParts(recipe="r", data_manifest="d", base_model="none", git_sha="g")
    return StagedCandidate(
        slot=row.slot,
        repo_id=row.repo_id,
        row=row.row,
        source=HEX,
        artifact=tree_digest(files),
        files=files,
        repro=repro,
        repro_hash=repro.hash,
    )


def a_pin(*, name: str = "golden", digest: str = HEX) -> SuitePin:
    """A pinned suite."""
    return SuitePin(
        name=name,
        title="Golden",
        edition="test",
        revision="1",
        path="gates/suites/golden.jsonl",
        subset="all",
        sha256=HEX,
        digest=digest,
        licence="CC0-1.0",
        source="made for a test",
    )


def a_report(  # noqa: PLR0913 - a builder lets a test change any one thing
    staged: StagedCandidate | None = None,
    *,
    candidate: Candidate | None = None,
    pin: SuitePin | None = None,
    covered: dict[str, int] | None = None,
    support: int = 100,
    scored: int = 50,
    documents: int = 50,
    behaves_like: str | None = None,
) -> BenchmarkReport:
    """A coherent report; `covered` says how many spans of a label are covered.

    Every artifact predicts in its own way, unless it `behaves_like` another one.
    """
    of = staged or a_staged()
    wanted = pin or a_pin()
    rows = covered if covered is not None else {"PATIENT_NAME": support, "SSN": support}
    scope = scope_of(candidate or a_candidate())
    claimed = [label for label in rows if labels.claims(scope.labels, label)]
    # What is not declared is never predicted; it may be covered by something else.
    table = {
        label: counts_of(support=support, covered=n, strict=n if label in scope.labels else 0)
        for label, n in sorted(rows.items())
    }
    spans = support * len(table)
    strict = sum(counts.strict for counts in table.values())
    total = counts_of(support=spans, covered=sum(rows.values()), strict=strict)
    found = sum(c.covered for label, c in table.items() if label in scope.labels)
    return BenchmarkReport(
        suite=SuiteFacts(
            name=wanted.name,
            title=wanted.title,
            edition=wanted.edition,
            revision=wanted.revision,
            digest=wanted.digest,
            documents=documents,
            spans=spans,
            skipped_documents=0,
        ),
        subject=Subject(slot=of.slot, repo_id=of.repo_id, artifact=of.artifact),
        scope=scope,
        runtime=A_RUNTIME,
        scorer=HEX,
        label_schema=labels.SCHEMA_VERSION,
        scored_documents=scored,
        failed_documents=tuple(f"d{n}" for n in range(documents - scored)),
        failures=("ValueError",) if scored < documents else (),
        invalid_predictions=0,
        overlapping_predictions=0,
        overall=total,
        labels=tuple(SliceCounts(name=label, counts=c) for label, c in table.items()),
        languages=(SliceCounts(name="en", counts=total),),
        declared_languages=declared_of(table, claimed, support=support),
        slices=(SliceCounts(name="base", counts=total),),
        predictions=predictions_of(table, scope.labels),
        redaction=Redaction(
            outside=100,
            over_redacted=0,
            false_alarm_documents=0,
            documents_without_gold=max(documents - total.documents, 0),
        ),
        leak_places=leak_places_of(table),
        outcomes=outcomes_of(table),
        matchings=matchings_of(
            spans, found=found, spurious=sum(label in scope.labels for label in table)
        ),
        behaviour=()
        if scored < documents
        else a_behaviour(
            *(name for name in table if name in scope.labels),
            of=behaves_like if behaves_like is not None else of.artifact,
        ),
    )


def a_performance(
    staged: StagedCandidate | None = None, *, p50: float = 1.0, differing: int = 0
) -> PerformanceReport:
    """A performance report of 40 documents."""
    of = staged or a_staged()
    return PerformanceReport(
        suite=HEX,
        subject=Subject(slot=of.slot, repo_id=of.repo_id, artifact=of.artifact),
        runtime=A_RUNTIME,
        documents=40,
        failed_documents=0,
        differing_documents=differing,
        latency=LatencyPercentiles(p50=p50, p95=p50 * 2, p99=p50 * 3),
        cold_start=100.0,
        peak_rss=100 * 1024 * 1024,
        model_bytes=of.size,
        host=Host(system="Linux", machine="x86_64", processors=2, python="3.11.0"),
    )


def an_evidence(  # noqa: PLR0913 - a builder lets a test change any one thing
    *,
    candidate: Candidate | None = None,
    reports: tuple[BenchmarkReport, ...] | None = None,
    against: Against = NOTHING_LIVE,
    baselines: tuple[BenchmarkReport, ...] = (),
    parent: ParentEvidence | None = None,
    parents: tuple[BenchmarkReport, ...] = (),
    performance: PerformanceReport | None = None,
    faults: tuple[StepFault, ...] = (),
    content: bytes = b"weights",
    pins: tuple[SuitePin, ...] | None = None,
    profile: str = PROFILE,
    before: Candidate | None = None,
    measured: tuple[tuple[str, MeasuredElsewhere], ...] = (),
) -> Evidence:
    """Complete evidence for one candidate."""
    row = candidate or a_candidate()
    staged = a_staged(row, content=content, profile=profile)
    return Evidence(
        candidate=row,
        staged=staged,
        pins=pins or (a_pin(),),
        reports=(a_report(staged, candidate=row),) if reports is None else reports,
        against=against,
        baselines=baselines,
        parent=parent,
        parents=parents,
        profile=profile,
        listed=Listed(row=a_catalogue_row(row)),
        timed_on=a_pin(name="smoke"),
        performance=performance or a_performance(staged),
        faults=faults,
        before=(before or row) if against.artifact else None,
        measured=measured,
    )


def a_policy(*, floor: float = 0.9, allowed: int = 0, grade: str = "green") -> Policy:
    """A policy with the three gates."""
    return policy_from_table(
        "test",
        {
            "schema": "openmed.policy/1",
            "milestone": "v2.0",
            "grade": grade,
            "reason": "a test",
            "suites": ["golden"],
            "performance_suite": "smoke",
            "max_age_hours": 24,
            "verifiers": ["release"] if grade == "green" else ["release", "local"],
            "gates": {
                "evidence": {
                    "reason": "r",
                    "suites": ["golden"],
                    "min_support": 50,
                    "min_families": 3,
                },
                "recall_floor": {"reason": "r", "suite": "golden", "floor": floor},
                "critical_leakage": {
                    "reason": "r",
                    "suite": "golden",
                    "labels": ["SSN"],
                    "allowed": allowed,
                },
            },
        },
    )


def judged(
    evidence: Evidence, *, policy: Policy | None = None, gates: tuple[Gate, ...] = GATES
) -> Verdict:
    """A verdict under a floor that the policy meets: exactly, where it is not that of tests."""
    floor = floors.floor_of(policy) if policy else floors.FLOOR
    return judge(evidence, policy=policy or a_policy(), gates=gates, floor=floor, now=NOW)


def a_verdict(  # noqa: PLR0913 - a builder lets a test change any one thing
    *,
    candidate: Candidate | None = None,
    covered: dict[str, int] | None = None,
    policy: Policy | None = None,
    against: Against = NOTHING_LIVE,
    content: bytes = b"weights",
    now: str = NOW,
    report: BenchmarkReport | None = None,
) -> Verdict:
    """A verdict judged for real from a report, or one with these covered counts."""
    row = candidate or a_candidate()
    staged = a_staged(row, content=content)
    evidence = an_evidence(
        candidate=row,
        reports=(report or a_report(staged, candidate=row, covered=covered),),
        against=against,
        content=content,
    )
    return judge(evidence, policy=policy or a_policy(), gates=GATES, floor=floors.FLOOR, now=now)


def a_signed(
    verdict: Verdict,
    *,
    verifier: str = "release",
    keyid: str = HEX,
    envelope: bytes | None = None,
) -> SignedVerdict:
    """The verdict as if its signature had been verified."""
    return SignedVerdict(
        verdict=verdict,
        verifier=verifier,
        keyid=keyid,
        envelope_digest=sha256_hex(envelope) if envelope else digest_value(verdict),
    )


def a_proposal(  # noqa: PLR0913 - a builder lets a test change any one thing
    verdict: Verdict | None = None,
    *,
    candidate: Candidate | None = None,
    policy: Policy | None = None,
    verifier: str = "release",
    signed: bool = True,
    keyid: str = HEX,
    envelope: bytes | None = None,
    fault: StepFault | None = None,
) -> Proposal:
    """A candidate brought to a flip."""
    row = candidate or a_candidate()
    made = verdict or a_verdict(candidate=row)
    return Proposal(
        slot=row.slot,
        candidate=row,
        policy=policy or a_policy(),
        floor=floors.FLOOR,
        verdict=made,
        signed=a_signed(made, verifier=verifier, keyid=keyid, envelope=envelope)
        if signed
        else None,
        fault=fault,
        pins=(a_pin(),),
        has_same_registry=True,
    )


def artifact_of(content: bytes) -> str:
    """Tree digest of a staged candidate with this content."""
    return a_staged(content=content).artifact
