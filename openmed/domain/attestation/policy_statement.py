"""Policy statement: a person's signed word that a slot's policy may be weaker than it was.

It is bound to the slot and to both policies by their digests, and lists what its signer saw. As
with verdicts and waivers, checking it is making it again from what is inside.
"""

from typing import Annotated, Literal, cast

from pydantic import Field

from openmed.domain.attestation.statement import STATEMENT_TYPE, VERIFIER_ID
from openmed.domain.digest import Json, canonical_json
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.order.policy_order import Weakening
from openmed.domain.ledger.changes import Reason
from openmed.domain.slot import SlotKey
from openmed.domain.wire import from_plain, plain, read_table
from openmed.errors import EvidenceError, IntegrityError

PREDICATE_TYPE = "urn:openmed-release:policy-statement:1"
FIELD = "policyStatement"


class PolicyStatement(Frozen):
    """What a person says.

    Attributes:
        slot: whose policy.
        old: digest of the policy that the slot's release was judged by.
        new: digest of the policy that may be used.
        weaker: what it demands less, as its signer was shown.
        reason: why.
        expires: it must be used by then.
    """

    schema_: Literal["openmed.policy-statement/1"] = Field(
        default="openmed.policy-statement/1", alias="schema"
    )
    slot: SlotKey
    old: Digest
    new: Digest
    weaker: Annotated[tuple[Weakening, ...], Field(min_length=1)]
    reason: Reason
    expires: Timestamp


class SignedPolicyStatement(Frozen):
    """A policy statement whose signature was verified.

    Attributes:
        statement: what was signed.
        verifier: name under which the key is listed.
        keyid: id of the key.
        envelope_digest: digest of the envelope's bytes; names the evidence file.
    """

    statement: PolicyStatement
    verifier: str
    keyid: str
    envelope_digest: Digest


def payload_of_policy_statement(statement: PolicyStatement, *, verifier: str) -> bytes:
    """Canonical bytes of the in-toto statement that says the same.

    Args:
        statement: what it says.
        verifier: name under which the key that signs is listed.
    """
    whole: Json = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": statement.slot, "digest": {"sha256": statement.new}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "verifier": {"id": f"{VERIFIER_ID}{verifier}"},
            FIELD: plain(statement),
        },
    }
    return canonical_json(whole)


def is_policy_statement(payload: bytes) -> bool:
    """Whether a payload says that it is one; nothing is verified."""
    try:
        return read_table(payload, what="statement").get("predicateType") == PREDICATE_TYPE
    except EvidenceError:
        return False


def policy_statement_in(payload: bytes, *, verifier: str) -> PolicyStatement:
    """The policy statement inside a payload whose signature was verified.

    Args:
        payload: the payload's bytes.
        verifier: name under which the key that signed is listed; it signs for no other.

    Raises:
        IntegrityError: it was signed for another verifier, or a field differs from what it implies.
    """
    try:
        whole = read_table(payload, what="the signed policy statement")
        predicate = cast("dict[str, Json]", whole["predicate"])
        signer = cast("dict[str, str]", predicate["verifier"])
        named = str(signer["id"]).removeprefix(VERIFIER_ID)
        statement = from_plain(
            PolicyStatement, predicate[FIELD], what="the signed policy statement"
        )
    except (EvidenceError, KeyError, TypeError) as error:
        detail = error.message if isinstance(error, EvidenceError) else "a field is missing"
        msg = f"the signed statement is not a policy statement of ours: {detail}"
        raise IntegrityError(msg) from None
    if named != verifier:
        msg = f"it was signed for verifier {named[:64]!r} by the key of {verifier!r}"
        raise IntegrityError(msg)
    if payload_of_policy_statement(statement, verifier=named) != payload:
        msg = "the signed payload and the policy statement inside it disagree"
        raise IntegrityError(msg)
    return statement
