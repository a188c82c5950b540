"""Measurement: a signed report of one candidate on one suite, counted where the suite's text is.

It is bound to the artifact, the suite's content, the predictions and the scoring code. As with
verdicts and waivers, checking it is making it again from what is inside.
"""

from functools import partial
from typing import Literal

from pydantic import Field

from openmed.domain.attestation.signed_predicate import predicate_in
from openmed.domain.attestation.statement import STATEMENT_TYPE, VERIFIER_ID
from openmed.domain.digest import Json, canonical_json
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.wire import digest_value, plain

PREDICATE_TYPE = "urn:openmed-release:measurement:1"
FIELD = "measurement"


class SignableMeasurement(Frozen):
    """What the machine that holds the text counted.

    Attributes:
        report: counts and offsets, without text.
        documents: digest of the suite's documents in scope, by which predictions are kept.
        predictions: digest of the predictions it was counted from.
        measured: when it was counted for this statement.
    """

    schema_: Literal["openmed.measurement/1"] = Field(
        default="openmed.measurement/1", alias="schema"
    )
    report: BenchmarkReport
    documents: Digest
    predictions: Digest
    measured: Timestamp


class SignedMeasurement(Frozen):
    """A measurement whose signature was verified.

    Attributes:
        measurement: what was signed.
        verifier: name under which the key is listed.
        keyid: id of the key.
        envelope_digest: digest of the envelope's bytes; names the evidence file.
    """

    measurement: SignableMeasurement
    verifier: str
    keyid: str
    envelope_digest: Digest


def payload_of_measurement(measurement: SignableMeasurement, *, verifier: str) -> bytes:
    """Canonical bytes of the in-toto statement that says the same.

    Args:
        measurement: what it says.
        verifier: name under which the key that signs is listed.
    """
    report = measurement.report
    whole: Json = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": report.subject.slot, "digest": {"sha256": report.subject.artifact}},
            {"name": f"suite {report.suite.name}", "digest": {"sha256": report.suite.digest}},
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "verifier": {"id": f"{VERIFIER_ID}{verifier}"},
            "report": {"sha256": digest_value(report)},
            FIELD: plain(measurement),
        },
    }
    return canonical_json(whole)


def measurement_in(payload: bytes, *, verifier: str) -> SignableMeasurement:
    """The measurement inside a payload whose signature was verified.

    Args:
        payload: the payload's bytes.
        verifier: name under which the key that signed is listed; it signs for no other.

    Raises:
        IntegrityError: it was signed for another verifier, or a field differs from what it implies.
    """
    return predicate_in(
        SignableMeasurement,
        payload,
        field=FIELD,
        what="measurement",
        verifier=verifier,
        again=partial(payload_of_measurement, verifier=verifier),
    )
