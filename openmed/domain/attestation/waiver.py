"""Waiver: a person's signed statement that one quarantine may be lifted, until a day.

It is bound to exactly one row of the ledger: this artifact, quarantined for this slot by
this entry. As with verdicts, checking a statement is making it again from the waiver inside.
"""

from functools import partial
from typing import Literal

from pydantic import Field

from openmed.domain.attestation.signed_predicate import predicate_in
from openmed.domain.attestation.statement import STATEMENT_TYPE, VERIFIER_ID
from openmed.domain.digest import Json, canonical_json
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.ledger.changes import Reason
from openmed.domain.ledger.entry import Tag
from openmed.domain.slot import SlotKey
from openmed.domain.wire import plain

PREDICATE_TYPE = "urn:openmed-release:waiver:1"
WAIVER_FIELD = "waiver"


class Waiver(Frozen):
    """What a person says.

    Attributes:
        slot: slot the artifact was quarantined for.
        artifact: tree digest that may be judged again.
        tag: name of the entry that quarantined it.
        entry: digest of that entry; a tag alone is not the same in two clones.
        reason: why.
        expires: the artifact must be released by then.
    """

    schema_: Literal["openmed.waiver/1"] = Field(default="openmed.waiver/1", alias="schema")
    slot: SlotKey
    artifact: Digest
    tag: Tag
    entry: Digest
    reason: Reason
    expires: Timestamp


class SignedWaiver(Frozen):
    """A waiver whose signature was verified.

    Attributes:
        waiver: what was signed.
        verifier: name under which the key is listed.
        keyid: id of the key.
        envelope_digest: digest of the envelope's bytes; names the evidence file.
    """

    waiver: Waiver
    verifier: str
    keyid: str
    envelope_digest: Digest


def payload_of_waiver(waiver: Waiver, *, verifier: str) -> bytes:
    """Canonical bytes of the statement that says what this waiver says.

    Args:
        waiver: what it says.
        verifier: name under which the key that signs is listed.
    """
    statement: Json = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": waiver.slot, "digest": {"sha256": waiver.artifact}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "verifier": {"id": f"{VERIFIER_ID}{verifier}"},
            "quarantinedBy": {
                "uri": f"gates/ledger/{waiver.entry}.json",
                "digest": {"sha256": waiver.entry},
            },
            WAIVER_FIELD: plain(waiver),
        },
    }
    return canonical_json(statement)


def waiver_in(payload: bytes, *, verifier: str) -> Waiver:
    """The waiver inside a statement whose signature was verified.

    Args:
        payload: the statement's bytes.
        verifier: name under which the key that signed is listed; it signs for no other.

    Raises:
        IntegrityError: it was signed for another verifier, or any field of the statement
            differs from what the waiver implies.
    """
    return predicate_in(
        Waiver,
        payload,
        field=WAIVER_FIELD,
        what="waiver",
        verifier=verifier,
        again=partial(payload_of_waiver, verifier=verifier),
    )
