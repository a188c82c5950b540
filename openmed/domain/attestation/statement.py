"""Verdict ↔ in-toto Statement v1 with the SLSA VSA predicate, and what a signature proves.

A statement carries the whole verdict under our own field; everything SLSA's own fields
say is derived from it. So checking a statement is making it again from the verdict inside
and comparing the bytes: no field can say something else than the verdict does.
Sources: in-toto Attestation Framework v1; SLSA Verification Summary Attestation v1.
"""

from typing import cast

from openmed.domain.digest import Json, canonical_json
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.verdict import Decision, Verdict, contradiction_in
from openmed.domain.wire import from_plain, plain, read_table
from openmed.errors import EvidenceError, IntegrityError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1"
VERDICT_FIELD = "urn:openmed-release:verdict:1"
VERIFIER_ID = "urn:openmed-release:verifier:"
"""How the id of a verifier begins; its name follows."""
SLSA_VERSION = "1.0"


class SignedVerdict(Frozen):
    """A verdict whose signature was verified.

    Attributes:
        verdict: what was signed.
        verifier: name of the key that signed it, from the listed verifiers.
        keyid: id of that key.
        envelope_digest: digest of the envelope's bytes; names the evidence file.
        is_unlisted: whether the key is listed nowhere here and only travelled with the release.
    """

    verdict: Verdict
    verifier: str
    keyid: str
    envelope_digest: Digest
    is_unlisted: bool = False


def payload_of(verdict: Verdict, *, engine_version: str, verifier: str) -> bytes:
    """Canonical bytes of the statement that says what this verdict says.

    Args:
        verdict: what it says.
        engine_version: version of this engine.
        verifier: name under which the key that signs is listed.

    Raises:
        EvidenceError: there is no decision to state.
    """
    if verdict.decision is Decision.NOT_EVALUATED or verdict.artifact is None:
        msg = f"{verdict.slot}: no verdict, so there is nothing to sign"
        raise EvidenceError(msg)
    return canonical_json(_statement(verdict, engine_version=engine_version, verifier=verifier))


def verdict_in(payload: bytes, *, verifier: str) -> Verdict:
    """The verdict inside a statement whose signature was verified.

    Args:
        payload: the statement's bytes.
        verifier: name under which the key that signed is listed; it signs for no other.

    Raises:
        IntegrityError: it was signed for another verifier, or any field of the statement
            differs from what the verdict implies.
    """
    try:
        statement = read_table(payload, what="the signed statement")
        predicate = cast("dict[str, Json]", statement["predicate"])
        signer = cast("dict[str, dict[str, str]]", predicate["verifier"])
        named = str(signer["id"]).removeprefix(VERIFIER_ID)
        verdict = from_plain(Verdict, predicate[VERDICT_FIELD], what="the signed verdict")
        version = signer["version"]["openmed-release"]
        again = payload_of(verdict, engine_version=version, verifier=named)
    except (EvidenceError, KeyError, TypeError) as error:
        detail = error.message if isinstance(error, EvidenceError) else "a field is missing"
        msg = f"the signed statement cannot be read: {detail}"
        raise IntegrityError(msg) from None
    if named != verifier:
        msg = f"the verdict was signed for verifier {named[:64]!r} by the key of {verifier!r}"
        raise IntegrityError(msg)
    contradiction = contradiction_in(verdict)
    if contradiction:
        msg = f"the signed verdict contradicts itself: {contradiction}"
        raise IntegrityError(msg)
    if again != payload:
        msg = "the signed statement and the verdict inside it disagree"
        raise IntegrityError(msg)
    return verdict


def _statement(verdict: Verdict, *, engine_version: str, verifier: str) -> Json:
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": verdict.slot, "digest": {"sha256": verdict.artifact or ""}},
            *({"name": f.path, "digest": {"sha256": f.sha256}} for f in verdict.files),
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "verifier": {
                "id": f"{VERIFIER_ID}{verifier}",
                "version": {"openmed-release": engine_version},
            },
            "timeVerified": verdict.time_verified,
            "resourceUri": f"urn:openmed-release:slot:{verdict.slot}",
            "policy": {
                "uri": f"gates/policy/{verdict.policy.name}.toml",
                "digest": {"sha256": verdict.policy.digest},
            },
            "inputAttestations": [
                {"uri": f"gates/evidence/{name}.json", "digest": {"sha256": name}}
                for r in verdict.reports
                for name in r.evidence
            ],
            "verificationResult": (
                "PASSED" if verdict.decision is Decision.RELEASABLE else "FAILED"
            ),
            "verifiedLevels": (
                [f"OPENMED_{verdict.policy.grade.upper()}"]
                if verdict.decision is Decision.RELEASABLE
                else ["FAILED"]
            ),
            "slsaVersion": SLSA_VERSION,
            VERDICT_FIELD: plain(verdict),
        },
    }
