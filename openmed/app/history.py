"""Looking back: revisions of a slot and differences of two tags, with what was measured."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.revisions import Revision, revisions_of
from openmed.domain.pages.fleet_difference import FleetDifference, difference
from openmed.domain.pages.headline import Headline, headline_of, headline_report
from openmed.domain.records.run_record import RunRecord
from openmed.domain.slot import parse_slot
from openmed.domain.wire import parse
from openmed.errors import OpenMedError, UsageError


class MeasuredRevision(NamedTuple):
    """A revision with its headline.

    Attributes:
        revision: the revision.
        headline: what was measured of it; None where its evidence is not whole, or there is none.
        delta: recall minus that of the release before it on the same suite; None = no such.
    """

    revision: Revision
    headline: Headline | None
    delta: float | None


def read_status(world: Context) -> FleetState:
    """What is live, checked against the ledger.

    Raises:
        UsageError: not a release repository.
        IntegrityError: pointer and ledger disagree.
    """
    world.inputs.queue()
    return world.releases.shown_state()


def read_revisions(world: Context, slot: str) -> tuple[MeasuredRevision, ...]:
    """Every revision of a slot, newest first.

    Raises:
        UsageError: no such slot was ever released or held here.
        IntegrityError: pointer and ledger disagree.
    """
    state = world.releases.shown_state()
    key = parse_slot(slot).key
    rows = revisions_of(state, key)
    if not rows:
        msg = f"slot {key} has no history"
        raise UsageError(msg, next_step="openmed release list")
    read = _headlines(world)
    found: list[MeasuredRevision] = []
    before: Headline | None = None
    for row in reversed(rows):
        now = read(row.release) if row.release else None
        found.append(MeasuredRevision(row, now, _delta(before, now)))
        before = now or before
    return tuple(reversed(found))


def read_runs(world: Context) -> Iterator[RunRecord]:
    """Every run that left a record, newest first.

    Raises:
        UsageError: not a release repository.
    """
    world.inputs.queue()
    return reversed(world.run_records.all())


def read_difference(world: Context, before: str, after: str) -> FleetDifference:
    """What differs between two ledger entries.

    Raises:
        UsageError: there is no such entry.
        IntegrityError: pointer and ledger disagree.
    """
    state = world.releases.shown_state()
    return difference(state_at(state, before), state_at(state, after), headline=_headlines(world))


def state_at(state: FleetState, tag: str) -> FleetState:
    """The fleet as it stood after an entry.

    Raises:
        UsageError: there is no such entry.
    """
    then = state.at(tag)
    if then is None:
        msg = f"no ledger entry {tag[:80]!r}"
        raise UsageError(msg, next_step="openmed release history")
    return then


def _headlines(world: Context) -> Callable[[Promoted], Headline | None]:
    def read(release: Promoted) -> Headline | None:
        reference = headline_report(release)
        if reference is None:
            return None
        try:
            data = world.releases.evidence(reference.report)
            return headline_of(release, parse(BenchmarkReport, data, what="report"))
        except OpenMedError:
            return None  # `verify` says what is wrong with it; history goes on.

    return read


def _delta(before: Headline | None, now: Headline | None) -> float | None:
    if before is None or now is None or before.suite_digest != now.suite_digest:
        return None
    if before.recall is None or now.recall is None:
        return None
    return now.recall - before.recall
