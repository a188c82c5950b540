"""When the stages of an undo were reached, counted from when its reason was known.

A monitor may have found it in another process, so the seconds up to the start of this one count
by the clock, those after it by a timer that no clock change moves.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from openmed.domain.records.run_record import StageTimes

Stage = Literal["decided", "flipped", "served", "regenerated", "persisted", "told"]


class StageClock:
    """Seconds since it was made, by stage; a stage that is reached again counts anew."""

    def __init__(self, ticks: Callable[[], float], *, now: str) -> None:
        """Start.

        Args:
            ticks: measures seconds.
            now: what time it is.
        """
        self._ticks = ticks
        self._start = ticks()
        self._now = now
        self._reached: dict[Stage, float] = {}

    def mark(self, stage: Stage) -> None:
        """Note that a stage is reached."""
        self._reached[stage] = self._ticks() - self._start

    def times(self, detected_at: str, *, flipped_at: str = "") -> StageTimes:
        """The stages of one undo.

        Args:
            detected_at: when its reason was known.
            flipped_at: when the pointer was replaced, where an earlier process did that; empty =
                this one did.
        """
        before = max(0.0, _seconds(detected_at, self._now))
        reached = {stage: round(before + seconds, 3) for stage, seconds in self._reached.items()}
        if flipped_at:
            reached.pop("decided", None)
            reached["flipped"] = max(0.0, _seconds(detected_at, flipped_at))
        return StageTimes(
            detected_at=detected_at,
            decided=reached.get("decided"),
            flipped=reached.get("flipped"),
            served=reached.get("served"),
            regenerated=reached.get("regenerated"),
            persisted=reached.get("persisted"),
            told=reached.get("told"),
        )


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
