"""Events about the releases of a place, and reacting to them in process as the command does."""

from collections.abc import Callable
from dataclasses import replace

from support import builders
from support.places import SLOT, Place

from openmed.app.react import GivenEvents, Reacted, given_events, react
from openmed.app.run_recording import RunRecording
from openmed.app.undo_conclusion import Deliver
from openmed.context import Context
from openmed.domain.monitoring.regression_event import RegressionEvent, RegressionKind
from openmed.domain.notices.notice import Notice

FOUND = builders.NOW
LATER = "2026-11-24T12:01:00Z"
"""A minute after it was found."""


def event_of(  # noqa: PLR0913 - a test changes any one thing
    content: bytes,
    *,
    generation: int = 2,
    kind: RegressionKind = RegressionKind.CRITICAL_LEAK,
    slot: str = SLOT,
    at: str = FOUND,
    detail: str = "3 spans more than allowed",
    changed: int | None = None,
) -> RegressionEvent:
    """What a monitor found of a release of a place."""
    return RegressionEvent(
        slot=slot,
        generation=generation,
        artifact=builders.artifact_of(content),
        kind=kind,
        monitor="status" if kind is RegressionKind.LOAD_FAILURE else "nightly",
        detail=detail,
        detected_at=at,
        changed=changed,
    )


class Post:
    """Delivers, and remembers what it delivered."""

    def __init__(self, *, is_down: bool = False) -> None:
        """Deliver everything, or nothing."""
        self.is_down = is_down
        self.delivered: list[Notice] = []

    def __call__(self, context: Context) -> int:
        """Deliver what waits; how many nobody got."""
        for notice in () if self.is_down else context.outbox.waiting():
            self.delivered.append(notice)
            context.outbox.take(notice)
        return len(context.outbox.waiting()) if self.is_down else 0


def react_in(  # noqa: PLR0913 - a test changes any one thing
    place: Place,
    *events: RegressionEvent,
    now: str = LATER,
    deliver: Deliver | None = None,
    is_dry_run: bool = False,
    ticks: Callable[[], float] | None = None,
    is_recorded: bool = True,
) -> Reacted:
    """React to events that a monitor left in a place, and leave the record the command leaves."""
    context = replace(place.world, now=now, ticks=ticks or place.world.ticks)
    names = tuple(str(context.events.write(event)) for event in events)
    given: GivenEvents = given_events(context, names, is_all=False)
    done = react(context, given, is_dry_run=is_dry_run, deliver=deliver or Post())
    if done.note is not None and is_recorded:
        recording = RunRecording(context, "release react")
        recording.begin()
        recording.end(done.report.exit_code, note=done.note)
    return done
