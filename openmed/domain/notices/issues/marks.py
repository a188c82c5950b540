"""Hidden first lines of an issue's body: which trouble it is about, and what it last said.

The first line names the trouble, without values and dates; the second holds what the next run has
to know. Only these two lines are read, so nothing further down can be taken for them. A person who
deletes the first line takes the issue out of automation.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from openmed.domain.digest import digest_of
from openmed.domain.notices.notice import Notice, NoticeKind

UMBRELLA: Final = digest_of(["", "umbrella"])
"""Fingerprint of the issue that lists what is beyond the limit of new issues."""
_SHORT: Final = 12
_FINGERPRINT = re.compile(r"<!-- openmed:fp=sha256:([0-9a-f]{64}) -->\s*")
_STATE = re.compile(r"<!-- openmed:state=(\{[ -;=?-~]*\}) -->\s*")
_STANDINGS: Final[Mapping[NoticeKind, tuple[str, ...]]] = {
    NoticeKind.HELD: ("QUARANTINED", "CONDEMNED", "REFUSED"),
    NoticeKind.NO_VERDICT: ("NOT_EVALUATED", "NOT_SERVED"),
}


class IssueMarks(NamedTuple):
    """What the hidden lines say.

    Attributes:
        fingerprint: of the trouble.
        kind: of the notice that the issue last said; empty in a body of an older engine.
        members: shortened fingerprints of the troubles that an umbrella lists.
    """

    fingerprint: str
    kind: str = ""
    members: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, str]:
        """The two lines."""
        state = {"kind": self.kind, **({"members": self.members} if self.members else {})}
        return (
            f"<!-- openmed:fp=sha256:{self.fingerprint} -->",
            f"<!-- openmed:state={json.dumps(state, separators=(',', ':'))} -->",
        )


def marks_of(body: str) -> IssueMarks | None:
    """The marks of a body; None when it is not, or no longer, ours."""
    first, _, rest = body.replace("\r\n", "\n").partition("\n")
    found = _FINGERPRINT.fullmatch(first)
    if not found:
        return None
    kind: str = ""
    members: tuple[str, ...] = ()
    state = _STATE.fullmatch(rest.partition("\n")[0])
    if state:
        kind, members = _state(state[1])
    return IssueMarks(found[1], kind, members)


def short(fingerprint: str) -> str:
    """A fingerprint as an umbrella has it: thousands fit into one body."""
    return fingerprint[:_SHORT]


def earlier_fingerprints(notice: Notice) -> Iterator[str]:
    """Fingerprints that issue texts of engines before `openmed.notice/1` had for this trouble."""
    for standing in _STANDINGS.get(notice.kind, ()):
        facts = {"slot": notice.slot, "standing": standing, "gates": sorted(notice.about)}
        yield hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _state(text: str) -> tuple[str, tuple[str, ...]]:
    """What a person damaged says nothing."""
    try:
        table = json.loads(text)
    except ValueError:
        return "", ()
    kind, members = table.get("kind", ""), table.get("members", [])
    if not isinstance(kind, str) or not isinstance(members, list):
        return "", ()
    return kind, tuple(one for one in members if isinstance(one, str))
