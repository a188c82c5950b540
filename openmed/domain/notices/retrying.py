"""When a request is tried again, and how long is waited before: values in, a decision out."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

MOST_ATTEMPTS: Final = 4
"""Requests for one thing."""
MOST_WAITING: Final = 120.0
"""Seconds that one sink may wait in one run, for all its messages together."""
_FIRST_PAUSE: Final = 1.0
_MINUTE: Final = 60.0
_FORBIDDEN: Final = 403
_TOO_MANY: Final = frozenset({_FORBIDDEN, 429})
_GOOD: Final = range(200, 300)
_SERVER: Final = 500
_LONGEST: Final = 15
"""Digits of a time; more are none."""


class HttpFault(StrEnum):
    """How a request failed before there was a reply."""

    NOT_SENT = "could not be reached"
    NO_REPLY = "gave no reply"
    """It may have been carried out."""


class HttpReply(NamedTuple):
    """One reply.

    Attributes:
        status: of HTTP.
        headers: by name in lower case.
        body: at most as many bytes as are read.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class ReplyMeaning(StrEnum):
    """What a reply, or none, means for the request."""

    DONE = "done"
    REFUSED = "refused"
    """It will be refused again."""
    WAIT = "wait"
    """Nothing was carried out; it may be later."""
    UNKNOWN = "unknown"
    """It may have been carried out, or not."""


def meaning_of(reply: HttpReply | HttpFault) -> ReplyMeaning:
    """What came of a request."""
    if isinstance(reply, HttpFault):
        return ReplyMeaning.WAIT if reply is HttpFault.NOT_SENT else ReplyMeaning.UNKNOWN
    if reply.status >= _SERVER:
        return ReplyMeaning.UNKNOWN
    if is_limited(reply):
        return ReplyMeaning.WAIT
    return ReplyMeaning.DONE if reply.status in _GOOD else ReplyMeaning.REFUSED


def is_limited(reply: HttpReply) -> bool:
    """Whether the other side asks to wait: 429, and 403 where it says that it is about a limit."""
    if reply.status not in _TOO_MANY:
        return False
    is_said = "retry-after" in reply.headers or reply.headers.get("x-ratelimit-remaining") == "0"
    return reply.status != _FORBIDDEN or is_said or b"rate limit" in reply.body.lower()


def pause_before(reply: HttpReply | HttpFault, *, attempt: int, seconds: float) -> float:
    """Seconds to wait before the next request.

    Args:
        reply: of the request before.
        attempt: how many there were.
        seconds: the time now, since 1970.
    """
    growing = _FIRST_PAUSE * float(2 ** (attempt - 1))
    if isinstance(reply, HttpFault):
        return growing
    after = _number(reply.headers.get("retry-after", ""))
    if after is not None:
        return max(after, 0.0)
    if not is_limited(reply):
        return growing
    reset = _number(reply.headers.get("x-ratelimit-reset", ""))
    if reset is not None and reply.headers.get("x-ratelimit-remaining") == "0":
        return max(reset - seconds, 0.0) + 1.0
    return max(growing, _MINUTE)


def sentence_of(reply: HttpReply | HttpFault) -> str:
    """What happened, without a word of the other side."""
    if isinstance(reply, HttpFault):
        return reply.value
    if is_limited(reply):
        return f"asks to wait (HTTP {reply.status})"
    return f"replied HTTP {reply.status}"


def _number(text: str) -> float | None:
    text = text.strip()
    is_time = text.isascii() and text.isdecimal() and len(text) <= _LONGEST
    return float(text) if is_time else None
