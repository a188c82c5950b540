"""The sink `github`: one issue a trouble, kept up to date in place; at most so many new ones a run.

The tracker is read once, before anything is written: an issue is found by the mark in its body, so
nothing but the label and that mark has to be known, on whatever machine the run is. The token is
that of this process's environment, and is sent to one address.
"""

from collections.abc import Callable, Mapping
from typing import Final

from openmed.adapters.notices.github_api import GithubIssues
from openmed.adapters.notices.http import HttpClient, address_fault
from openmed.domain.digest import Json
from openmed.domain.notices.delivery import DeliveryOutcome
from openmed.domain.notices.issues.life_cycle import (
    Issue,
    IssueChange,
    IssueState,
    change_of,
    is_same_text,
    kept_of,
)
from openmed.domain.notices.issues.marks import UMBRELLA, earlier_fingerprints, short
from openmed.domain.notices.issues.texts import (
    comment_text,
    duplicate_body,
    issue_body,
    issue_title,
    umbrella_body,
    umbrella_title,
)
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.notices.sinks_file import GithubSettings
from openmed.domain.wire import from_plain
from openmed.errors import ExternalError
from openmed.ports.notices import Answer, SinkMessage, SinkPlace

TOKEN: Final = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
REPOSITORY: Final = "GITHUB_REPOSITORY"
API: Final = "GITHUB_API_URL"
_PUBLIC: Final = "https://api.github.com"
_LISTED: Final = "umbrella "
_DONE: Final = Answer(DeliveryOutcome.DELIVERED)


class GithubSink:
    """Issues of one repository."""

    repeats = True

    def __init__(self, settings: Mapping[str, Json], place: SinkPlace) -> None:
        """Read the settings; nothing is asked yet."""
        self._settings = from_plain(GithubSettings, settings, what="the sink github")
        environ = place.environ
        self._token = environ.get(TOKEN, "")
        self._repository = self._settings.repository or environ.get(REPOSITORY, "")
        self._api = self._settings.api or environ.get(API, "") or _PUBLIC
        self._client: Callable[[], HttpClient] = lambda: HttpClient(
            wait=place.wait, seconds=place.seconds, patience=place.patience
        )

    @property
    def where(self) -> str:
        """Address and repository."""
        address = "an address that cannot be used" if address_fault(self._api) else self._api
        return f"issues of {self._repository or 'no repository'} at {address}"

    def fault(self) -> str:
        """What is missing or may not be used."""
        if not self._token:
            return f"{TOKEN} is not set"
        if self._repository.count("/") != 1:
            return f"neither the setting repository nor {REPOSITORY} names one"
        wrong = address_fault(self._api)
        return f"the address of the API {wrong}" if wrong else ""

    def deliver(
        self, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
    ) -> list[Answer]:
        """Bring the tracker to what the messages say."""
        issues = GithubIssues(
            self._client(),
            api=self._api,
            repository=self._repository,
            token=self._token,
            label=self._settings.label,
        )
        return _Round(issues, self._settings.new_issues, standing).deliver(messages)


class _Round:
    """One run's work on the tracker."""

    def __init__(self, issues: GithubIssues, most_new: int, standing: tuple[Notice, ...]) -> None:
        self._issues = issues
        self._left = most_new
        self._standing = standing
        self._created = 0
        self._numbers: dict[int, Issue] = {}
        self._found: dict[str, list[Issue]] = {}

    def deliver(self, messages: tuple[SinkMessage, ...]) -> list[Answer]:
        """Every message's answer; the first thing that has to wait ends the round for the rest."""
        answers: dict[int, Answer] = {}
        listed: list[int] = []
        try:
            self._read()
            for number, message in enumerate(messages):
                try:
                    answer = self._one(message)
                except ExternalError as error:
                    if error.retryable:
                        raise
                    answer = Answer(DeliveryOutcome.REFUSED, error.message, message.ref)
                if answer is None:
                    listed.append(number)
                else:
                    answers[number] = answer
            told = self._list([messages[number] for number in listed])
            answers |= dict.fromkeys(listed, told)
            if self._created:
                self._read()
        except ExternalError as error:
            outcome = DeliveryOutcome.LATER if error.retryable else DeliveryOutcome.REFUSED
            rest = Answer(outcome, error.message)
            return [
                answers.get(number, rest._replace(ref=message.ref))
                for number, message in enumerate(messages)
            ]
        return [answers[number] for number in range(len(messages))]

    def _read(self) -> None:
        """Read the tracker; of issues that came to be twice, one is kept."""
        self._numbers = {issue.number: issue for issue in self._issues.all()}
        self._found = {}
        for issue in self._numbers.values():
            if issue.marks:
                self._found.setdefault(issue.marks.fingerprint, []).append(issue)
        for name, same in self._found.items():
            kept = kept_of(same)
            for other in same:
                if other is not kept:
                    closed = {"state": "closed", "state_reason": "not_planned"}
                    body = duplicate_body(kept.number)
                    self._issues.edit(other.number, {"body": body, **closed})
            self._found[name] = [kept]

    def _one(self, message: SinkMessage) -> Answer | None:
        """Do what one message asks for; None when it belongs into the umbrella."""
        notice = message.notice
        issue = self._issue(message)
        if issue is not None:
            change = change_of(issue, notice, has_ended=message.has_ended)
            self._apply(issue, change, message.key)
            return _DONE._replace(ref=str(issue.number))
        if short(notice.fingerprint) in self._members or self._is_quiet(message):
            return None
        if notice.kind is NoticeKind.RECOVERED:
            return _DONE
        if not self._left:
            return None
        made = self._create(issue_title(notice), issue_body(notice))
        self._left -= 1
        return _DONE._replace(ref=str(made.number))

    def _issue(self, message: SinkMessage) -> Issue | None:
        """The issue of a message's trouble; also one whose mark or label a person took away."""
        notice = message.notice
        for name in (notice.fingerprint, *earlier_fingerprints(notice)):
            if name in self._found:
                return self._found[name][0]
        if not message.ref.isdecimal():
            return None
        number = int(message.ref)
        issue = self._numbers.get(number) or self._issues.get(number)
        if issue is not None and issue.marks and issue.marks.fingerprint != notice.fingerprint:
            return None
        return issue

    @property
    def _umbrella(self) -> Issue | None:
        found = self._found.get(UMBRELLA)
        return found[0] if found else None

    @property
    def _members(self) -> tuple[str, ...]:
        marks = self._umbrella.marks if self._umbrella else None
        return marks.members if marks else ()

    def _is_quiet(self, message: SinkMessage) -> bool:
        """Whether a person took the umbrella that lists it out of automation, or refused it."""
        if not message.ref.startswith(_LISTED):
            return False
        number = int(message.ref.removeprefix(_LISTED))
        issue = self._numbers.get(number) or self._issues.get(number)
        return issue is not None and (issue.marks is None or issue.state is IssueState.NOT_PLANNED)

    def _list(self, messages: list[SinkMessage]) -> Answer:
        """Bring the umbrella to the messages that have no issue of their own."""
        umbrella = self._umbrella
        quiet = next((message.ref for message in messages if self._is_quiet(message)), "")
        if quiet and umbrella is None:
            return _DONE._replace(ref=quiet)
        if umbrella is not None and umbrella.state is IssueState.NOT_PLANNED:
            return _DONE._replace(ref=f"{_LISTED}{umbrella.number}")
        members = _members_after(self._members, messages)
        if not members and umbrella is None:
            return _DONE
        names = tuple(members)
        told = [one for one in self._standing if short(one.fingerprint) in members]
        title, body = umbrella_title(len(names)), umbrella_body(names, told)
        if umbrella is None:
            umbrella = self._create(title, body)
        elif messages:
            key = messages[0].key
            self._apply(
                umbrella, _umbrella_change(umbrella, title, body, has_members=bool(names)), key
            )
        return _DONE._replace(ref=f"{_LISTED}{umbrella.number}")

    def _create(self, title: str, body: str) -> Issue:
        if not self._created:
            self._issues.have_label()
        made = self._issues.create(title, body)
        self._created += 1
        return made

    def _apply(self, issue: Issue, change: IssueChange, key: str) -> None:
        """The comment first: the edit says that everything before it was done."""
        if change.comment:
            text = comment_text(key, change.comment)
            self._issues.comment(issue.number, key, text)
        if change.is_edit:
            fields: dict[str, Json] = {"title": change.title, "body": change.body}
            fields = {name: value for name, value in fields.items() if value is not None}
            if change.state is IssueState.OPEN:
                fields |= {"state": "open", "state_reason": "reopened"}
            elif change.state is not None:
                fields |= {"state": "closed", "state_reason": "completed"}
            self._issues.edit(issue.number, fields)


def _members_after(members: tuple[str, ...], messages: list[SinkMessage]) -> dict[str, None]:
    """What an umbrella lists after the messages, in its order."""
    found = dict.fromkeys(members)
    for message in messages:
        name = short(message.notice.fingerprint)
        if message.notice.kind is not NoticeKind.RECOVERED:
            found[name] = None
        elif message.has_ended:
            found.pop(name, None)
    return found


def _umbrella_change(issue: Issue, title: str, body: str, *, has_members: bool) -> IssueChange:
    is_open = issue.state is IssueState.OPEN
    new_body = None if is_same_text(issue.body, body) else body
    if not has_members:
        state = IssueState.COMPLETED if is_open else None
        return IssueChange("Ended: nothing is left." if is_open else "", None, new_body, state)
    return IssueChange(
        "" if is_open else "It is back.",
        None if issue.title == title else title,
        new_body,
        None if is_open else IssueState.OPEN,
    )
