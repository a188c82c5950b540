"""The sockets: requests in, answers out, and what faults do to them on the way."""

import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from support.hub.dispatch import dispatch
from support.hub.faults import DROPS, Fault, FaultKind
from support.hub.state import State
from support.hub.wire import Call, Reply

Connection = socket.socket | tuple[bytes, socket.socket]
Address = tuple[str, int] | str


class Listener:
    """One address of the Hub: `hub` itself, or `cdn`, which never sees a token."""

    def __init__(self, state: State, name: str, *, port: int = 0) -> None:
        """Listen, until `close`."""
        self._server = _Server(state, name, port)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self._thread.start()

    def close(self) -> None:
        """Answer nothing more."""
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, state: State, name: str, port: int) -> None:
        self.state = state
        self.name = name
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Connection, client_address: Address) -> None:
        self.open.add(_socket(request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: Connection) -> None:
        self.open.discard(_socket(request))
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """Wake those who wait for the next request of a client that stays connected."""
        for request in list(self.open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Connection, client_address: Address) -> None:
        """A client that goes away is no failure here; anything else is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _socket(request: Connection) -> socket.socket:
    assert isinstance(request, socket.socket)
    return request


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server

    def do_GET(self) -> None:
        """As every method."""
        self._serve()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names of the base

    def _serve(self) -> None:
        url = urlsplit(self.path)
        call = Call(
            method=self.command,
            path=self.path.partition("?")[0],
            parts=[unquote(part) for part in url.path.strip("/").split("/")],
            query=parse_qs(url.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
            listener=self.server.name,
        )
        reply, fault = dispatch(self.server.state, call)
        if fault is not None and fault.kind in DROPS:
            self._drop()
        elif fault is None:
            self._send(reply)
        else:
            self._send_spoilt(reply, fault)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, reply: Reply, *, upto: int | None = None) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[:upto])
        self.wfile.flush()

    def _send_spoilt(self, reply: Reply, fault: Fault) -> None:
        half = len(reply.body) // 2
        match fault.kind:
            case FaultKind.STALL:
                self._send(reply, upto=half)
                self.server.state.stopping.wait(fault.wait)
                self._drop()
            case FaultKind.TRUNCATE:
                self._send(reply, upto=half)
                self._drop()
            case FaultKind.CORRUPT if reply.body:
                spoilt = reply.body[:half] + bytes([reply.body[half] ^ 1]) + reply.body[half + 1 :]
                self._send(Reply(reply.status, spoilt, reply.headers))
            case FaultKind.DELAY:
                self.server.state.stopping.wait(fault.wait)
                self._send(reply)
            case _:
                self._send(reply)

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
