"""React to regression events: hold, repair, roll back or ignore, then write, share and tell.

Only events are reacted to. That a monitor did not run, or found nothing, is no event.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from openmed.app.sync import share
from openmed.app.undo_conclusion import (
    Deliver,
    Told,
    Undone,
    conclude,
)
from openmed.context import Context
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.notices.notice import Notice
from openmed.domain.records.recording import trigger_of
from openmed.domain.records.run_note import LONGEST_DETAIL, RunNote
from openmed.domain.records.run_record import RunRecord, StageTimes
from openmed.domain.release.results.reaction_report import (
    EventOutcome,
    ReactionOutcome,
    ReactionReport,
    reaction_code,
)
from openmed.domain.release.results.run_report import RollbackRecord, RunReport
from openmed.domain.release.results.step_result import StepResult
from openmed.domain.release.undoing.undo_notices import alarm_notice, event_notice, no_target
from openmed.domain.wire import pretty
from openmed.errors import EvidenceError
from openmed.pipeline.reaction.reacting import entries_of, react_to, take, would_follow
from openmed.pipeline.reaction.stage_clock import StageClock
from openmed.pipeline.regeneration import regenerate_all
from openmed.pipeline.run_report import step_records, unfollowed_line

COMMAND: Final = "release react"
_TOLD: Final = frozenset(
    {ReactionOutcome.REPAIRED, ReactionOutcome.HELD, ReactionOutcome.NO_TARGET}
)
"""What is told also where it led to no ledger entry."""


class GivenEvents(NamedTuple):
    """Events as they were given.

    Attributes:
        events: each once, in their order.
        refused: what is no event.
    """

    events: tuple[RegressionEvent, ...]
    refused: tuple[EventOutcome, ...]


class Reacted(NamedTuple):
    """What reacting came to.

    Attributes:
        report: for whoever asked.
        run_report: for CI; None when nothing was to be done.
        note: for the run's record; None when nothing was to be done.
    """

    report: ReactionReport
    run_report: RunReport | None = None
    note: RunNote | None = None


class _Acted(NamedTuple):
    outcomes: tuple[EventOutcome, ...]
    performed: tuple[StepResult, ...]
    alarms: tuple[str, ...]
    new: frozenset[str]
    state: FleetState


def given_events(
    context: Context, names: tuple[str, ...], *, is_all: bool, read: bytes | None = None
) -> GivenEvents:
    """Read events; what is none is a refusal, which holds no other event up.

    Args:
        context: the release repository.
        names: their files.
        read: the bytes of one more; None = there is none.
        is_all: also every event that a monitor left here, but for those that are over.
    """
    files = context.events
    found: dict[str, RegressionEvent] = {}
    refused = []
    readers: list[tuple[str, Callable[[], RegressionEvent]]] = [
        (name, partial(files.named, name)) for name in names
    ]
    if is_all:
        over = _over(context)
        waiting = [path for path in files.paths() if path.stem not in over]
        readers += [(path.name, partial(files.read, path)) for path in waiting]
    if read is not None:
        readers.append(("stdin", partial(files.given, read)))
    for name, reader in readers:
        try:
            event = reader()
            found[event.digest] = event
        except EvidenceError as error:
            refused.append(
                EventOutcome(
                    event=name[:200], outcome=ReactionOutcome.REFUSED, reason=error.message
                )
            )
    return GivenEvents(tuple(found.values()), tuple(refused))


def react(context: Context, given: GivenEvents, *, is_dry_run: bool, deliver: Deliver) -> "Reacted":
    """React to events.

    Args:
        context: the release repository.
        given: the events.
        is_dry_run: only say what would be done.
        deliver: delivers messages.

    Raises:
        OpenMedError: the state cannot be trusted, or another process is moving it.
    """
    if is_dry_run:
        state = context.releases.state()
        taken = take(context, given.events, state=state, is_kept=False)
        outcomes = (*given.refused, *taken.refused, *would_follow(context, taken))
        report = _report(context, outcomes, alarms=taken.alarms, is_dry_run=True)
        return Reacted(report)
    clock = StageClock(context.timer, now=context.now)
    acted = share(context, lambda context: _acted(context, given, clock), is_urgent=True)
    context = context.at_this_moment()
    return _concluded(context, given, acted, clock=clock, deliver=deliver)


def _acted(context: Context, given: GivenEvents, clock: StageClock) -> _Acted:
    taken = take(context, given.events, state=context.releases.state(), is_kept=True)
    outcomes = react_to(context, taken, clock=clock)
    # Also when nothing moved: an earlier run may have been killed before it came to this.
    performed = regenerate_all(context)
    clock.mark("regenerated")
    return _Acted(
        outcomes=(*given.refused, *taken.refused, *outcomes),
        performed=performed,
        alarms=taken.alarms,
        new=taken.new,
        state=context.releases.state(),
    )


def _concluded(
    context: Context, given: GivenEvents, acted: _Acted, *, clock: StageClock, deliver: Deliver
) -> "Reacted":
    """Tell and record what this run did, and what an earlier one did and died before it told."""
    events = {event.digest: event for event in given.events}
    tags = _unrecorded(context, events, acted.state)
    by_event = {row.event: row for row in acted.outcomes}
    rows = [(events[digest], by_event[digest], tag) for digest, tag in tags.items()]
    undone = tuple(
        _undone(event, row, tag, acted.state) for event, row, tag in rows if _is_undone(row, tag)
    )
    rows += [
        (events[row.event], row, "")
        for row in acted.outcomes
        if row.event in acted.new - set(tags) and row.outcome in _TOLD
    ]
    notices = [one for event, row, tag in rows for one in _notices(context, event, row, tag)]
    told = conclude(context, undone, notices=notices, clock=clock, deliver=deliver)
    times = {one.tag: one_times for one, one_times in zip(undone, told.times, strict=True)}
    outcomes = tuple(_timed(row, tags.get(row.event, ""), times) for row in acted.outcomes)
    report = _report(context, outcomes, performed=acted.performed, told=told, alarms=acted.alarms)
    run_report = _run_report(context, report, acted, told)
    context.run_files.write_report(pretty(run_report))
    # The command itself leaves the record of its last entry.
    for tag in dict.fromkeys(tags.values()):
        if tag != run_report.tag:
            context.run_records.append(_record(context, report, tag, times.get(tag)))
    return Reacted(report, run_report, _note(report, run_report.tag or "", times))


def _over(context: Context) -> frozenset[str]:
    """Events that were taken, of releases that are not live, recorded if an event undid them."""
    state = context.releases.state()
    events, _ = context.event_history.taken()
    gone = {
        event.digest: event
        for event in events
        if (live := state.live_in(event.slot)) is None or live.generation != event.generation
    }
    return frozenset(gone) - frozenset(_unrecorded(context, gone, state))


def _unrecorded(
    context: Context, events: dict[str, RegressionEvent], state: FleetState
) -> dict[str, str]:
    """Ledger entries that these events led to and no run record names yet, by event."""
    made = {
        digest: tags[-1]
        for digest, tags in entries_of(events.values(), state=state).items()
        if tags
    }
    recorded = {
        record.tag for month in context.run_records.months() for record in
        context.run_records.read(month) if record.command == COMMAND
    } if made else set()  # fmt: skip
    return {digest: tag for digest, tag in made.items() if tag not in recorded}


def _is_undone(row: EventOutcome, tag: str) -> bool:
    return bool(tag) and row.outcome in {ReactionOutcome.ROLLED_BACK, ReactionOutcome.IGNORED}


def _undone(event: RegressionEvent, row: EventOutcome, tag: str, state: FleetState) -> Undone:
    # A row that is ignored, with an entry nobody recorded: an earlier process made that entry.
    entry = next(one for one in state.entries if one.tag == tag)
    is_earlier = row.outcome is ReactionOutcome.IGNORED
    return Undone(
        slot=event.slot,
        tag=tag,
        detected_at=event.detected_at,
        flipped_at=entry.time if is_earlier else "",
    )


def _notices(
    context: Context, event: RegressionEvent, row: EventOutcome, tag: str
) -> Iterator[Notice]:
    yield _notice(context, event, row, tag)
    if row.outcome is ReactionOutcome.NO_TARGET:
        yield alarm_notice(no_target(event.slot, row.reason, raised_at=context.now))


def _notice(context: Context, event: RegressionEvent, row: EventOutcome, tag: str) -> Notice:
    is_undone = _is_undone(row, tag)
    titles = {
        ReactionOutcome.HELD: "frozen, because a monitor found a regression",
        ReactionOutcome.REPAIRED: "its own bytes are served again",
        ReactionOutcome.NO_TARGET: "cannot go back, and is frozen",
    }
    title = f"rolled back from generation {event.generation}" if is_undone else titles[row.outcome]
    return event_notice(event, title=title, is_undone=is_undone, tag=tag, created=context.now)


def _timed(row: EventOutcome, tag: str, times: dict[str, StageTimes]) -> EventOutcome:
    found = times.get(tag)
    return EventOutcome(
        event=row.event,
        slot=row.slot,
        generation=row.generation,
        kind=row.kind,
        outcome=row.outcome,
        reason=row.reason,
        tag=tag,
        undo=row.undo,
        times=found,
        is_slow=found is not None and found.is_slow,
    )


def _report(  # noqa: PLR0913 - every part of the report is named
    context: Context,
    outcomes: tuple[EventOutcome, ...],
    *,
    alarms: tuple[str, ...],
    performed: tuple[StepResult, ...] = (),
    told: Told | None = None,
    is_dry_run: bool = False,
) -> ReactionReport:
    faults = tuple(step.fault for step in performed if step.fault is not None)
    unfollowed = told.unfollowed if told else ()
    faults = (*faults, *unfollowed, *(told.faults if told else ()))
    return ReactionReport(
        started=context.now,
        is_dry_run=is_dry_run,
        exit_code=reaction_code(outcomes, faults),
        events=outcomes,
        faults=faults,
        alarms=(
            *alarms,
            *(
                f"{row.slot} cannot go back and is still live: {row.reason}"
                for row in outcomes
                if row.outcome is ReactionOutcome.NO_TARGET
            ),
            *(
                f"{row.slot}: the rollback was slower than promised"
                for row in outcomes
                if row.is_slow
            ),
            *map(unfollowed_line, unfollowed),
        ),
    )


def _note(report: ReactionReport, tag: str, times: dict[str, StageTimes]) -> RunNote:
    """What the record of this run has: outcomes by number, and the stages of its last undo."""
    counts = Counter(row.outcome.value.lower() for row in report.events)
    named = [
        row for row in report.events if row.outcome is not ReactionOutcome.IGNORED and row.slot
    ]
    said = "; ".join(f"{row.slot} {row.kind}: {row.outcome.value.lower()}" for row in named)
    return RunNote(
        tag=tag,
        counts=tuple(sorted(counts.items())),
        detail=said[:LONGEST_DETAIL],
        times=times.get(tag),
        is_idle=not (tag or named or report.faults),
    )


def _record(
    context: Context, report: ReactionReport, tag: str, times: StageTimes | None
) -> RunRecord:
    """The record of one of several ledger entries of this run."""
    row = next(row for row in report.events if row.tag == tag)
    return RunRecord(
        command=COMMAND,
        trigger=trigger_of(context.ci.event, is_ci=context.ci.is_there),
        started=report.started,
        ended=context.now,
        exit_code=report.exit_code,
        tag=tag,
        counts=((row.outcome.value.lower(), 1),),
        times=times,
    )


def _run_report(context: Context, report: ReactionReport, acted: _Acted, told: Told) -> RunReport:
    """The same for CI, which reads one file whatever ran."""
    undos = {row.slot: row.undo for row in report.events if row.undo is not None}
    slowest = max(told.times, key=lambda times: times.until_undone or 0.0, default=None)
    tags = [row.tag for row in report.events if row.tag]
    reasons = [row.reason for row in report.events if row.undo is not None]
    rollback = RollbackRecord(
        reason=reasons[0],
        is_dry_run=False,
        slots=tuple(undos.values()),
        also_live=(),
        times=slowest or StageTimes(detected_at=report.started),
        is_slow=any(row.is_slow for row in report.events),
    ) if undos else None  # fmt: skip
    return RunReport(
        command="release react",
        started=report.started,
        tag=tags[-1] if tags else None,
        exit_code=report.exit_code,
        candidates=(),
        steps=step_records(acted.performed),
        faults=report.faults,
        status_page=context.status_page,
        rollback=rollback,
        alarms=report.alarms,
    )
