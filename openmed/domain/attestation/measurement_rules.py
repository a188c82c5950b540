"""Whether a signed measurement stands in for a count: by whose key, and of exactly what.

It does so only where the suite's text is missing and the policy names the key. The first thing
that differs is said, never a value of a report.
"""

from collections.abc import Iterator
from typing import NamedTuple

from openmed.domain.attestation.measurement_statement import SignableMeasurement, SignedMeasurement
from openmed.domain.attestation.signature_rules import HasSigner, closed_reason, shared_with_judge
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.verdict import ReportReference, Verdict
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.slot import parse_slot
from openmed.domain.suites.suite import SuitePin
from openmed.domain.wire import digest_value


class KeyId(NamedTuple):
    """Who signs, or is about to."""

    verifier: str
    keyid: str


class StoodIn(NamedTuple):
    """A signed measurement that a verdict rests on.

    Attributes:
        file: its file's name in `gates/measurements/`.
        row: the verdict's reference to the report it stands for.
        statement: digest of the file.
    """

    file: str
    row: ReportReference
    statement: str


class MeasurementWanted(NamedTuple):
    """What a measurement must be of to stand in.

    Attributes:
        report: the one that is to be judged.
        pin: the suite, as pinned now.
        scorer: digest of the scoring code of today.
        predictions: digest of the predictions that are here; empty where some are missing.
        keys: names of the keys that the policy lets measure.
        judge: who signs the verdict; None = nobody: it is not signed.
        now: no measurement is later.
    """

    report: BenchmarkReport
    pin: SuitePin
    scorer: str
    predictions: str
    keys: tuple[str, ...]
    judge: HasSigner | None
    now: str


def measurement_file(slot: str, suite: str) -> str:
    """Name of the file in `gates/measurements/` that holds one measurement."""
    return f"{parse_slot(slot).slug}--{suite}.dsse.json"


def stood_in(verdict: Verdict) -> Iterator[StoodIn]:
    """The signed measurements a verdict rests on."""
    for row in verdict.reports:
        if row.measured_by is not None:
            name = measurement_file(verdict.slot, row.suite)
            yield StoodIn(name, row, row.measured_by.statement)


def attest_command(slot: str, suite: str) -> str:
    """The command that makes the statement, on the machine that has the suite's text."""
    return f"openmed benchmark attest {slot} --suite {suite} --key FILE"


def measurement_fault(
    state: FleetState, signed: SignedMeasurement, wanted: MeasurementWanted
) -> str:
    """Why a measurement does not stand in: the first thing that differs; empty when it does."""
    said = signed.measurement
    return (
        key_fault(state, signed, keys=wanted.keys, judge=wanted.judge)
        or _other_subject(said, wanted)
        or _other_suite(said, wanted.pin)
        or _other_count(said, wanted)
    )


def key_fault(
    state: FleetState,
    signed: SignedMeasurement,
    *,
    keys: tuple[str, ...],
    judge: HasSigner | None,
) -> str:
    """Why the key of a measurement does not count; empty when it does."""
    if signed.verifier not in keys:
        return f"it is signed by {signed.verifier}; measured_by names {', '.join(keys)}"
    shared = shared_with_judge(signed, judge) if judge else ""
    if shared:
        return f"it is by the same {shared} as the verdict; another key must measure"
    return closed_reason(state, keyid=signed.keyid, evidence=signed.envelope_digest)


def recorded_fault(signed: SignedMeasurement, row: ReportReference, *, artifact: str | None) -> str:
    """What in a statement differs from what a verdict says of it; empty when nothing does."""
    said = signed.measurement.report
    named = row.measured_by.verifier if row.measured_by else ""
    if signed.verifier != named:
        return f"it is signed by {signed.verifier}, not by {named}"
    if said.subject.artifact != artifact:
        return "it is of another artifact"
    if said.suite.name != row.suite:
        return f"it is of suite {said.suite.name}"
    return "" if digest_value(said) == row.report else "it is of another report"


def _other_subject(said: SignableMeasurement, wanted: MeasurementWanted) -> str:
    one, other = said.report.subject, wanted.report.subject
    if one.slot != other.slot:
        return f"it is of slot {one.slot}"
    if one.artifact != other.artifact:
        return f"it is of artifact {one.artifact[:16]}, and {other.artifact[:16]} is judged"
    return "" if one == other else "it is of another repository"


def _other_suite(said: SignableMeasurement, pin: SuitePin) -> str:
    suite = said.report.suite
    for what, one, other in (
        ("suite", suite.name, pin.name),
        ("edition", suite.edition, pin.edition),
        ("revision", suite.revision, pin.revision),
        ("digest", suite.digest[:16], pin.digest[:16]),
    ):
        if one != other:
            return f"its {what} is {one[:80]}, and {other} is pinned"
    if suite.digest != pin.digest:
        return "its suite has another digest"
    if not suite.skipped_documents and said.documents != pin.digest:
        return "its documents are not those of the suite"
    return ""


def _other_count(said: SignableMeasurement, wanted: MeasurementWanted) -> str:
    if said.report.scorer != wanted.scorer:
        return "it was counted by other scoring code than this engine's"
    if not wanted.predictions:
        return "the predictions it was counted from are not here"
    if said.predictions != wanted.predictions:
        return "it was counted from other predictions than those here"
    if said.report != wanted.report:
        return "its report is not the one that is judged"
    return f"its time {said.measured} is to come" if said.measured > wanted.now else ""
