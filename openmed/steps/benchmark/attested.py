"""Signed measurements: made where a suite's text is, used where it is missing."""

from dataclasses import dataclass

from openmed.domain.attestation.measurement_rules import (
    KeyId,
    MeasurementWanted,
    attest_command,
    measurement_fault,
    measurement_file,
)
from openmed.domain.attestation.measurement_statement import (
    SignableMeasurement,
    SignedMeasurement,
    payload_of_measurement,
)
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import MeasuredElsewhere
from openmed.domain.ledger.entry import entry_time
from openmed.domain.suites.suite import SuitePin
from openmed.errors import EvidenceError, IntegrityError, OpenMedError
from openmed.ports.releasing import Measurements, ReleaseStore, Signer, Verifiers


@dataclass(frozen=True)
class Attestations:
    """Signs measurements, and decides whether one stands in.

    Attributes:
        signer: who signs verdicts here.
    """

    measurements: Measurements
    verifiers: Verifiers
    releases: ReleaseStore
    signer: Signer
    now: str

    def statement(self, slot: str, suite: str) -> tuple[str, SignedMeasurement]:
        """The statement about a slot on a suite: its file's name, and what it says.

        Raises:
            EvidenceError: there is none.
            IntegrityError: it does not verify, or stands under two names.
        """
        name = measurement_file(slot, suite)
        envelope = self.measurements.get(name)
        if envelope is None:
            raise EvidenceError(f"gates/measurements/{name} is not there")
        for other in self.measurements.names():
            if other != name and self.measurements.get(other) == envelope:
                msg = f"gates/measurements/{name} stands there twice, also as {other[:80]}"
                raise IntegrityError(msg)
        return name, self.verifiers.verify_measurement(envelope)

    def require(
        self, report: BenchmarkReport, signed: SignedMeasurement, wanted: MeasurementWanted
    ) -> MeasuredElsewhere:
        """What a verdict says of a statement that stands in.

        Raises:
            EvidenceError: names the first thing that differs.
        """
        fault = measurement_fault(self.releases.state(), signed, wanted)
        if fault:
            name = measurement_file(report.subject.slot, report.suite.name)
            raise EvidenceError(f"gates/measurements/{name}: {fault}")
        return MeasuredElsewhere(verifier=signed.verifier, statement=signed.envelope_digest)

    def wanted(
        self,
        report: BenchmarkReport,
        pin: SuitePin,
        *,
        scorer: str,
        predictions: str,
        keys: tuple[str, ...],
    ) -> MeasurementWanted:
        """What a measurement must be of to stand in for a report."""
        signs = self.signer.keyid != _NO_KEY
        return MeasurementWanted(
            report=report,
            pin=pin,
            scorer=scorer,
            predictions=predictions,
            keys=keys,
            judge=KeyId(self.signer.name, self.signer.keyid) if signs else None,
            now=entry_time(self.releases.state().entries, now=self.now),
        )

    def attest(self, signer: Signer, said: SignableMeasurement) -> str:
        """Sign a measurement and leave the file; its name.

        Raises:
            IntegrityError: this key may not sign it; nothing was written.
        """
        payload = payload_of_measurement(said, verifier=signer.name)
        envelope = signer.sign(payload)
        self.verifiers.verify_measurement(envelope)
        name = measurement_file(said.report.subject.slot, said.report.suite.name)
        self.measurements.put(name, envelope)
        return name


_NO_KEY = "none"


def missing_measurement(
    missing: OpenMedError, why: OpenMedError, slot: str, suite: str
) -> Exception:
    """The error of a suite whose text is missing, and for which nothing stands in."""
    step = attest_command(slot, suite)
    return EvidenceError(f"{missing.message}; and {why.message}", next_step=step)
