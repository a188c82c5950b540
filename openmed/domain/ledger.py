"""The ledger: what happened, in order, past tense; each entry names its parent by digest.

Everything else about releases (pointer, baseline, quarantine files, pages) is derived
from the entries.
"""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.candidate import Candidate, StagedFile
from openmed.domain.frozen import Digest, Frozen, Timestamp
from openmed.domain.slot import SlotKey
from openmed.domain.verdict import PolicyReference, ReportReference
from openmed.domain.wire import digest_value
from openmed.errors import IntegrityError

TAG_PATTERN = r"^[0-9]{4}(\.[0-9]{2}){2}-[0-9]+$"
Tag = Annotated[str, Field(pattern=TAG_PATTERN)]
"""Name of one ledger entry: `YYYY.MM.DD-N`."""


class Promoted(Frozen):
    """A candidate became its slot's live release.

    Attributes:
        slot: release channel.
        generation: exactly the previous one plus 1; never reused.
        candidate: the row it was released for.
        artifact: tree digest that is live since.
        files: its files.
        repro_hash: of the build.
        policy: thresholds it passed.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
        previous_generation: what was live before; 0 = nothing.
        previous_artifact: what was live before.
    """

    event: Literal["promoted"] = "promoted"
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    candidate: Candidate
    artifact: Digest
    files: tuple[StagedFile, ...]
    repro_hash: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]
    previous_generation: Annotated[int, Field(ge=0)]
    previous_artifact: Digest | None


class Quarantined(Frozen):
    """An artifact may not be published any more.

    Attributes:
        slot: release channel it wanted.
        repo_id: repository it wanted.
        artifact: tree digest that is condemned.
        policy: thresholds it failed.
        verdict: evidence file with the signed verdict.
        reports: evidence files with the reports.
        gates: gates that failed.
        reasons: what they said, in the same order.
    """

    event: Literal["quarantined"] = "quarantined"
    slot: SlotKey
    repo_id: str
    artifact: Digest
    policy: PolicyReference
    verdict: Digest
    reports: tuple[ReportReference, ...]
    gates: Annotated[tuple[str, ...], Field(min_length=1)]
    reasons: tuple[str, ...]


Change = Annotated[Promoted | Quarantined, Field(discriminator="event")]


class Entry(Frozen):
    """One ledger entry: what one run changed, under one tag.

    Attributes:
        sequence: 1 for the first entry; the ledger's size once it is appended.
        parent: digest of the entry before; None for the first.
        tag: its name.
        time: when it was made.
        changes: what changed; at least one thing.
    """

    schema_: Literal["openmed.entry/1"] = Field(default="openmed.entry/1", alias="schema")
    sequence: Annotated[int, Field(ge=1)]
    parent: Digest | None
    tag: Tag
    time: Timestamp
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]

    @property
    def digest(self) -> str:
        """Name of the entry's file, and what its child names as parent."""
        return digest_value(self)


class LiveRelease(Frozen):
    """One slot's live release.

    Attributes:
        tag: entry that made it live.
        time: since when.
        release: the promotion itself.
    """

    tag: Tag
    time: Timestamp
    release: Promoted


class QuarantineFact(Frozen):
    """One quarantine.

    Attributes:
        tag: entry that recorded it.
        time: since when.
        fact: the change itself.
    """

    tag: Tag
    time: Timestamp
    fact: Quarantined


class FleetState(Frozen):
    """What all entries add up to.

    Attributes:
        entries: every entry, oldest first.
        live: live releases, by slot.
        quarantines: quarantines, oldest first.
        spent: verdicts that were used; none is used twice.
    """

    entries: tuple[Entry, ...]
    live: tuple[LiveRelease, ...]
    quarantines: tuple[QuarantineFact, ...]
    spent: frozenset[str]

    def live_in(self, slot: str) -> LiveRelease | None:
        """The slot's live release, or None."""
        return next((live for live in self.live if live.release.slot == slot), None)

    def release_of(self, slot: str, generation: int) -> Promoted | None:
        """What made this generation of a slot live, or None."""
        return next(
            (
                change
                for entry in reversed(self.entries)
                for change in entry.changes
                if isinstance(change, Promoted)
                and (change.slot, change.generation) == (slot, generation)
            ),
            None,
        )

    def is_quarantined(self, artifact: str) -> bool:
        """Whether an artifact may not be published."""
        return any(row.fact.artifact == artifact for row in self.quarantines)

    def refusal(self, artifact: str, *, slot: str) -> str:
        """Why an artifact may not become a slot's release; empty when it may, or already is."""
        live = self.live_in(slot)
        if live is not None and live.release.artifact == artifact:
            return ""
        row = next((row for row in self.quarantines if row.fact.artifact == artifact), None)
        if row is None:
            return ""
        gates = ", ".join(row.fact.gates)
        return f"{slot}: artifact {artifact[:16]} is quarantined since {row.tag} ({gates})"


def fold(entries: tuple[Entry, ...]) -> FleetState:
    """Add up entries, oldest first.

    Raises:
        IntegrityError: the chain is broken, or a generation is not the next one.
    """
    live: dict[str, LiveRelease] = {}
    quarantines: list[QuarantineFact] = []
    spent: set[str] = set()
    parent: str | None = None
    for sequence, entry in enumerate(entries, start=1):
        if entry.sequence != sequence or entry.parent != parent:
            msg = f"ledger entry {entry.tag} does not follow the entry before it"
            raise IntegrityError(msg)
        parent = entry.digest
        for change in entry.changes:
            match change:
                case Promoted():
                    _check_generation(change, live.get(change.slot))
                    live[change.slot] = LiveRelease(tag=entry.tag, time=entry.time, release=change)
                case Quarantined():
                    quarantines.append(QuarantineFact(tag=entry.tag, time=entry.time, fact=change))
            spent.add(change.verdict)
    return FleetState(
        entries=entries,
        live=tuple(live[slot] for slot in sorted(live)),
        quarantines=tuple(quarantines),
        spent=frozenset(spent),
    )


def next_tag(entries: tuple[Entry, ...], *, now: str) -> str:
    """Name of the next entry made at `now`: the day, and one more than that day's last number."""
    day = now[:10].replace("-", ".")
    numbers = [int(e.tag.partition("-")[2]) for e in entries if e.tag.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"


def _check_generation(change: Promoted, before: LiveRelease | None) -> None:
    generation = before.release.generation if before else 0
    artifact = before.release.artifact if before else None
    if (
        change.generation != generation + 1
        or change.previous_generation != generation
        or change.previous_artifact != artifact
    ):
        msg = (
            f"ledger: generation {change.generation} of {change.slot} does not follow {generation}"
        )
        raise IntegrityError(msg)
