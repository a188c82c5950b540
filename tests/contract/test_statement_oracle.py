"""Our statement is what in-toto's and SLSA's own schemas say it must be."""

import json

from google.protobuf import json_format
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from support import builders

from openmed.domain.attestation.statement import payload_of
from openmed.domain.attestation.waiver import Waiver, payload_of_waiver


def _statement() -> dict[str, object]:
    table = json.loads(payload_of(builders.a_verdict(), engine_version="1", verifier="release"))
    assert isinstance(table, dict)
    return table


def test_it_is_a_valid_in_toto_statement() -> None:
    """By the framework's own validation: type, subjects with digests, predicate type."""
    parsed = json_format.ParseDict(_statement(), statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    assert [s.name for s in parsed.subject] == [builders.SLOT, "model.onnx", "runner_profile.json"]


def test_the_predicate_is_a_verification_summary() -> None:
    """Every standard field parses; only our own URN is unknown to the schema."""
    predicate = _statement()["predicate"]
    assert isinstance(predicate, dict)
    # The specification says a list; the package's schema has one string there.
    assert predicate.pop("verifiedLevels") == ["OPENMED_GREEN"]
    summary = json_format.ParseDict(
        predicate, vsa_pb2.VerificationSummary(), ignore_unknown_fields=True
    )
    known = {f.json_name for f in vsa_pb2.VerificationSummary.DESCRIPTOR.fields}
    assert summary.verification_result == "PASSED"
    assert {key for key in predicate if key not in known} == {"urn:openmed-release:verdict:1"}


def test_a_waiver_is_a_valid_in_toto_statement() -> None:
    """About one artifact under the slot's name, with a predicate of our own type."""
    waiver = Waiver(
        slot=builders.SLOT,
        artifact=builders.HEX,
        tag="2026.11.24-1",
        entry=builders.HEX,
        reason="gold was wrong",
        expires="2026-12-01T23:59:59Z",
    )
    table = json.loads(payload_of_waiver(waiver, verifier="alice"))
    parsed = json_format.ParseDict(table, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    assert [(s.name, s.digest["sha256"]) for s in parsed.subject] == [(builders.SLOT, builders.HEX)]
    assert parsed.predicate_type == "urn:openmed-release:waiver:1"
