"""A notice: what people are to be told of one trouble, whoever carries it to them.

Equal trouble has an equal fingerprint, so that it is told once, brought up to date in place, and
closed when it ends. A notice holds counts, names and digests, no text of a document.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.digest import digest_of
from openmed.domain.frozen import Digest, Frozen, Line, Timestamp

SCHEMA: Final = "openmed.notice/1"


class NoticeKind(StrEnum):
    """What happened."""

    HELD = "held"
    """A gate refused a candidate, or what is live fails its policy."""
    NO_VERDICT = "no_verdict"
    """A candidate could not be judged."""
    REGRESSION = "regression"
    """A monitor found that what is live is worse than it was."""
    ROLLED_BACK = "rolled_back"
    """A release was undone."""
    ALARM = "alarm"
    """Something a person must look at."""
    RECOVERED = "recovered"
    """ToldTrouble that was told of has ended."""


class Notice(Frozen):
    """One message.

    Attributes:
        kind: what happened.
        slot: slot it is about; empty = the fleet.
        about: what the trouble consists of, without values and times: gates, a kind of alarm or
            of regression; a recovery names the trouble that ended.
        title: one line.
        lines: sentences below it.
        next_step: command that helps; may be empty.
        evidence: digests of files that prove it.
        created: when it was written.
    """

    schema_: Literal["openmed.notice/1"] = Field(default=SCHEMA, alias="schema")
    kind: NoticeKind
    slot: str = ""
    about: tuple[str, ...] = ()
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    lines: tuple[Line, ...] = ()
    next_step: Line = ""
    evidence: tuple[Digest, ...] = ()
    created: Timestamp

    @property
    def fingerprint(self) -> str:
        """Which trouble it is about: equal for the same slot and the same causes."""
        return digest_of([self.slot, *sorted(self.about)])
