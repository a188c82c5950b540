"""A receiver of webhooks: it verifies signatures, drops repetitions, and fails on demand."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "PLANTED-WEBHOOK-SECRET"  # noqa: S105 - of this machine


class Receiver:
    """One address; `statuses` are the next replies, 0 ends the connection after reading."""

    def __init__(self) -> None:
        """Listen, until `close`."""
        self.posts: list[tuple[str, bytes]] = []
        self.statuses: list[int] = []
        self.refused: set[bytes] = set()
        self.unsigned = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self._thread.start()

    @property
    def seen(self) -> dict[str, bytes]:
        """Bodies by key: what a receiver that drops repetitions has."""
        return dict(self.posts)

    def close(self) -> None:
        """Answer nothing more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status of one post."""
        stamp = headers.get("x-openmed-timestamp", "")
        made = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        self.unsigned += headers.get("x-openmed-signature") != f"v1={made}"
        self.posts.append((headers["idempotency-key"], body))
        if any(word in body for word in self.refused):
            return 400
        return self.statuses.pop(0) if self.statuses else 200


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(headers, body)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            if status == 429:
                self.send_header("retry-after", "3")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver, while it is used."""
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()
