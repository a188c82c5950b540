"""What is to be done with an issue, from how it stands and what is told.

no issue            → create (a recovery: nothing)
open                → edit where the text differs; a comment when the verdict changed
closed as completed → reopen
closed as not planned, or its mark is gone → nothing: a person said so
ended               → a comment, and closed as completed
"""

from enum import StrEnum
from typing import NamedTuple

from openmed.domain.notices.issues.marks import IssueMarks, marks_of
from openmed.domain.notices.issues.texts import WORDS, issue_body, issue_title
from openmed.domain.notices.notice import Notice, NoticeKind


class IssueState(StrEnum):
    """How an issue stands."""

    OPEN = "open"
    COMPLETED = "completed"
    NOT_PLANNED = "not_planned"


class Issue(NamedTuple):
    """One issue of the tracker.

    Attributes:
        number: its number.
        title: its title.
        body: its body.
        state: how it stands.
    """

    number: int
    title: str
    body: str
    state: IssueState

    @property
    def marks(self) -> IssueMarks | None:
        """What its hidden lines say."""
        return marks_of(self.body)


class IssueChange(NamedTuple):
    """What is written, in this order: the comment, then title, body and state in one edit.

    Attributes:
        comment: a sentence; empty = none.
        title: new title; None = as it is.
        body: new body; None = as it is.
        state: new state; None = as it is.
    """

    comment: str = ""
    title: str | None = None
    body: str | None = None
    state: IssueState | None = None

    @property
    def is_edit(self) -> bool:
        """Whether the issue itself changes."""
        return (self.title, self.body, self.state) != (None, None, None)


NOTHING = IssueChange()
"""The issue stands as it should."""


def change_of(issue: Issue, notice: Notice, *, has_ended: bool) -> IssueChange:
    """What is done with the issue of a notice's trouble."""
    marks = issue.marks
    if marks is None or issue.state is IssueState.NOT_PLANNED:
        return NOTHING
    is_open = issue.state is IssueState.OPEN
    if notice.kind is NoticeKind.RECOVERED:
        ends = has_ended and is_open
        return (
            IssueChange("Ended: it is good again.", state=IssueState.COMPLETED) if ends else NOTHING
        )
    title, body = issue_title(notice), issue_body(notice)
    is_other = bool(marks.kind) and marks.kind != notice.kind.value
    comment = f"The verdict is now: {WORDS[notice.kind]}." if is_other else ""
    return IssueChange(
        comment if is_open else "It is back.",
        title=None if issue.title == title else title,
        body=None if is_same_text(issue.body, body) else body,
        state=None if is_open else IssueState.OPEN,
    )


def is_same_text(one: str, other: str) -> bool:
    """Whether two bodies say the same; a tracker changes line ends and trims."""
    return one.replace("\r\n", "\n").strip() == other.strip()


def kept_of(issues: list[Issue]) -> Issue:
    """Which of several issues about one trouble stays: what a person refused, or the first."""
    return min(issues, key=lambda one: (one.state is not IssueState.NOT_PLANNED, one.number))
