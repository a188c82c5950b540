"""The signed statement says exactly what the verdict says."""

import json

import pytest
from support import builders

from openmed.domain.attestation.statement import payload_of, verdict_in
from openmed.domain.digest import canonical_json
from openmed.domain.gates.verdict import Verdict
from openmed.errors import EvidenceError, IntegrityError


def _payload() -> bytes:
    return payload_of(builders.a_verdict(), engine_version="1", verifier="release")


def test_the_verdict_comes_back_whole() -> None:
    """What was signed is what is read."""
    assert verdict_in(_payload(), verifier="release") == builders.a_verdict()


def test_it_is_canonical() -> None:
    """One verdict has one form."""
    assert canonical_json(json.loads(_payload())) == _payload()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"verificationResult":"PASSED"', b'"verificationResult":"FAILED"'),
        (
            b'"resourceUri":"urn:openmed-release:slot:pii',
            b'"resourceUri":"urn:openmed-release:slot:xii',
        ),
        (b'"slsaVersion":"1.0"', b'"slsaVersion":"1.1"'),
        (b'"decision":"RELEASABLE"', b'"decision":"QUARANTINED"'),
        (b'"timeVerified":"2026', b'"timeVerified":"2027'),
        (
            b'"_type":"https://in-toto.io/Statement/v1"',
            b'"_type":"https://in-toto.io/Statement/v2"',
        ),
        (b'{"_type"', b'{"_extra":1,"_type"'),
        (b'{"_type"', b'{"_type":"x","_type"'),
    ],
)
def test_a_field_that_disagrees_with_the_verdict_is_refused(old: bytes, new: bytes) -> None:
    """No field of the statement can say something else than the verdict inside."""
    payload = _payload()
    assert old in payload
    with pytest.raises(IntegrityError):
        verdict_in(payload.replace(old, new, 1), verifier="release")


def test_no_decision_is_not_stated() -> None:
    """NOT_EVALUATED makes no statement."""
    text = builders.a_verdict().model_dump_json().replace('"RELEASABLE"', '"NOT_EVALUATED"')
    with pytest.raises(EvidenceError):
        payload_of(Verdict.model_validate_json(text), engine_version="1", verifier="release")
