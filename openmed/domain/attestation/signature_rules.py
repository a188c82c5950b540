"""Whether a right signature counts: by whose key, closed when, for which grade.

A signature that verifies proves who signed, not that it counts. Every consumer of a
verdict asks here: flip, rollback, pages and `verify`.
"""

from typing import Protocol

from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.gates.policy import LOCAL
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.fleet import FleetState


def void_reason(state: FleetState, signed: SignedVerdict) -> str:
    """Why a signed verdict does not count; empty when it does."""
    if signed.verifier == LOCAL and signed.verdict.policy.grade is Grade.GREEN:
        return f"a developer's own key ({LOCAL}) may not sign a green release"
    return closed_reason(state, keyid=signed.keyid, evidence=signed.envelope_digest)


class HasSigner(Protocol):
    """Something signed, by whom."""

    @property
    def verifier(self) -> str:
        """Name under which the key is listed."""

    @property
    def keyid(self) -> str:
        """Id of the key."""


def shared_with_judge(signed: HasSigner, judge: HasSigner) -> str:
    """What a person's statement and the verdict it is about are both by; empty when nothing is.

    Nobody corrects himself: another verifier must sign, and with another key, since one key may be
    listed under two names.
    """
    if signed.verifier == judge.verifier:
        return "verifier"
    return "key" if signed.keyid == judge.keyid else ""


def closed_reason(state: FleetState, *, keyid: str, evidence: str) -> str:
    """Why what a key signed does not count because it is closed; empty when it does.

    Args:
        state: the ledger.
        keyid: the key.
        evidence: digest of the envelope; what was recorded before the closing still counts.
    """
    closure = state.closure_of(keyid)
    if closure is None or evidence in closure.spent:
        return ""
    lost = " as lost" if closure.is_lost else ""
    return (
        f"key {keyid[:16]} of {closure.verifier} was closed{lost} at ledger size {closure.size} "
        f"({closure.tag}); what it signed counts only if it was recorded by then"
    )
