"""What became of each notice at each sink, and from it: what is undelivered, what trouble stands.

Records are lines that are only added, so that those of two machines are united by having both.
The newest of a trouble and a sink counts.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from pydantic import Field

from openmed.domain.digest import digest_of
from openmed.domain.frozen import Frozen, Line, Timestamp
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.wire import plain

SCHEMA: Final = "openmed.delivery/1"


class DeliveryOutcome(StrEnum):
    """What became of one notice at one sink."""

    DELIVERED = "delivered"
    LATER = "later"
    """The sink could not be reached, or asked to wait; it is tried again."""
    REFUSED = "refused"
    """The sink takes everything but this notice; others are not held up by it."""


class Delivery(Frozen):
    """One line: what became of a notice.

    Attributes:
        sink: who was to be told.
        outcome: what became of it.
        says: why it was not delivered; empty when it was.
        ref: what the sink made of it, e.g. the number of an issue.
        at: when.
        notice: the notice itself, so that another machine can deliver it.
    """

    schema_: Literal["openmed.delivery/1"] = Field(default=SCHEMA, alias="schema")
    sink: Line
    outcome: DeliveryOutcome
    says: Line = ""
    ref: Line = ""
    at: Timestamp
    notice: Notice


class ToldTrouble(NamedTuple):
    """One trouble that somebody was, or is to be, told of.

    Attributes:
        cause: the newest notice that says it is there.
        good_runs: how many runs found it gone since.
    """

    cause: Notice
    good_runs: int


def content_digest(notice: Notice) -> str:
    """Equal for notices that say the same, whenever and on whatever evidence."""
    return digest_of(plain(notice, but=("created", "evidence")))


class Deliveries:
    """All records of one release repository."""

    def __init__(self, lines: Iterable[Delivery]) -> None:
        """Sort what is given, of any order."""
        self._last: dict[tuple[str, str], Delivery] = {}
        self._delivered: dict[tuple[str, str], Delivery] = {}
        self._refs: dict[tuple[str, str], str] = {}
        self._notices: dict[str, list[Notice]] = {}
        for line in sorted(lines, key=lambda line: (line.at, line.notice.created)):
            key = (line.notice.fingerprint, line.sink)
            self._last[key] = line
            if line.outcome is DeliveryOutcome.DELIVERED:
                self._delivered[key] = line
            if line.ref:
                self._refs[key] = line.ref
            self._notices.setdefault(key[0], []).append(line.notice)

    def last(self, notice: Notice, sink: str) -> Delivery | None:
        """The newest record of a notice's trouble at a sink."""
        return self._last.get((notice.fingerprint, sink))

    def last_delivered(self, notice: Notice, sink: str) -> Notice | None:
        """What a sink was last told of a notice's trouble."""
        found = self._delivered.get((notice.fingerprint, sink))
        return found.notice if found else None

    def ref(self, notice: Notice, sink: str) -> str:
        """What a sink made of a notice's trouble; empty when nothing is known."""
        return self._refs.get((notice.fingerprint, sink), "")

    def undelivered(self, sinks: Iterable[str]) -> tuple[Delivery, ...]:
        """Records whose notice has not reached a sink, of the sinks that are in use."""
        wanted = frozenset(sinks)
        return tuple(
            line
            for (_, sink), line in sorted(self._last.items())
            if sink in wanted and line.outcome is not DeliveryOutcome.DELIVERED
        )

    def troubles(self, waiting: Iterable[Notice] = ()) -> Mapping[str, ToldTrouble]:
        """Every trouble by fingerprint, those that ended too.

        Args:
            waiting: notices of this machine that may have no record yet.
        """
        notices = {name: list(known) for name, known in self._notices.items()}
        for notice in waiting:
            notices.setdefault(notice.fingerprint, []).append(notice)
        found = {name: _trouble(known) for name, known in notices.items()}
        return {name: one for name, one in found.items() if one is not None}


def is_newer(one: Notice, other: Notice | None) -> bool:
    """Whether a notice is told in place of another one about the same trouble."""
    return other is None or one.created >= other.created


def needs_record(line: Delivery, last: Delivery | None) -> bool:
    """Whether a line says something that the last one of its trouble and sink does not."""
    if last is None or (line.outcome, line.ref) != (last.outcome, last.ref or line.ref):
        return True
    if line.notice.kind is NoticeKind.RECOVERED and line.notice.created != last.notice.created:
        return True  # good runs are counted
    return content_digest(line.notice) != content_digest(last.notice)


def _trouble(notices: list[Notice]) -> ToldTrouble | None:
    ordered = sorted(notices, key=lambda notice: notice.created)
    causes = [n for n, notice in enumerate(ordered) if notice.kind is not NoticeKind.RECOVERED]
    if not causes:
        return None
    good = {notice.created for notice in ordered[causes[-1] + 1 :]}
    return ToldTrouble(ordered[causes[-1]], len(good))
