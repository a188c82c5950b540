"""The drill: plant a regression in a scratch copy, and measure how long it lives.

The whole way is real: a monitor looks, its event is reacted to, the slot goes back, pages are
written, the state is pushed to a bare remote, people's messages are delivered. The real repository
is only read.
"""

from collections.abc import Callable

from openmed.app.react import given_events, react
from openmed.app.sync import share
from openmed.app.undo_conclusion import Deliver
from openmed.context import Context
from openmed.context.scratch_copy import ScratchCopy, scratch_copy
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.monitoring.regression_event import RegressionEvent, RegressionKind
from openmed.domain.records.run_note import RunNote
from openmed.domain.release.product import fault_of
from openmed.domain.release.results.drill_report import DrillReport
from openmed.domain.release.results.reaction_report import ReactionOutcome
from openmed.domain.release.undoing.planted import plant
from openmed.domain.slot import parse_slot
from openmed.errors import OpenMedError, UsageError
from openmed.pipeline.sharing_rules import unshared_tags

Find = Callable[[Context, LiveRelease], RegressionEvent | None]
"""Looks at a live release as a monitor does; None where nothing is wrong with it."""
_LONGEST = 400


def find_broken_bytes(context: Context, live: LiveRelease) -> RegressionEvent | None:
    """Hash what is served, as the monitor of the status does."""
    row = context.released_bytes.unserved(live)
    if row is None:
        return None
    return RegressionEvent(
        slot=live.release.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        kind=RegressionKind.INTEGRITY,
        monitor="status",
        detail=row.reason[:_LONGEST],
        detected_at=context.now,
    )


def take_from_outbox(context: Context) -> int:
    """Deliver to nobody: take every message out, as a service that accepts it would."""
    for notice in context.outbox.waiting():
        context.outbox.take(notice)
    return 0


def drill(
    context: Context,
    *,
    slot: str = "",
    find: Find = find_broken_bytes,
    deliver: Deliver = take_from_outbox,
) -> DrillReport:
    """Hold a drill.

    Args:
        context: the release repository; nothing is written into it.
        slot: slot that is copied; empty = the first that serves something.
        find: the monitor.
        deliver: delivers messages of the copy.

    Raises:
        UsageError: nothing is live in the slot, or in any.
        OpenMedError: the copy cannot be made.
    """
    wanted = parse_slot(slot).key if slot else ""
    with scratch_copy(context) as copy:
        state = copy.context().releases.state()
        live = _live(state, wanted)
        planted = _plant(copy, state, live)
        try:
            return _held(copy, context.now, live, planted, find=find, deliver=deliver)
        except (OpenMedError, OSError) as error:
            fault = fault_of(error, step="drill").message
            return _report(live, context.now, found="", faults=(fault,))


def note_of_drill(report: DrillReport) -> RunNote:
    """What the record of a drill has."""
    said = f"{report.slot}: {'undone' if report.is_undone else 'NOT undone'}"
    return RunNote(detail=said, times=report.times)


def _live(state: FleetState, slot: str) -> LiveRelease:
    live = state.live_in(slot) if slot else next(iter(state.live), None)
    if live is None:
        where = slot or "no slot"
        msg = f"{where} serves anything" if not slot else f"{slot} serves nothing"
        raise UsageError(msg, next_step="openmed release list")
    return live


def _plant(copy: ScratchCopy, state: FleetState, live: LiveRelease) -> LiveRelease:
    """Make a worse release live in the copy, share it as a release is, then break its bytes."""
    files = copy.planted_files(live)
    copy.share()
    context = copy.context()
    planted = plant(state, live, files, now=context.now)
    context.registry.put(planted.artifact, files)

    def act(context: Context) -> None:
        context.releases.commit(planted.entry, planted.pointer, evidence=(planted.evidence,))

    share(context, act)
    copy.break_served(planted.artifact)
    return _live(copy.context().releases.state(), live.release.slot)


def _held(  # noqa: PLR0913 - what is copied, what is planted, and who looks
    copy: ScratchCopy,
    started: str,
    live: LiveRelease,
    planted: LiveRelease,
    *,
    find: Find,
    deliver: Deliver,
) -> DrillReport:
    context = copy.context()
    event = find(context, planted)
    if event is None:
        return _report(live, started, found="", faults=("the monitor found nothing",))
    context.events.write(event)
    context = copy.context()
    given = given_events(context, (), is_all=True)
    done = react(context, given, is_dry_run=False, deliver=deliver).report
    (row, *_) = done.events
    faults = [fault.message for fault in done.faults]
    if row.outcome is not ReactionOutcome.ROLLED_BACK:
        faults.append(f"{row.outcome.value}: {row.reason}")
    after = copy.context()
    now_live = after.releases.state().live_in(live.release.slot)
    if now_live is None or now_live.release.artifact != live.release.artifact:
        faults.append("the slot does not serve the good release")
    if unshared_tags(after):
        faults.append("the rollback is not on the shared branch")
    if not after.status_page:
        faults.append("there is no status page")
    if row.times is not None and row.times.told is None:
        faults.append("people were not told")
    return DrillReport(
        slot=live.release.slot,
        started=started,
        found=event.kind.value,
        is_undone=not faults,
        is_slow=row.is_slow,
        times=row.times,
        faults=tuple(fault[:_LONGEST] for fault in faults),
    )


def _report(live: LiveRelease, started: str, *, found: str, faults: tuple[str, ...]) -> DrillReport:
    return DrillReport(
        slot=live.release.slot,
        started=started,
        found=found,
        is_undone=False,
        is_slow=False,
        times=None,
        faults=tuple(fault[:_LONGEST] for fault in faults),
    )
