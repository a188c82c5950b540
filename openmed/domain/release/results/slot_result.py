"""Where a candidate stands after a flip."""

from enum import StrEnum

from openmed.domain.frozen import Frozen
from openmed.domain.gates.results.grade import Grade


class SlotOutcome(StrEnum):
    """Where a candidate stands after a flip was planned."""

    RELEASED = "RELEASED"
    """Moved by this flip."""
    LIVE = "LIVE"
    """Already live; nothing to do."""
    ADOPTED = "ADOPTED"
    """Measured as published elsewhere; nothing is released."""
    CONDEMNED = "CONDEMNED"
    """Live, and judged again a gate failed; nothing moved."""
    NOT_SERVED = "NOT_SERVED"
    """Live by the pointer, but its bytes are not served and could not be published again."""
    QUARANTINED = "QUARANTINED"
    """A required gate failed."""
    NOT_EVALUATED = "NOT_EVALUATED"
    """No verdict."""
    FROZEN = "FROZEN"
    """Every gate passed, but a person froze the slot."""
    REFUSED = "REFUSED"
    """The bytes are condemned, or there is a verdict that may not be used now."""


class Result(Frozen):
    """Where one candidate stands, and why.

    Attributes:
        slot: its slot.
        standing: where it stands.
        repo_id: repository it wants.
        artifact: tree digest judged; None when nothing was staged.
        grade: what its policy entitles to; None when there is no verdict.
        generation: the slot's live generation after the flip; 0 = nothing is live.
        tag: entry that made the slot's live release; empty when nothing is live.
        reason: one sentence.
        gates: blocking gates that keep it from being released.
        exit_code: what `openmed` exits with because of it.
    """

    slot: str
    standing: SlotOutcome
    repo_id: str
    artifact: str | None
    grade: Grade | None
    generation: int
    tag: str
    reason: str
    gates: tuple[str, ...]
    exit_code: int

    @property
    def words(self) -> str:
        """Where it stands, for people; a preview is never shown as plainly released."""
        words = {SlotOutcome.RELEASED: "released", SlotOutcome.LIVE: "live"}
        word = words.get(self.standing, self.standing.value.replace("_", " "))
        is_preview = self.grade is Grade.PREVIEW and self.standing in words
        return f"{word} (preview)" if is_preview else word
