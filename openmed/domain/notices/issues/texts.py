"""What issues and comments say; every word of a notice is inert in them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openmed.domain.notices.inert import BREAK, MOST_LINES, code, cut, markdown, plain
from openmed.domain.notices.issues.marks import UMBRELLA, IssueMarks, short
from openmed.domain.notices.notice import Notice, NoticeKind

MOST_TITLE: Final = 200
MOST_ROWS: Final = 100
"""Rows of the table of an umbrella."""
MOST_MEMBERS: Final = 2500
"""Troubles that an umbrella remembers; a body of an issue has at most 65,536 characters."""
_MOST_EVIDENCE: Final = 20
_MOST_ABOUT: Final = 30
WORDS: Final = {
    NoticeKind.HELD: "held",
    NoticeKind.NO_VERDICT: "no verdict",
    NoticeKind.REGRESSION: "regression",
    NoticeKind.ROLLED_BACK: "rolled back",
    NoticeKind.ALARM: "alarm",
    NoticeKind.RECOVERED: "recovered",
}
"""Kinds of notices, for people."""


def issue_title(notice: Notice) -> str:
    """One line."""
    return plain(notice.title, MOST_TITLE)


def issue_body(notice: Notice) -> str:
    """The whole body; equal for notices that say the same, so that it is written only once."""
    lines = [*IssueMarks(notice.fingerprint, notice.kind.value).lines, ""]
    lines += [f"**{WORDS[notice.kind]}**: {markdown(notice.slot) or 'the fleet'}", ""]
    if notice.about:
        about = [markdown(one, 100) for one in notice.about[:_MOST_ABOUT]]
        lines += [f"About: {', '.join(about)}", ""]
    for line in notice.lines[:MOST_LINES]:
        lines += [markdown(line), ""]
    if notice.evidence:
        lines += ["Evidence:", ""]
        lines += [f"* `{digest}`" for digest in notice.evidence[:_MOST_EVIDENCE]]
        lines += [""]
    if notice.next_step:
        lines += ["```", code(notice.next_step), "```", ""]
    lines += [f"<sub>Kept up to date by openmed{BREAK}; delete the first line to stop that.</sub>"]
    return "\n".join([*lines, ""])


def comment_text(key: str, sentence: str) -> str:
    """A comment that is found again by its key, so that it is written only once."""
    return f"{comment_mark(key)}\n{sentence}\n"


def comment_mark(key: str) -> str:
    """The hidden first line of a comment."""
    return f"<!-- openmed:comment={short(key)} -->"


def umbrella_title(count: int) -> str:
    """One line."""
    return f"{count} more slots need attention"


def umbrella_body(members: Sequence[str], told: Iterable[Notice]) -> str:
    """The body of the issue that lists what is beyond the limit of new issues.

    Args:
        members: shortened fingerprints of everything it lists.
        told: notices about members, as far as this run has them.
    """
    rows = sorted(
        {short(one.fingerprint): one for one in told}.items(), key=lambda row: row[1].slot
    )
    lines = [*IssueMarks(UMBRELLA, NoticeKind.HELD.value, tuple(members[:MOST_MEMBERS])).lines, ""]
    lines += [f"{len(members)} troubles beyond the limit of new issues of one run.", ""]
    lines += ["| Slot | What | About |", "|---|---|---|"]
    lines += [_row(notice) for _, notice in rows[:MOST_ROWS]]
    lines += ["", *_more(len(members), min(len(rows), MOST_ROWS))]
    lines += ["```", "openmed release status", "```", ""]
    return "\n".join(lines)


def duplicate_body(number: int) -> str:
    """What an issue that came to be twice says afterwards."""
    return f"A duplicate of issue {number}, closed by openmed.\n"


def _row(notice: Notice) -> str:
    about = cut(", ".join(markdown(one, 40) for one in notice.about[:5]), 120)
    return f"| {markdown(notice.slot, 100)} | {WORDS[notice.kind]} | {about} |"


def _more(count: int, shown: int) -> Iterator[str]:
    if count > shown:
        yield f"and {count - shown} more"
        yield ""
