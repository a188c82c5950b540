"""The ledger: what happened, in order, past tense; each entry names its parent by digest.

Everything else about releases (pointer, baseline, quarantine files, pages) is derived
from the entries.
"""

import json
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.gates.verdict import ReportReference
from openmed.domain.ledger.changes import (
    Adopted,
    Change,
    Cleared,
    Condemned,
    Held,
    Lifted,
    PolicyWeakened,
    Promoted,
    Quarantined,
    Reconciled,
    Revoked,
)
from openmed.domain.wire import digest_value, dump, explain, plain
from openmed.errors import EvidenceError

TAG_PATTERN = r"^[0-9]{4}(\.[0-9]{2}){2}-[0-9]+$"
Tag = Annotated[str, Field(pattern=TAG_PATTERN)]
"""Name of one ledger entry: `YYYY.MM.DD-N`."""


EntrySchema = Literal[
    "openmed.entry/1",
    "openmed.entry/2",
    "openmed.entry/3",
    "openmed.entry/4",
    "openmed.entry/5",
]


class Entry(Frozen):
    """One ledger entry: what one run changed, under one tag.

    Attributes:
        sequence: 1 for the first entry; the ledger's size once it is appended.
        parent: digest of the entry before; None for the first.
        tag: its name.
        time: when it was made.
        changes: what changed; at least one thing.
    """

    schema_: EntrySchema = Field(default="openmed.entry/1", alias="schema")
    sequence: Annotated[int, Field(ge=1)]
    parent: Digest | None
    tag: Tag
    time: Timestamp
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_of_its_version(self) -> Self:
        if self.schema_ != _version(self.changes):
            msg = f"{self.schema_} does not belong to these changes"
            raise ValueError(msg)
        return self

    @cached_property
    def digest(self) -> str:
        """Name of the entry's file, and what its child names as parent."""
        return digest_value(self)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Evidence files this entry rests on: verdicts, reports and waivers."""
        return tuple(name for change in self.changes for name in _evidence_of(change))


def parse_entry(data: bytes, *, what: str) -> Entry:
    """An entry from its own bytes: exactly those that `dump` makes of it, and no others.

    So a key given twice, or a number written otherwise, is refused without a second reading, and
    the digest of the bytes is that of the entry.

    Raises:
        EvidenceError: the bytes are not those of an entry.
    """
    try:
        entry = Entry.model_validate_json(data)
    except ValidationError as error:
        msg = f"{what} is not valid: {explain(error, kind=Entry)}"
        raise EvidenceError(msg) from None
    if _compact(entry) != data and dump(entry) != data:
        msg = f"{what} is not in the form in which entries are written"
        raise EvidenceError(msg)
    entry.__dict__["digest"] = sha256_hex(data)
    return entry


def _compact(entry: Entry) -> bytes:
    """What `dump` makes of nearly every entry, in a third of the time."""
    text = json.dumps(plain(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _evidence_of(change: Change) -> tuple[str, ...]:
    match change:
        case Promoted():
            named = (change.policy_file, change.summary)
            others = tuple(name for name in named if name is not None)
            return (change.verdict, *others, *_evidence_in(change.reports))
        case PolicyWeakened():
            return (change.statement,) if change.statement else ()
        case Adopted() | Quarantined() | Condemned() | Cleared():
            return (change.verdict, *_evidence_in(change.reports))
        case Lifted():
            return (change.waiver,)
        case Revoked():
            return _evidence_in(change.reports)
        case _:
            return ()


def _evidence_in(reports: tuple[ReportReference, ...]) -> tuple[str, ...]:
    return tuple(name for row in reports for name in row.evidence)


Judgements = (Promoted, Adopted, Quarantined, Condemned, Cleared)


def _version(changes: tuple[Change, ...]) -> EntrySchema:
    """The first version that knows all of this.

    Version 3 added the summary of a release, version 4 what was adopted, version 5 the end of a
    freeze.
    """
    if any(isinstance(change, Held) and change.until is not None for change in changes):
        return "openmed.entry/5"
    if any(isinstance(change, Adopted) for change in changes):
        return "openmed.entry/4"
    if any(isinstance(change, Promoted) and change.summary is not None for change in changes):
        return "openmed.entry/3"
    return "openmed.entry/2" if _is_new(changes) else "openmed.entry/1"


def _is_new(changes: tuple[Change, ...]) -> bool:
    """Whether version 1 does not know all of this.

    The reports of what a revocation left, a release's policy in full, a policy that got weaker, a
    signed measurement.
    """
    return any(
        isinstance(change, PolicyWeakened)
        or (isinstance(change, Revoked) and change.reports)
        or (isinstance(change, Promoted) and change.policy_file is not None)
        or (isinstance(change, Judgements) and any(row.measured_by for row in change.reports))
        for change in changes
    )


def next_entry(entries: tuple[Entry, ...], changes: tuple[Change, ...], *, now: str) -> Entry:
    """The entry that records `changes` behind `entries`, under the next tag of its day."""
    time = entry_time(entries, now=now)
    return Entry(
        schema_=_version(changes),
        sequence=len(entries) + 1,
        parent=entries[-1].digest if entries else None,
        tag=next_tag(entries, now=time, changes=changes),
        time=time,
        changes=changes,
    )


def entry_time(entries: tuple[Entry, ...], *, now: str) -> str:
    """The time of an entry that is made at `now`: the later of the clock and what is recorded.

    A clock that was set back must not make an expired waiver valid, nor an old verdict fresh.
    """
    return max((now, *(entry.time for entry in entries)))


def next_tag(entries: tuple[Entry, ...], *, now: str, changes: tuple[Change, ...] = ()) -> str:
    """Name of the next entry of time `now`: the day, and one more than that day's last number.

    Tags of entries that were taken in are given, too: no two entries have one.
    """
    day = now[:10].replace("-", ".")
    done = (*(change for entry in entries for change in entry.changes), *changes)
    taken_in = (tag for change in done if isinstance(change, Reconciled) for tag in change.tags)
    given = (*(e.tag for e in entries), *taken_in)
    numbers = [int(tag.partition("-")[2]) for tag in given if tag.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"
