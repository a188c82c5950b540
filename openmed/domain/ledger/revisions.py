"""Revisions of a slot: every generation it had and every candidate it refused, with its state."""

from enum import StrEnum

from openmed.domain.frozen import Frozen
from openmed.domain.ledger.changes import Adopted, Promoted, Quarantined, RolledBack, Withdrawn
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease


class State(StrEnum):
    """What became of a revision."""

    LIVE = "live"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    """Taken back by a rollback, or condemned since."""
    WITHDRAWN = "withdrawn"
    HELD = "held"
    """Never live: a required gate failed."""
    ADOPTED = "adopted"
    """Measured as it was published elsewhere; neither judged nor released here."""


class Revision(Frozen):
    """One revision.

    Attributes:
        generation: of the slot; None for a candidate that was held, and for what was adopted.
        tag: ledger entry.
        time: when.
        kind: `release`, `rollback`, `withdrawal`, `hold` or `adoption`.
        state: what became of it.
        repo_id: repository; empty for a withdrawal.
        artifact: tree digest; None for a withdrawal.
        reason: why it was held, taken back to or withdrawn; empty for a release.
        release: the promotion whose evidence stands for it; None where there is none.
    """

    generation: int | None
    tag: str
    time: str
    kind: str
    state: State
    repo_id: str
    artifact: str | None
    reason: str
    release: Promoted | None


def revisions_of(state: FleetState, slot: str) -> tuple[Revision, ...]:
    """Every revision of a slot, newest first."""
    rows: list[Revision] = []
    for entry in state.entries:
        for change in entry.changes:
            if change.slot != slot:
                continue
            match change:
                case Quarantined():
                    rows.append(_held(change, entry))
                case Withdrawn():
                    rows.append(_withdrawn(change, entry))
                case Adopted():
                    rows.append(_adopted(change, entry))
                case Promoted() | RolledBack():
                    served = state.generation(slot, change.generation)
                    rows += [_generation(state, served)] if served else []
                case _:
                    pass
    return tuple(reversed(rows))


def _generation(state: FleetState, served: LiveRelease) -> Revision:
    release = served.release
    live = state.live_in(release.slot)
    if live is not None and live.generation == served.generation:
        now = State.LIVE
    elif state.is_quarantined(release.artifact):
        now = State.REVOKED
    else:
        now = State.SUPERSEDED
    return Revision(
        generation=served.generation,
        tag=served.tag,
        time=served.time,
        kind=served.kind,
        state=now,
        repo_id=release.candidate.repo_id,
        artifact=release.artifact,
        reason=served.reason,
        release=release,
    )


def _adopted(change: Adopted, entry: Entry) -> Revision:
    return Revision(
        generation=None,
        tag=entry.tag,
        time=entry.time,
        kind="adoption",
        state=State.ADOPTED,
        repo_id=change.candidate.repo_id,
        artifact=change.artifact,
        reason="measured as published",
        release=None,
    )


def _held(change: Quarantined, entry: Entry) -> Revision:
    return Revision(
        generation=None,
        tag=entry.tag,
        time=entry.time,
        kind="hold",
        state=State.HELD,
        repo_id=change.repo_id,
        artifact=change.artifact,
        reason=", ".join(change.gates),
        release=None,
    )


def _withdrawn(change: Withdrawn, entry: Entry) -> Revision:
    return Revision(
        generation=change.generation,
        tag=entry.tag,
        time=entry.time,
        kind="withdrawal",
        state=State.WITHDRAWN,
        repo_id="",
        artifact=None,
        reason=change.reason,
        release=None,
    )
