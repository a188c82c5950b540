"""The client's transport under our policy: `WirePolicy` applied to every request it sends.

Imports the client, so it is imported when something is asked of the Hub, never at start-up.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Protocol, TypedDict, Unpack
from weakref import WeakValueDictionary

import httpx2
from huggingface_hub import get_session, set_client_factory

from openmed.adapters.hub.wire_policy import (
    CLIENTS_WAIT,
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
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def count(self, method: str, *, is_elsewhere: bool) -> None:
        """One more; the client asks from several threads."""
        with self._lock:
            if is_elsewhere:
                self.elsewhere += 1
            else:
                self.total += 1
                self.by_method[method] += 1

    def count_again(self) -> None:
        """One is sent again."""
        with self._lock:
            self.repeated += 1

    def count_wait(self, seconds: float) -> None:
        """The Hub asked for it."""
        with self._lock:
            self.waited += seconds


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
    hooks = list(get_session().event_hooks["request"])
    set_client_factory(lambda: PolicedClient(hooks))


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

    def __init__(self, hooks: Sequence[Callable[[httpx2.Request], object]]) -> None:
        """Do before each request what the client's own would do."""
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
            response = super().send(request, stream=stream, **more)
            return _short_wait(response) if request.method == "PUT" else response
        connection = _CONNECTIONS[name]
        request.extensions[_KEY] = connection
        pauses = list(connection.policy.pauses)
        while True:
            pause = pauses.pop(0) if pauses else None
            found = self._tried(request, connection, pause, stream=stream, more=more)
            if isinstance(found, httpx2.Response):
                return found
            connection.calls.count_again()
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
        is_limited = response.status_code == TOO_MANY
        if is_limited or (response.status_code in TRANSIENT and may_repeat):
            seconds = _later(connection, request, response, pause)
            if can_repeat:
                response.close()
                return seconds
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
    is_elsewhere = origin_of(str(request.url)) not in connection.trusted
    if is_elsewhere:
        request.headers.pop("authorization", None)
    connection.calls.count(request.method, is_elsewhere=is_elsewhere)


def _short_wait(response: httpx2.Response) -> httpx2.Response:
    """The client waits itself for what it sends without saying for whom: bytes of large files.

    Raises:
        ExternalError: longer than it should.
    """
    seconds = limit_wait(response.headers) or 0.0
    if response.status_code in TRANSIENT | {TOO_MANY} and seconds > CLIENTS_WAIT:
        response.close()
        msg = (
            f"{_place(response.request)} asks to wait {seconds:.0f} s; "
            f"at most {CLIENTS_WAIT:.0f} s are waited"
        )
        raise ExternalError(msg, next_step=NEXT_STEP, retryable=True)
    return response


def _later(
    connection: Connection, request: httpx2.Request, response: httpx2.Response, pause: float | None
) -> float:
    """Seconds until it may be asked again: those the Hub says, when they are within our bound.

    Raises:
        ExternalError: they are not, or this was the last try.
    """
    policy, calls = connection.policy, connection.calls
    said = limit_wait(response.headers)
    if pause is None and response.status_code != TOO_MANY:
        response.close()
        raise _unanswered(request, f"it answers {response.status_code}")
    if pause is None or calls.waited + (said or 0.0) > policy.longest_wait:
        response.close()
        msg = (
            f"{_place(request)}: the Hub asks to wait {said or 0.0:.0f} s; "
            f"{calls.waited:.0f} s were waited, at most {policy.longest_wait:.0f} s are"
        )
        raise ExternalError(msg, next_step=NEXT_STEP, retryable=True)
    calls.count_wait(said or 0.0)
    return pause if said is None else said


def _unanswered(request: httpx2.Request, why: str) -> ExternalError:
    msg = f"{_place(request)}: the Hub did not answer {request.method}: {why}"
    return ExternalError(msg, next_step=NEXT_STEP, retryable=True)


def _place(request: httpx2.Request) -> str:
    """The address without its query, which may be signed."""
    return f"{origin_of(str(request.url))}{request.url.path}"
