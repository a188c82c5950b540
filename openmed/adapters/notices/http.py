"""One HTTP request: no redirect is followed, no reply is read without end, no secret goes in clear.

Whether a request may have been carried out is told apart, since that decides what may be repeated.
"""

import http.client
from collections.abc import Callable, Mapping
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from openmed.domain.notices.retrying import (
    MOST_ATTEMPTS,
    MOST_WAITING,
    HttpFault,
    HttpReply,
    ReplyMeaning,
    meaning_of,
    pause_before,
)

MOST_BYTES: Final = 8 << 20
"""Of one reply: a hundred issues with the longest bodies have 6.6 MB."""
_AGENT: Final = "openmed-release"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Sent = HttpReply | HttpFault


class _NoRedirects(HTTPRedirectHandler):
    """A token is for one address."""

    def redirect_request(self, *_: object) -> None:
        return None


def address_fault(url: str) -> str:
    """Why secrets may not be sent to an address; empty when they may."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address"
    if not host or parts.username or parts.password:
        return "is no address without credentials in it"
    if parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK):
        return ""
    return "is not https"


class HttpClient:
    """Sends requests of one sink, and waits for it no longer than a stated time in all."""

    def __init__(
        self,
        *,
        wait: Callable[[float], None],
        seconds: Callable[[], float],
        patience: float,
    ) -> None:
        """Keep the clock; nothing is sent yet.

        Args:
            wait: waits so many seconds.
            seconds: seconds since 1970.
            patience: longest wait for the other side at a time.
        """
        self._wait = wait
        self._seconds = seconds
        self._patience = patience
        self._left = MOST_WAITING
        self._opener: OpenerDirector = build_opener(_NoRedirects())

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Sent:
        """One request, once."""
        sent = {"user-agent": _AGENT, "connection": "close", **headers}
        request = Request(url, data=body, headers=sent, method=method)  # noqa: S310 - looked at by `address_fault`
        try:
            with self._opener.open(request, timeout=self._patience) as reply:
                return _reply(reply.status, dict(reply.headers), reply.read(MOST_BYTES + 1))
        except HTTPError as error:
            with error:
                try:
                    return _reply(error.code, dict(error.headers), error.read(MOST_BYTES + 1))
                except (OSError, http.client.HTTPException):
                    return HttpFault.NO_REPLY
        except URLError as error:
            is_unsent = isinstance(error.reason, ConnectionRefusedError) or _is_unknown_host(error)
            return HttpFault.NOT_SENT if is_unsent else HttpFault.NO_REPLY
        except (OSError, http.client.HTTPException):
            return HttpFault.NO_REPLY

    def repeated(
        self,
        send: Callable[[], Sent],
        *,
        is_safe: bool,
        attempts: int = MOST_ATTEMPTS,
    ) -> Sent:
        """Send until it is done, refused, or may not be sent again.

        Args:
            send: sends the request once.
            is_safe: whether it may be carried out twice.
            attempts: requests at most.
        """
        reply = send()
        for attempt in range(1, attempts):
            meaning = meaning_of(reply)
            if meaning in {ReplyMeaning.DONE, ReplyMeaning.REFUSED}:
                return reply
            if (meaning is ReplyMeaning.UNKNOWN and not is_safe) or not self.pause(reply, attempt):
                return reply
            reply = send()
        return reply

    def pause(self, reply: Sent, attempt: int) -> bool:
        """Wait before the next request; false when that would take longer than is left."""
        pause = pause_before(reply, attempt=attempt, seconds=self._seconds())
        if pause > self._left:
            return False
        self._left -= pause
        self._wait(pause)
        return True


def _reply(status: int, headers: Mapping[str, str], body: bytes) -> Sent:
    if len(body) > MOST_BYTES:
        return HttpFault.NO_REPLY
    return HttpReply(status, {name.lower(): value for name, value in headers.items()}, body)


def _is_unknown_host(error: URLError) -> bool:
    return type(error.reason).__name__ == "gaierror"
