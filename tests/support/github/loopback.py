"""The socket: requests in, replies out, both held against the description; faults on demand."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.github.conformance import operation_of, reply_faults, request_faults
from support.github.tracker import Tracker

TOKEN = "ghs_PLANTED-TOKEN"  # noqa: S105 - of this machine


class FaultKind(StrEnum):
    """What goes wrong with one request."""

    SECONDARY_LIMIT = "403 with Retry-After"
    PRIMARY_LIMIT = "429 with the time of the reset"
    ERROR_BEFORE = "502, nothing was done"
    ERROR_AFTER = "502, it was done"
    DROP_BEFORE = "the connection ends, nothing was done"
    DROP_AFTER = "the connection ends, it was done"
    SLOW = "it was done, and the reply never comes"
    MALFORMED = "it was done, and the reply is no JSON"
    TWICE = "something between carries it out twice"
    REDIRECT = "it is sent to another address"


UNDONE = frozenset(
    {FaultKind.SECONDARY_LIMIT, FaultKind.PRIMARY_LIMIT, FaultKind.ERROR_BEFORE}
    | {FaultKind.DROP_BEFORE, FaultKind.REDIRECT}
)


@dataclass
class Fault:
    """A fault that the next requests of a method meet."""

    kind: FaultKind
    method: str = ""
    times: int = 1
    seconds: int = 7


class LoopbackGithub:
    """GitHub's issues, on one port of this machine."""

    def __init__(self) -> None:
        """Listen, until `close`."""
        self.tracker = Tracker()
        self.faults: list[Fault] = []
        self.wrong: list[str] = []
        self.now = 1_000_000.0
        self._lock = threading.Lock()
        self._release = threading.Event()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self._thread.start()

    def close(self) -> None:
        """Answer nothing more."""
        self._release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, handler: "_Handler", body: bytes) -> None:
        """One request."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            operation = operation_of(handler.command, handler.path)
            if operation is None:
                self.wrong.append(f"{handler.command} {handler.path} is none of the operations")
                handler.reply(404, b"{}")
                return
            self.tracker.counts[operation.name] += 1
            self.wrong += request_faults(operation, headers, body)
            if headers.get("authorization") != f"Bearer {TOKEN}":
                handler.reply(401, b"{}")
                return
            fault = self._fault(handler.command)
            if fault and fault.kind in UNDONE:
                self._fail(handler, fault)
                return
            sent = json.loads(body) if body else {}
            status, said, more = self.tracker.perform(operation, sent)
            if fault and fault.kind is FaultKind.TWICE:
                self.tracker.perform(operation, sent)
            self.wrong += reply_faults(operation, status, said)
        if fault and fault.kind is not FaultKind.TWICE:
            self._fail(handler, fault)
            return
        handler.reply(status, json.dumps(said).encode(), more)

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method in {"", method}:
                fault.times -= 1
                return fault
        return None

    def _fail(self, handler: "_Handler", fault: Fault) -> None:
        match fault.kind:
            case FaultKind.SECONDARY_LIMIT:
                said = b'{"message": "You have exceeded a secondary rate limit"}'
                handler.reply(403, said, {"retry-after": str(fault.seconds)})
            case FaultKind.PRIMARY_LIMIT:
                reset = str(int(self.now) + fault.seconds)
                limits = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
                handler.reply(429, b"{}", limits)
            case FaultKind.ERROR_BEFORE | FaultKind.ERROR_AFTER:
                handler.reply(502, b"<html>Bad gateway</html>")
            case FaultKind.MALFORMED:
                handler.reply(201, b'{"number": ')
            case FaultKind.REDIRECT:
                handler.reply(307, b"", {"location": f"{self.url}/elsewhere"})
            case FaultKind.SLOW:
                self._release.wait(5)
                handler.drop()
            case _:
                handler.drop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, github: LoopbackGithub) -> None:
        self.github = github
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self.server.github.answer(self, self.rfile.read(length))

    do_GET = do_POST = do_PATCH = _any  # noqa: N815 - names of http.server

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Send a reply."""
        self.send_response(status)
        for name, value in {**(headers or {}), "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def drop(self) -> None:
        """End the connection without a reply."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def loopback_github() -> Iterator[LoopbackGithub]:
    """GitHub on this machine; what it was asked, and what it replied, follows the description."""
    github = LoopbackGithub()
    try:
        yield github
    finally:
        github.close()
    assert github.wrong == []
