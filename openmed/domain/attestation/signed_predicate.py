"""What a person signed, read back from the statement that says the same.

Waivers and policy statements are checked as verdicts are: the statement is made again from what is
inside it, and compared byte for byte.
"""

import re
from collections.abc import Callable
from typing import TypeVar, cast

from openmed.domain.attestation.statement import VERIFIER_ID
from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.wire import from_plain, read_table
from openmed.errors import EvidenceError, IntegrityError

Value = TypeVar("Value", bound=Frozen)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def verifier_in(payload: bytes, *, what: str) -> str:
    """The name under which a statement says that its key is listed.

    Args:
        payload: the payload's bytes; its signature was verified.
        what: how a person calls it.

    Raises:
        IntegrityError: it does not say.
    """
    try:
        statement = read_table(payload, what=f"the signed {what}")
        predicate = cast("dict[str, Json]", statement["predicate"])
        signer = cast("dict[str, str]", predicate["verifier"])
        name = str(signer["id"]).removeprefix(VERIFIER_ID)
    except (EvidenceError, KeyError, TypeError):
        name = ""
    if not _NAME.fullmatch(name):
        msg = f"the signed {what} does not say who signed it"
        raise IntegrityError(msg)
    return name


def predicate_in(  # noqa: PLR0913 - what it is and how it is made again
    kind: type[Value],
    payload: bytes,
    *,
    field: str,
    what: str,
    verifier: str,
    again: Callable[[Value], bytes],
) -> Value:
    """The value inside a payload whose signature was verified.

    Args:
        kind: what it must be.
        payload: the payload's bytes.
        field: of the predicate that holds it.
        what: how a person calls it.
        verifier: name under which the key that signed is listed; it signs for no other.
        again: makes the payload from the value.

    Raises:
        IntegrityError: it was signed for another verifier, or any field of the statement differs
            from what the value implies.
    """
    try:
        statement = read_table(payload, what=f"the signed {what}")
        predicate = cast("dict[str, Json]", statement["predicate"])
        signer = cast("dict[str, str]", predicate["verifier"])
        named = str(signer["id"]).removeprefix(VERIFIER_ID)
        value = from_plain(kind, predicate[field], what=f"the signed {what}")
    except (EvidenceError, KeyError, TypeError) as error:
        detail = error.message if isinstance(error, EvidenceError) else "a field is missing"
        msg = f"the signed statement is not a {what} of ours: {detail}"
        raise IntegrityError(msg) from None
    if named != verifier:
        msg = f"the {what} was signed for verifier {named[:64]!r} by the key of {verifier!r}"
        raise IntegrityError(msg)
    if again(value) != payload:
        msg = f"the signed statement and the {what} inside it disagree"
        raise IntegrityError(msg)
    return value
