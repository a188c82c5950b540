"""One request and its answer, as the routes see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.hub.access import Token
    from support.hub.repositories import Repository


@dataclass(frozen=True)
class Request:
    """A row of the log.

    Attributes:
        method: its method.
        path: as it was sent, without the query.
        status: what was answered; 0 when the connection was closed without an answer.
        sent: bytes of the request's body.
        received: bytes of the answer's body.
        token: name of the token, `""` without one, `"?"` of one that is not known.
        route: which route it is.
        listener: `hub` or `cdn`.
        repository: `org/name`, or `""`.
        headers: names of the request's headers, in lower case.
    """

    method: str
    path: str
    status: int
    sent: int
    received: int
    token: str
    route: str
    listener: str
    repository: str
    headers: frozenset[str]


@dataclass
class Call:
    """A request.

    Attributes:
        path: as it was sent, without the query.
        parts: what stands between slashes, unquoted; `refs%2Fpr%2F1` is one.
        arguments: what the route's pattern took of them.
        query: values by name.
        stale: answer as it stood before the last change.
        lost: large files are not there.
    """

    method: str
    path: str
    parts: list[str]
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    listener: str
    token: "Token | None" = None
    repository: "Repository | None" = None
    arguments: dict[str, str] = field(default_factory=dict)
    stale: bool = False
    lost: bool = False

    @property
    def where(self) -> "Repository":
        """The repository it is about."""
        assert self.repository is not None
        return self.repository

    @property
    def author(self) -> str:
        """Who asks."""
        return self.token.name if self.token else "anonymous"

    def json(self) -> dict[str, Any]:
        """Its body."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            raise HubError(400, "Invalid JSON") from None
        if not isinstance(found, dict):
            raise HubError(400, "Expected an object")
        return found

    def asks(self, name: str) -> bool:
        """Whether the query says `name=true`."""
        return self.query.get(name, [""])[0].lower() in {"true", "1"}


@dataclass
class Reply:
    """An answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def answer(value: object, **headers: str) -> Reply:
    """A value as JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(200, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


class HubError(Exception):
    """What the Hub answers instead.

    Attributes:
        status: HTTP's number.
        message: a sentence.
        code: the Hub's own word for it, by which the client picks its exception.
        more: other things its body says.
    """

    def __init__(self, status: int, message: str, *, code: str = "", **more: object) -> None:
        """Keep them."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.more = more
        self.headers: dict[str, str] = {}

    def reply(self) -> Reply:
        """As an answer."""
        shown = self.message.encode("ascii", "replace").decode()
        headers = {
            "Content-Type": "application/json",
            # The exchange of tokens answers as OAuth does.
            **({} if "error_description" in self.more else {"X-Error-Message": shown}),
            **({"X-Error-Code": self.code} if self.code else {}),
            **self.headers,
        }
        return Reply(
            self.status, json.dumps({"error": self.message, **self.more}).encode(), headers
        )
