"""Head statement: a signed word on how far the ledger is, which is true until a stated time.

Whoever downloads cannot see that a pointer he is given is an old one. He can see that nobody has
vouched for it lately: each commit and each night a listed key signs size, head and pointer, and a
statement that expired is refused. Checking it is making it again from what is inside, as with
verdicts and waivers.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from openmed.domain.attestation.signed_predicate import predicate_in
from openmed.domain.attestation.statement import STATEMENT_TYPE, VERIFIER_ID
from openmed.domain.digest import Json, canonical_json
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.ledger.entry import Tag
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.wire import plain

HEAD_FILE = "gates/head.json"
CONFIG_FILE = "gates/head.toml"
SIGN = "openmed release sign-head"
PREDICATE_TYPE = "urn:openmed-release:head:1"
FIELD = "head"
DEFAULT_HOURS = 96
"""Friday evening to Tuesday evening: a nightly that fails on a weekend stops no consumer."""
LEAST_HOURS, MOST_HOURS = 1, 24 * 31
"""A statement that is good for longer than a month bounds nothing."""
_LAST = 4
"""Within the last quarter of its time it must be signed again."""
_FORM = "%Y-%m-%dT%H:%M:%SZ"


class LedgerHead(Frozen):
    """How far the ledger is, said by somebody at some time.

    Attributes:
        size: entries in the ledger.
        head: digest of the last entry.
        tag: its name.
        pointer: sha256 of the pointer's file.
        issued: when this was said.
        expires: whoever reads it later refuses it.
    """

    schema_: Literal["openmed.head/1"] = Field(default="openmed.head/1", alias="schema")
    size: Annotated[int, Field(ge=1)]
    head: Digest
    tag: Tag
    pointer: Digest
    issued: Timestamp
    expires: Timestamp

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        check_window(self.issued, self.expires)
        return self


class HeadConfig(Frozen):
    """File `gates/head.toml`.

    Attributes:
        hours: how long a head statement is good for.
    """

    hours: Annotated[int, Field(ge=LEAST_HOURS, le=MOST_HOURS)]


class SignedHead(Frozen):
    """A head statement whose signature was verified.

    Attributes:
        head: what was signed.
        verifier: name under which the key is listed.
        keyid: id of the key.
    """

    head: LedgerHead
    verifier: str
    keyid: str


class StatedHead(NamedTuple):
    """What a head statement says of itself; nothing is verified.

    Attributes:
        head: what it says; None where it cannot be read.
        pointer: sha256 of the pointer's file; empty where there is none.
        is_there: whether there is such a file.
    """

    head: LedgerHead | None
    pointer: str
    is_there: bool


class HeadStanding(NamedTuple):
    """How long who downloads is still served.

    Attributes:
        says: age, and until when it is good; or what is wrong.
        is_due: whether somebody must sign it: it is missing, behind, expired or soon will be.
    """

    says: str
    is_due: bool


class HeadFindings(NamedTuple):
    """What a head statement says against the ledger it lies beside.

    Attributes:
        faults: what is wrong.
        notes: what to know that is not wrong.
    """

    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def head_findings(state: FleetState, signed: SignedHead, *, pointer: str, now: str) -> HeadFindings:
    """Compare a head statement with the ledger.

    One that is behind is no fault: whoever rolls back or freezes may have no key. Consumers refuse
    the newer pointer until somebody signs.

    Args:
        state: the ledger.
        signed: what was signed.
        pointer: sha256 of the pointer's file.
        now: decides its expiry.
    """
    head, marks = signed.head, state.marks
    if head.size > len(marks) or marks[head.size - 1][:2] != (head.head, head.tag):
        return HeadFindings((f"{HEAD_FILE} vouches for {head.tag}, which the ledger has not",))
    closed = key_fault(state, signed)
    if closed:
        return HeadFindings((f"{HEAD_FILE}: {closed}",))
    if head.size == len(marks) and head.pointer != pointer:
        return HeadFindings((f"{HEAD_FILE} vouches for another gates/pointer.json",))
    if head.size < len(marks):
        behind = f"it ends at {head.tag}, {len(marks) - head.size} entries before the last one"
        return HeadFindings(notes=(f"{HEAD_FILE}: {behind}; {SIGN}",))
    if head.expires < now:
        return HeadFindings(notes=(f"{HEAD_FILE} expired at {head.expires}; {SIGN}",))
    return HeadFindings()


def head_standing(state: FleetState, stated: StatedHead, *, now: str) -> HeadStanding | None:
    """Say how a head statement stands; None where nothing was released.

    Args:
        state: the ledger.
        stated: what it says of itself.
        now: decides its age.
    """
    head, marks = stated.head, state.marks
    if not marks:
        return None
    if head is None:
        what = "cannot be read" if stated.is_there else "is missing"
        return HeadStanding(f"{HEAD_FILE} {what}: nobody vouches for what is served", is_due=True)
    if head.size > len(marks) or marks[head.size - 1].digest != head.head:
        return HeadStanding(f"{HEAD_FILE} is of another ledger", is_due=True)
    if head.size == len(marks) and head.pointer != stated.pointer:
        return HeadStanding(f"{HEAD_FILE} is of another gates/pointer.json", is_due=True)
    left, whole = _time(head.expires) - _time(now), _time(head.expires) - _time(head.issued)
    is_due = True
    if head.size < len(marks):
        rest = f"{_count(len(marks) - head.size, 'ledger entry', 'ledger entries')} behind"
    elif head.expires < now:
        rest = f"expired {_span(head.expires, now)} ago"
    else:
        rest, is_due = f"good for {_span(now, head.expires)} more", left < whole / _LAST
    signed = f"{HEAD_FILE}: signed {_span(head.issued, now)} ago for {head.tag}"
    return HeadStanding(f"{signed}, {rest}", is_due=is_due)


def _span(start: str, end: str) -> str:
    hours = max(0, round((_time(end) - _time(start)) / timedelta(hours=1)))
    return _count(hours, "hour", "hours")


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def key_fault(state: FleetState, signed: SignedHead) -> str:
    """Why the key of a head statement does not count: it was closed before that; empty if it does.

    A statement up to the closing counts: the closing itself is what it does not know.
    """
    closure = state.closure_of(signed.keyid)
    if closure is None or signed.head.size <= closure.size:
        return ""
    return (
        f"it is signed by key {signed.keyid[:16]} of {closure.verifier}, which was closed at "
        f"ledger size {closure.size} ({closure.tag})"
    )


def check_window(issued: str, expires: str) -> None:
    """Refuse a time that is none, and a window that is empty or bounds nothing.

    Raises:
        ValueError: so that it is a fault of the value it stands in.
    """
    hours = (_time(expires) - _time(issued)) / timedelta(hours=1)
    if not 0 < hours <= MOST_HOURS:
        msg = f"it must expire within {MOST_HOURS} hours after it was issued"
        raise ValueError(msg)


def expiry(issued: str, *, hours: int) -> str:
    """The time that is so many hours later."""
    return (_time(issued) + timedelta(hours=hours)).strftime(_FORM)


def _time(text: str) -> datetime:
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def payload_of_head(head: LedgerHead, *, verifier: str) -> bytes:
    """Canonical bytes of the in-toto statement that says the same.

    Args:
        head: what it says.
        verifier: name under which the key that signs is listed.
    """
    whole: Json = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": f"gates/ledger/{head.head}.json", "digest": {"sha256": head.head}},
            {"name": "gates/pointer.json", "digest": {"sha256": head.pointer}},
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"verifier": {"id": f"{VERIFIER_ID}{verifier}"}, FIELD: plain(head)},
    }
    return canonical_json(whole)


def head_in(payload: bytes, *, verifier: str) -> LedgerHead:
    """The head inside a payload whose signature was verified.

    Args:
        payload: the payload's bytes.
        verifier: name under which the key that signed is listed; it signs for no other.

    Raises:
        IntegrityError: it was signed for another verifier, or a field differs from what it implies.
    """
    return predicate_in(
        LedgerHead,
        payload,
        field=FIELD,
        what="head statement",
        verifier=verifier,
        again=partial(payload_of_head, verifier=verifier),
    )
