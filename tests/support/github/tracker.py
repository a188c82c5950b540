"""What stands in the tracker: issues, comments, labels, and every request that was made."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from support.github.conformance import Operation, Table

WHEN = "2026-11-29T12:00:00Z"
_PLACE = "http://127.0.0.1/repos/openmed/models"
_MOST_BODY = 65_536
Reply: TypeAlias = tuple[int, Any, dict[str, str]]
Row = TypeVar("Row")


@dataclass
class TrackedIssue:
    """One issue."""

    number: int
    title: str
    body: str
    labels: list[str]
    state: str = "open"
    reason: str | None = None
    comments: list[str] = field(default_factory=list)
    is_pull_request: bool = False


class Tracker:
    """One repository's issues, and what the eight operations do with them."""

    def __init__(self) -> None:
        """Nothing is there."""
        self.issues: list[TrackedIssue] = []
        self.labels: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.refused_words: set[str] = set()

    def add(self, title: str, body: str = "", *, labels: tuple[str, ...] = ()) -> TrackedIssue:
        """An issue, as a person would open it."""
        issue = TrackedIssue(len(self.issues) + 1, title, body, list(labels))
        self.issues.append(issue)
        return issue

    def open(self) -> list[TrackedIssue]:
        """Issues that are open."""
        return [issue for issue in self.issues if issue.state == "open"]

    def perform(self, operation: Operation, sent: Table) -> Reply:
        """Carry one operation out: status, body, headers."""
        whole = {
            "GET issues": lambda: self._page(operation, self._listed(operation), self._shown),
            "POST issues": lambda: self._create(sent),
            "GET labels/N": lambda: self._known_label(operation.values["name"]),
            "POST labels": lambda: self._create_label(sent["name"]),
        }
        if operation.name in whole:
            return whole[operation.name]()
        issue = self._issue(operation)
        if issue is None:
            return 404, _message("Not Found"), {}
        return self._of_issue(operation, issue, sent)

    def _of_issue(self, operation: Operation, issue: TrackedIssue, sent: Table) -> Reply:
        if operation.name == "GET issues/N":
            return 200, self._shown(issue), {}
        if operation.name == "PATCH issues/N":
            return self._edit(issue, sent)
        if operation.name == "GET issues/N/comments":
            numbered = list(enumerate(issue.comments, 1))
            return self._page(operation, numbered, lambda one: _comment(issue, *one))
        assert operation.name == "POST issues/N/comments"
        issue.comments.append(sent["body"])
        return 201, _comment(issue, len(issue.comments), sent["body"]), {}

    def _known_label(self, name: str) -> Reply:
        is_known = name in self.labels
        return (200, _label(name), {}) if is_known else (404, _message("Not Found"), {})

    def _create_label(self, name: str) -> Reply:
        if name in self.labels:
            return 422, _invalid("already_exists"), {}
        self.labels.add(name)
        return 201, _label(name), {}

    def _create(self, sent: Table) -> Reply:
        is_long = len(sent.get("body", "")) > _MOST_BODY or len(sent["title"]) > 256
        if is_long or any(word in sent["title"] for word in self.refused_words):
            return 422, _invalid("invalid"), {}
        issue = self.add(sent["title"], sent.get("body", ""), labels=tuple(sent["labels"]))
        return 201, self._shown(issue), {}

    def _edit(self, issue: TrackedIssue, sent: Table) -> Reply:
        if len(sent.get("body", "")) > _MOST_BODY:
            return 422, _invalid("invalid"), {}
        issue.title = sent.get("title", issue.title)
        issue.body = sent.get("body", issue.body)
        if "state" in sent and sent["state"] != issue.state:
            issue.state = sent["state"]
            issue.reason = sent.get("state_reason")
        return 200, self._shown(issue), {}

    def _listed(self, operation: Operation) -> list[TrackedIssue]:
        assert operation.query["state"] == "all"
        wanted = operation.query["labels"]
        return [issue for issue in self.issues if wanted in issue.labels]

    def _page(
        self, operation: Operation, rows: Sequence[Row], show: Callable[[Row], Table]
    ) -> Reply:
        size, page = int(operation.query["per_page"]), int(operation.query.get("page", "1"))
        shown = [show(row) for row in rows[(page - 1) * size : page * size]]
        more = len(rows) > page * size
        return 200, shown, {"link": f'<{_PLACE}?page={page + 1}>; rel="next"'} if more else {}

    def _issue(self, operation: Operation) -> TrackedIssue | None:
        number = int(operation.values["issue_number"])
        return next((issue for issue in self.issues if issue.number == number), None)

    def _shown(self, issue: TrackedIssue) -> Table:
        url = f"{_PLACE}/issues/{issue.number}"
        found: Table = {
            "id": issue.number, "node_id": "I_1", "number": issue.number, "url": url,
            "repository_url": _PLACE, "labels_url": f"{url}/labels", "events_url": f"{url}/events",
            "comments_url": f"{url}/comments", "html_url": url, "title": issue.title,
            # GitHub stores the line ends of a form.
            "body": issue.body.replace("\n", "\r\n"), "state": issue.state,
            "state_reason": issue.reason, "locked": False, "assignee": None, "milestone": None,
            "comments": len(issue.comments), "user": None, "created_at": WHEN, "updated_at": WHEN,
            "closed_at": WHEN if issue.state == "closed" else None,
            "labels": [_label(name) for name in issue.labels],
        }  # fmt: skip
        if issue.is_pull_request:
            found["pull_request"] = {
                "url": url, "html_url": url, "diff_url": url, "patch_url": url,
            }  # fmt: skip
        return found


def _label(name: str) -> Table:
    return {
        "id": 1, "node_id": "L_1", "url": f"{_PLACE}/labels/x", "name": name,
        "description": None, "color": "b45309", "default": False,
    }  # fmt: skip


def _comment(issue: TrackedIssue, number: int, body: str) -> Table:
    url = f"{_PLACE}/issues/{issue.number}"
    return {
        "id": number, "node_id": "C_1", "url": url, "html_url": url, "issue_url": url,
        "user": None, "created_at": WHEN, "updated_at": WHEN, "body": body,
    }  # fmt: skip


def _message(text: str) -> Table:
    return {"message": text, "documentation_url": "https://docs.github.com/rest"}


def _invalid(code: str) -> Table:
    row = {"resource": "Issue", "code": code, "field": "title"}
    return {**_message("Validation Failed"), "errors": [row]}
