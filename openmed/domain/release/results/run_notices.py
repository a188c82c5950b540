"""Notices of a release run: of what is held or has no verdict, and of what has ended since.

A trouble of a slot is its failing gates, so a candidate that fails others is another trouble and
ends the earlier one. A candidate that could not be judged proves nothing about a gate: what was
held stays so.
"""

from collections.abc import Iterable
from typing import Final

from openmed.domain.frozen import Digest
from openmed.domain.notices.delivery import ToldTrouble
from openmed.domain.notices.inert import line
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.release.results.slot_result import Result, SlotOutcome

_MOST_TITLE: Final = 200
_KINDS: Final = {
    SlotOutcome.QUARANTINED: NoticeKind.HELD,
    SlotOutcome.CONDEMNED: NoticeKind.HELD,
    SlotOutcome.REFUSED: NoticeKind.HELD,
    SlotOutcome.NOT_EVALUATED: NoticeKind.NO_VERDICT,
    SlotOutcome.NOT_SERVED: NoticeKind.NO_VERDICT,
}
"""Outcomes that people are told of; a frozen slot is what a person wanted."""
_OF_RUNS: Final = frozenset({NoticeKind.HELD, NoticeKind.NO_VERDICT})
"""What a run tells of, and so what a run may say has ended."""


def trouble_notice(row: Result, evidence: tuple[Digest, ...], *, now: str) -> Notice | None:
    """What people are told of one candidate; None when there is nothing to tell.

    Args:
        row: where it stands.
        evidence: digests of files that prove it.
        now: when it is told.
    """
    kind = _KINDS.get(row.standing)
    if kind is None:
        return None
    live = (
        f"The slot serves generation {row.generation} of {row.tag}."
        if row.tag
        else "Nothing is live in the slot."
    )
    return Notice(
        kind=kind,
        slot=row.slot,
        about=row.gates or (row.standing.value.lower(),),
        title=line(f"{row.words}: {row.slot}", _MOST_TITLE),
        lines=(
            line(row.reason),
            line(f"Candidate {row.repo_id}, artifact {(row.artifact or 'none')[:16]}."),
            line(live),
            f"openmed release gate {row.slot}",
        ),
        next_step=f"openmed release explain {row.slot}",
        evidence=evidence,
        created=now,
    )


def recovery_notices(
    rows: Iterable[Result], standing: Iterable[ToldTrouble], *, now: str
) -> tuple[Notice, ...]:
    """What people are told has ended, by what a run found.

    Args:
        rows: where every candidate of the run stands.
        standing: troubles that people were told of.
        now: when it is told.
    """
    by_slot = {row.slot: row for row in rows}
    return tuple(
        Notice(
            kind=NoticeKind.RECOVERED,
            slot=trouble.cause.slot,
            about=trouble.cause.about,
            title=line(f"good again: {trouble.cause.slot}", _MOST_TITLE),
            created=now,
        )
        for trouble in standing
        if trouble.cause.slot in by_slot and _has_ended(trouble.cause, by_slot[trouble.cause.slot])
    )


def _has_ended(cause: Notice, row: Result) -> bool:
    """Whether what a run found of a slot says that an earlier trouble is gone."""
    if cause.kind not in _OF_RUNS:
        return False
    present = trouble_notice(row, (), now=cause.created)
    if present is None:
        return True
    if present.fingerprint == cause.fingerprint:
        return False
    return present.kind is NoticeKind.HELD or cause.kind is NoticeKind.NO_VERDICT
