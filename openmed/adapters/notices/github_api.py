"""The requests to GitHub's REST API that issues need, by hand: eight, so no client library.

An edit says how an issue is to stand, so it may be sent twice. A new issue and a comment may not:
when it is unknown whether one was made, it is looked for before another is sent.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from openmed.adapters.notices.http import HttpClient, Sent
from openmed.domain.digest import Json
from openmed.domain.notices.issues.life_cycle import Issue, IssueState
from openmed.domain.notices.issues.marks import marks_of
from openmed.domain.notices.issues.texts import comment_mark
from openmed.domain.notices.retrying import (
    MOST_ATTEMPTS,
    HttpReply,
    ReplyMeaning,
    meaning_of,
    sentence_of,
)
from openmed.errors import ExternalError

VERSION: Final = "2022-11-28"
_MOST_PAGES: Final = 100
_A_PAGE: Final = 100
_GONE: Final = frozenset({404, 410})
_EXISTS: Final = 422
_LABEL: Final = {"color": "b45309", "description": "Kept up to date by the release engine."}

Found = TypeVar("Found")


class GithubIssues:
    """Issues of one repository that have the engine's label."""

    def __init__(
        self, client: HttpClient, *, api: str, repository: str, token: str, label: str
    ) -> None:
        """Keep the address; nothing is asked yet."""
        self._http = client
        self._base = f"{api.rstrip('/')}/repos/{repository}"
        self._headers = {
            "accept": "application/vnd.github+json",
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "x-github-api-version": VERSION,
        }
        self._label = label

    def all(self) -> list[Issue]:
        """Every issue with the label, closed ones too, oldest first; no pull requests.

        Raises:
            ExternalError: not every page could be read, so nothing may be said to be missing.
        """
        asked = {
            "labels": self._label, "state": "all", "sort": "created", "direction": "asc",
            "per_page": str(_A_PAGE),
        }  # fmt: skip
        return [
            _issue(row) for row in self._pages("/issues", asked) if row.get("pull_request") is None
        ]

    def get(self, number: int) -> Issue | None:
        """One issue, whatever labels it has; None when it is gone."""
        reply = self._safe("GET", f"/issues/{number}", may=_GONE)
        return None if reply.status in _GONE else self._read(reply, _of_issue)

    def create(self, title: str, body: str) -> Issue:
        """Make an issue; it is found again by the fingerprint in its body, so there is only one.

        Raises:
            ExternalError: it was refused, or cannot be made now.
        """
        marks = marks_of(body)
        wanted = marks.fingerprint if marks else ""
        data = _bytes({"title": title, "body": body, "labels": [self._label]})

        def there() -> Issue | None:
            same = (one for one in self.all() if one.marks and one.marks.fingerprint == wanted)
            return next(same, None)

        return self._once("/issues", data, _of_issue, there)

    def edit(self, number: int, fields: Mapping[str, Json]) -> None:
        """Have an issue stand as the fields say."""
        self._safe("PATCH", f"/issues/{number}", _bytes(fields))

    def comment(self, number: int, key: str, text: str) -> None:
        """Write a comment, unless one with its key is there."""
        mark = comment_mark(key)
        path = f"/issues/{number}/comments"

        def there() -> bool | None:
            rows = self._pages(path, {"per_page": str(_A_PAGE)})
            return True if any(_text(row, "body").startswith(mark) for row in rows) else None

        if not there():
            self._once(path, _bytes({"body": text}), lambda _: True, there)

    def have_label(self) -> None:
        """Make the label when it is missing."""
        reply = self._safe("GET", f"/labels/{quote(self._label, safe='')}", may=_GONE)
        if reply.status in _GONE:
            data = _bytes({"name": self._label, **_LABEL})
            # Twice is once: the second is refused because it is there.
            self._safe("POST", "/labels", data, may=frozenset({_EXISTS}))

    def _once(
        self,
        path: str,
        data: bytes,
        read: Callable[[Json], Found],
        there: Callable[[], Found | None],
    ) -> Found:
        """Send what may be carried out only once."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            reply = self._send("POST", path, data)
            meaning = meaning_of(reply)
            made = _parsed(reply, read) if meaning is ReplyMeaning.DONE else None
            if made is not None:
                return made
            if meaning is ReplyMeaning.REFUSED:
                raise _failed(reply)
            if attempt == MOST_ATTEMPTS or not self._http.pause(reply, attempt):
                # It may be there: the last look is worth more than another message.
                found = None if meaning is ReplyMeaning.WAIT else there()
                if found is None:
                    raise _failed(reply)
                return found
            found = None if meaning is ReplyMeaning.WAIT else there()
            if found is not None:
                return found
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def _pages(self, path: str, asked: Mapping[str, str]) -> Iterator[Mapping[str, Json]]:
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({**asked, "page": str(page)})
            reply = self._safe("GET", f"{path}?{query}", read=_rows)
            rows = self._read(reply, _rows)
            yield from rows
            if 'rel="next"' not in reply.headers.get("link", ""):
                return
        msg = f"GitHub has more than {_MOST_PAGES} pages of them"
        raise ExternalError(msg, retryable=True)

    def _safe(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        *,
        may: frozenset[int] = frozenset(),
        read: Callable[[Json], object] | None = None,
    ) -> HttpReply:
        """Send what may be sent again.

        Args:
            method: of HTTP.
            path: below the repository.
            data: body.
            may: codes of refusals that are an answer.
            read: reads the body; one that it cannot read is asked for again.
        """
        for attempt in range(1, MOST_ATTEMPTS):
            reply = self._http.repeated(lambda: self._send(method, path, data), is_safe=True)
            if isinstance(reply, HttpReply) and _is_answer(reply, may, read):
                return reply
            if meaning_of(reply) is not ReplyMeaning.DONE or not self._http.pause(reply, attempt):
                raise _failed(reply)
        msg = "GitHub replied with something else than JSON"
        raise ExternalError(msg, retryable=True)

    def _send(self, method: str, path: str, data: bytes | None) -> Sent:
        return self._http.send(method, f"{self._base}{path}", self._headers, data)

    def _read(self, reply: HttpReply, read: Callable[[Json], Found]) -> Found:
        found = _parsed(reply, read)
        if found is None:
            raise _failed(reply)
        return found


def _is_answer(
    reply: HttpReply, may: frozenset[int], read: Callable[[Json], object] | None
) -> bool:
    """Whether a reply says what was asked for."""
    if reply.status in may:
        return True
    return meaning_of(reply) is ReplyMeaning.DONE and (
        read is None or _parsed(reply, read) is not None
    )


def _failed(reply: Sent) -> ExternalError:
    is_final = meaning_of(reply) is ReplyMeaning.REFUSED
    if meaning_of(reply) is ReplyMeaning.DONE:
        return ExternalError("GitHub replied with something else than JSON", retryable=True)
    return ExternalError(f"GitHub {sentence_of(reply)}", retryable=not is_final)


def _parsed(reply: Sent, read: Callable[[Json], Found]) -> Found | None:
    """What a body says; None when it is not what was asked for."""
    if not isinstance(reply, HttpReply):
        return None
    try:
        return read(json.loads(reply.body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _rows(table: Json) -> list[Mapping[str, Json]]:
    if not isinstance(table, list) or not all(isinstance(row, dict) for row in table):
        raise TypeError
    return [row for row in table if isinstance(row, dict)]


def _of_issue(table: Json) -> Issue:
    if not isinstance(table, dict):
        raise TypeError
    return _issue(table)


def _issue(row: Mapping[str, Json]) -> Issue:
    number = row["number"]
    if not isinstance(number, int):
        raise TypeError
    if row["state"] == "open":
        state = IssueState.OPEN
    else:
        # A duplicate was closed by a person as well.
        is_refused = row.get("state_reason") in {"not_planned", "duplicate"}
        state = IssueState.NOT_PLANNED if is_refused else IssueState.COMPLETED
    return Issue(number, _text(row, "title"), _text(row, "body"), state)


def _text(row: Mapping[str, Json], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _bytes(table: Mapping[str, Json]) -> bytes:
    return json.dumps(table).encode()
