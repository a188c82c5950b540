"""Schemas of what is signed: in-toto statements, and the envelope around them."""

from openmed.cli.schemas.drawing import (
    DIGEST,
    SHA256,
    TEXT,
    Schema,
    definitions_of,
    exactly,
    table_of,
    whole,
)
from openmed.domain.attestation.measurement_statement import FIELD as MEASUREMENT_FIELD
from openmed.domain.attestation.measurement_statement import PREDICATE_TYPE as MEASUREMENT_TYPE
from openmed.domain.attestation.measurement_statement import SignableMeasurement
from openmed.domain.attestation.policy_statement import FIELD, PolicyStatement
from openmed.domain.attestation.policy_statement import PREDICATE_TYPE as POLICY_STATEMENT_TYPE
from openmed.domain.attestation.statement import (
    PAYLOAD_TYPE,
    PREDICATE_TYPE,
    SLSA_VERSION,
    STATEMENT_TYPE,
    VERDICT_FIELD,
    VERIFIER_ID,
)
from openmed.domain.attestation.waiver import PREDICATE_TYPE as WAIVER_TYPE
from openmed.domain.attestation.waiver import WAIVER_FIELD, Waiver
from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import Verdict


def envelope() -> Schema:
    """The envelope of a statement."""
    signature = table_of({"keyid": DIGEST, "sig": TEXT})
    return whole(
        "DSSE envelope with one Ed25519 signature",
        table_of(
            {
                "payload": {**TEXT, "contentEncoding": "base64"},
                "payloadType": exactly(PAYLOAD_TYPE),
                "signatures": {"type": "array", "minItems": 1, "maxItems": 1, "items": signature},
            }
        ),
        {},
    )


def _in_toto(predicate_type: str, predicate: Schema) -> Schema:
    return table_of(
        {
            "_type": exactly(STATEMENT_TYPE),
            "subject": {
                "type": "array",
                "minItems": 1,
                "items": table_of({"name": TEXT, "digest": SHA256}),
            },
            "predicateType": exactly(predicate_type),
            "predicate": predicate,
        }
    )


def _verifier() -> dict[str, Json]:
    return {"id": {"type": "string", "pattern": f"^{VERIFIER_ID}[a-z0-9-]+$"}}


def verdict_statement() -> Schema:
    """A signed verdict."""
    reference, definitions = definitions_of(Verdict, mode="serialization")
    resource = table_of({"uri": TEXT, "digest": SHA256})
    engine = table_of({"openmed-release": TEXT})
    predicate = table_of(
        {
            "verifier": table_of({**_verifier(), "version": engine}),
            "timeVerified": TEXT,
            "resourceUri": TEXT,
            "policy": resource,
            "inputAttestations": {"type": "array", "items": resource},
            "verificationResult": {"enum": ["PASSED", "FAILED"]},
            "verifiedLevels": {"type": "array", "minItems": 1, "maxItems": 1, "items": TEXT},
            "slsaVersion": exactly(SLSA_VERSION),
            VERDICT_FIELD: {"$ref": reference},
        }
    )
    return whole("a signed verdict", _in_toto(PREDICATE_TYPE, predicate), definitions)


def policy_statement() -> Schema:
    """A signed statement on a weaker policy."""
    reference, definitions = definitions_of(PolicyStatement, mode="validation")
    predicate = table_of({"verifier": table_of(_verifier()), FIELD: {"$ref": reference}})
    title = "a signed policy statement"
    return whole(title, _in_toto(POLICY_STATEMENT_TYPE, predicate), definitions)


def measurement_statement() -> Schema:
    """A signed measurement."""
    reference, definitions = definitions_of(SignableMeasurement, mode="serialization")
    predicate = table_of(
        {
            "verifier": table_of(_verifier()),
            "report": SHA256,
            MEASUREMENT_FIELD: {"$ref": reference},
        }
    )
    title = "a signed measurement"
    return whole(title, _in_toto(MEASUREMENT_TYPE, predicate), definitions)


def said_statement(kind: type[Frozen], field: str, predicate: str, title: str) -> Schema:
    """A statement that says one value, by one verifier."""
    reference, definitions = definitions_of(kind, mode="serialization")
    said = table_of({"verifier": table_of(_verifier()), field: {"$ref": reference}})
    return whole(title, _in_toto(predicate, said), definitions)


def waiver_statement() -> Schema:
    """A signed waiver."""
    reference, definitions = definitions_of(Waiver, mode="validation")
    predicate = table_of(
        {
            "verifier": table_of(_verifier()),
            "quarantinedBy": table_of({"uri": TEXT, "digest": SHA256}),
            WAIVER_FIELD: {"$ref": reference},
        }
    )
    return whole("a signed waiver", _in_toto(WAIVER_TYPE, predicate), definitions)
