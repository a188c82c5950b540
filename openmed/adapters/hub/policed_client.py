"""The client's transport under our policy: `WirePolicy` applied to every request it sends.

Imports the client, so it is imported when something is asked of the Hub, never at start-up.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Protocol, TypedDict, Unpack
from weakref import WeakValueDictionary

import httpx2
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory

from openmed.adapters.hub.wire_policy import (
    NEXT_STEP,
    TOO_MANY,
    TRANSIENT,
    WirePolicy,
    is_repeatable,
    limit_wait,
)
from openmed.errors import ExternalError

HEADER: Final = "x-openmed-connection"
"""Names the connection a request belongs to. Taken away before it is sent."""
_KEY: Final = "openmed.connection"


@dataclass
class Calls:
    """What was asked of the Hub over one connection.

    Attributes:
        total: requests to the Hub itself; its limit counts these.
        elsewhere: requests to the addresses it named, for bytes of files.
        repeated: how many of all these were sent again.
        waited: seconds waited for its limit.
        by_method: `total` by method.
    """

    total: int = 0
    elsewhere: int = 0
    repeated: int = 0
    waited: float = 0.0
    by_method: Counter[str] = field(default_factory=Counter)


class Connection(Protocol):
    """What is known of where a request comes from."""

    policy: WirePolicy
    calls: Calls
    trusted: frozenset[str]
    """Origins that may see a token."""


_CONNECTIONS: WeakValueDictionary[str, Connection] = WeakValueDictionary()
_LOCK: Final = Lock()


def register(connection: Connection) -> str:
    """Make a connection known; its requests carry the answer in `HEADER`."""
    with _LOCK:
        name = f"{id(connection):x}"
        _CONNECTIONS[name] = connection
        return name


def install() -> None:
    """Make the Hub's client send everything through `PolicedClient`."""
    set_client_factory(PolicedClient)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parsed = httpx2.URL(url)
    port = parsed.port or {"http": 80, "https": 443}.get(parsed.scheme, 0)
    return f"{parsed.scheme}://{parsed.host}:{port}"


class _Options(TypedDict, total=False):
    """The rest of what `send` takes, passed on as it is."""

    auth: Any
    follow_redirects: Any


class PolicedClient(httpx2.Client):
    """The client's own client: capped for everyone, policed for what names its connection."""

    def __init__(self) -> None:
        """Keep what the client's own does before each request."""
        with default_client_factory() as default:
            hooks = list(default.event_hooks["request"])
        super().__init__(
            event_hooks={"request": [*hooks, _before]}, follow_redirects=True, timeout=None
        )

    def send(
        self, request: httpx2.Request, *, stream: bool = False, **more: Unpack[_Options]
    ) -> httpx2.Response:
        """Send, and send again what may be.

        Raises:
            ExternalError: the Hub did not answer, or its limit lasts too long.
        """
        name = request.headers.pop(HEADER, "")
        if not name:
            return super().send(request, stream=stream, **more)
        connection = _CONNECTIONS[name]
        request.extensions[_KEY] = connection
        pauses = list(connection.policy.pauses)
        while True:
            pause = pauses.pop(0) if pauses else None
            found = self._tried(request, connection, pause, stream=stream, more=more)
            if isinstance(found, httpx2.Response):
                return found
            connection.calls.repeated += 1
            connection.policy.sleep(found)

    def _tried(
        self, request: httpx2.Request, connection: Connection, pause: float | None, *,
        stream: bool, more: _Options,
    ) -> httpx2.Response | float:  # fmt: skip
        """The answer, or how long to wait before the next try; without a pause it is the last."""
        can_repeat = isinstance(request.stream, httpx2.ByteStream)
        may_repeat = can_repeat and is_repeatable(request.method, request.url.path)
        try:
            response = self._sent(request, connection.policy, stream=stream, more=more)
        except httpx2.TransportError as error:
            # Without a connection nothing was sent.
            is_unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
            if not (may_repeat or (can_repeat and is_unsent)):
                raise
            if pause is None:
                raise _unanswered(request, type(error).__name__) from None
            return pause
        if response.status_code == TOO_MANY:
            seconds = _bounded(connection, request, response, pause)
            if pause is not None and can_repeat:
                connection.calls.waited += seconds
                response.close()
                return seconds
        elif response.status_code in TRANSIENT and may_repeat:
            response.close()
            if pause is None:
                raise _unanswered(request, f"it answers {response.status_code}")
            return pause
        return response

    def _sent(
        self, request: httpx2.Request, policy: WirePolicy, *, stream: bool, more: _Options
    ) -> httpx2.Response:
        started = policy.clock()
        response = super().send(request, stream=True, **more)
        length = response.headers.get("content-length", "0")
        allowed = policy.allowed(int(length) if length.isdigit() else 0)
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Timed(response.stream, policy, ends=started + allowed)
        if not stream:
            try:
                response.read()
            except BaseException:
                response.close()
                raise
        return response


class _Timed(httpx2.SyncByteStream):
    """A body that ends with an error when it comes too slowly, though each piece is in time."""

    def __init__(self, inner: httpx2.SyncByteStream, policy: WirePolicy, *, ends: float) -> None:
        self._inner = inner
        self._policy = policy
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inner:
            if self._policy.clock() > self._ends:
                raise httpx2.ReadTimeout("the answer comes too slowly")
            yield piece

    def close(self) -> None:
        self._inner.close()


def _before(request: httpx2.Request) -> None:
    """Each request, also one that follows a redirect, and one that is no connection's."""
    connection: Connection | None = request.extensions.get(_KEY)
    policy = WirePolicy() if connection is None else connection.policy
    request.extensions["timeout"] = policy.caps(request.extensions.get("timeout") or {})
    if connection is None:
        return
    if origin_of(str(request.url)) in connection.trusted:
        connection.calls.total += 1
        connection.calls.by_method[request.method] += 1
    else:
        request.headers.pop("authorization", None)
        connection.calls.elsewhere += 1


def _bounded(
    connection: Connection, request: httpx2.Request, response: httpx2.Response, pause: float | None
) -> float:
    """Seconds until the Hub answers again, when that is within our bound.

    Raises:
        ExternalError: it is not, or this was the last try.
    """
    policy, calls = connection.policy, connection.calls
    seconds = limit_wait(response.headers) or pause or 0.0
    if pause is None or calls.waited + seconds > policy.longest_wait:
        response.close()
        msg = (
            f"{_place(request)}: the Hub's limit of requests is reached and lasts {seconds:.0f} s; "
            f"{calls.waited:.0f} s were waited, at most {policy.longest_wait:.0f} s are"
        )
        raise ExternalError(msg, next_step=NEXT_STEP, retryable=True)
    return seconds


def _unanswered(request: httpx2.Request, why: str) -> ExternalError:
    msg = f"{_place(request)}: the Hub did not answer {request.method}: {why}"
    return ExternalError(msg, next_step=NEXT_STEP, retryable=True)


def _place(request: httpx2.Request) -> str:
    """The address without its query, which may be signed."""
    return f"{origin_of(str(request.url))}{request.url.path}"
