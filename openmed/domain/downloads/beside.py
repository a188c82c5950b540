"""What a repository serves beside the files of its release: `release.json` and its card."""

from collections.abc import Callable
from typing import NamedTuple

from openmed.domain.attestation.release_statement import (
    CARD,
    RELEASE_JSON,
    ReleaseFile,
    ReleaseStatement,
    SignedRelease,
)
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.digest import sha256_hex
from openmed.domain.gates.verdict import Decision
from openmed.domain.wire import parse, pretty
from openmed.errors import EvidenceError, IntegrityError


class Beside(NamedTuple):
    """A `release.json` that counts.

    Attributes:
        statement: what was signed.
        verdict: DSSE envelope of the verdict it rests on.
    """

    statement: ReleaseStatement
    verdict: bytes


def checked_beside(
    data: bytes | None, card: bytes | None, *, verify: Callable[[bytes], SignedRelease]
) -> Beside:
    """A `release.json`, if it was signed, and the card beside it is the one that it names.

    Args:
        data: the file; None = there is none.
        card: the README.md; None = there is none.
        verify: checks a signature by a trusted key and the statement under it.

    Raises:
        IntegrityError: unsigned, edited, or the card of another release.
    """
    if data is None:
        msg = f"there is no {RELEASE_JSON}: nobody vouches for what is served"
        raise IntegrityError(msg)
    try:
        file = parse(ReleaseFile, data, what=RELEASE_JSON)
    except EvidenceError as error:
        raise IntegrityError(error.message) from None
    if pretty(file) != data:
        msg = f"{RELEASE_JSON} is not in the form in which it is written"
        raise IntegrityError(msg)
    signed, verdict = verify(file.statement.encode()), file.verdict.encode()
    statement = signed.statement
    said = (file.keyid, sha256_hex(verdict), sha256_hex(file.entry.encode()))
    if said != (signed.keyid, statement.verdict, statement.entry):
        msg = f"{RELEASE_JSON} holds a key, verdict or entry that it was not signed for"
        raise IntegrityError(msg)
    if (None if card is None else sha256_hex(card)) != statement.card:
        msg = f"{CARD} is not the card of release {statement.tag} of {statement.slot}"
        raise IntegrityError(msg)
    return Beside(statement, verdict)


def check_stated_verdict(statement: ReleaseStatement, signed: SignedVerdict) -> None:
    """Refuse a release statement whose verdict is about other bytes.

    Raises:
        IntegrityError: it is.
    """
    verdict = signed.verdict
    same = (verdict.slot, verdict.artifact, verdict.files) == (
        statement.slot,
        statement.artifact,
        statement.files,
    )
    if not same or verdict.decision is not Decision.RELEASABLE:
        msg = f"the signed verdict is not for release {statement.tag} of {statement.slot}"
        raise IntegrityError(msg)
