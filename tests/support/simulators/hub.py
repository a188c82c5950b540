"""A Hub on loopback: the part of its interface that lists a repository and serves its files."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

REVISION = "0123456789abcdef0123456789abcdef01234567"
ERRORS = {
    "gated": (403, "GatedRepo"),
    "missing": (404, "EntryNotFound"),
    "broken": (400, ""),  # The client tries again after a 500, for half a minute.
    "nobody": (404, "RepoNotFound"),
}
"""What a word in a path makes the Hub answer: status, and its own word for it."""
LARGE = 4000
"""Bytes from which a file is kept apart from git, named by its sha256."""


@dataclass
class Hub:
    """What is asked of one Hub, and what it has.

    Attributes:
        address: where it listens.
        files: what it has at `REVISION`, by path, of whatever repository is asked for.
        served: bytes it sends in place of those it lists.
        seen: every request, method and path.
    """

    address: str
    files: Mapping[str, bytes]
    served: dict[str, bytes] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[Hub]:
    """A Hub that has these files, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    hub = Hub(f"http://127.0.0.1:{server.server_port}", files)
    _Handler.hubs[server.server_port] = hub
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hubs: ClassVar[dict[int, Hub]] = {}

    @property
    def _hub(self) -> Hub:
        assert isinstance(self.server, ThreadingHTTPServer)
        return self.hubs[self.server.server_port]

    def do_GET(self) -> None:
        """Send a file, or a listing."""
        self._answer()

    def do_HEAD(self) -> None:
        """Say how large it is."""
        self._answer()

    def _answer(self) -> None:
        self._hub.seen.append(f"{self.command} {self.path}")
        code, fault = next((row for key, row in ERRORS.items() if key in self.path), (200, ""))
        data = b"" if fault else self._data()
        self.send_response(code)
        if fault:
            self.send_header("X-Error-Code", fault)
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def _data(self) -> bytes:
        listing = f"/tree/{REVISION}"
        if listing in self.path:
            folder = self.path.partition(listing)[2].partition("?")[0].strip("/")
            rows = [
                _row(name, data) for name, data in self._hub.files.items()
                if name.startswith(f"{folder}/" if folder else "")
            ]  # fmt: skip
            return json.dumps(rows).encode()
        name = self.path.partition(f"/resolve/{REVISION}/")[2]
        return self._hub.served.get(name, self._hub.files.get(name, b""))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _row(name: str, data: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    row: dict[str, Any] = {"type": "file", "path": name, "size": len(data), "oid": blob}
    if len(data) >= LARGE:
        sha256 = hashlib.sha256(data).hexdigest()
        row["lfs"] = {"oid": sha256, "size": len(data), "pointerSize": 130}
    return row
