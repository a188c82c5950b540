"""What became of a slot in a rollback."""

from enum import StrEnum
from typing import Final

from openmed.domain.frozen import Frozen


class Undo(StrEnum):
    """What a rollback does to one slot."""

    ROLLED_BACK = "ROLLED_BACK"
    """An earlier release is live again."""
    UNCHANGED = "UNCHANGED"
    """It serves already what was asked for."""
    YOUNGER = "YOUNGER"
    """It did not exist at the tag and stays as it is."""
    WITHDRAWN = "WITHDRAWN"
    """It serves nothing any more."""
    WAITING = "WAITING"
    """It could go back, but another slot is refused."""
    REFUSED = "REFUSED"
    """There is no release it may go back to."""


MOVES: Final = frozenset({Undo.ROLLED_BACK, Undo.WITHDRAWN})
"""What changes what a slot serves."""


class PassedOver(Frozen):
    """An earlier release that may not be restored."""

    generation: int
    reason: str


class SlotUndo(Frozen):
    """What became of one slot.

    Attributes:
        slot: the slot.
        undo: what was done.
        left: generation it served before; 0 = none.
        left_artifact: what that was.
        generation: generation it serves now; 0 = none.
        artifact: what that is.
        repo_id: of what it serves now.
        passed_over: releases that may not be restored, best first.
        reason: one sentence.
    """

    slot: str
    undo: Undo
    left: int
    left_artifact: str | None
    generation: int
    artifact: str | None
    repo_id: str
    passed_over: tuple[PassedOver, ...]
    reason: str
