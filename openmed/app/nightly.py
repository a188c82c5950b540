"""Measure what is live again: a share of the fleet each night, the slots that waited longest.

What is found is left as regression events for `openmed release react`; nothing is judged for a
release, nothing moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from openmed.app.sync import follow, share
from openmed.context import Context
from openmed.context.night_room import (
    NightRoom,
    is_written_alike,
    night_maker,
    night_room,
    night_suite,
)
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.ledger.cited.condemned_behaviour import own_reports
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.alarm import Alarm
from openmed.domain.monitoring.nightly.detector import Misses, NightDrift, drift_of, misses_of
from openmed.domain.monitoring.nightly.night_findings import (
    Cause,
    Found,
    NightTrouble,
    Remeasured,
    changed_suites,
    event_of,
    findings,
)
from openmed.domain.monitoring.nightly.nightly_report import (
    NightlyReport,
    NightRow,
    alarm_of_age,
    alarm_of_trouble,
    result_of,
)
from openmed.domain.monitoring.nightly.rotation import SlotAge, overdue, plan_night
from openmed.domain.monitoring.nightly.slot_nights import (
    NightCounts,
    SlotNights,
    is_of,
    with_night,
)
from openmed.domain.records.run_note import LONGEST_DETAIL, RunNote
from openmed.domain.release.product import fault_of
from openmed.domain.suites.generated import GeneratedSuite
from openmed.domain.suites.suite import Suite
from openmed.domain.wire import dump, parse
from openmed.errors import OpenMedError, UsageError
from openmed.pipeline.definition import EVERY
from openmed.pipeline.events import performed
from openmed.pipeline.reviewed.reviewed_measurements import bench_of
from openmed.pipeline.run_preconditions import require_writable
from openmed.steps.benchmark.night_inputs import NightInputs
from openmed.steps.benchmark.remeasure import Remeasure
from openmed.steps.benchmark.runner import BenchmarkRunner


def run_nightly(context: Context, *, budget: float, pattern: str = EVERY) -> NightlyReport:
    """Measure what is live again, as much of it as a budget holds.

    Args:
        context: the release repository.
        budget: seconds after which no further slot is begun; one slot is measured in any case.
        pattern: slots meant, with `*` and `?` as in a shell; the others wait.

    Raises:
        UsageError: not a release repository, or nothing live is meant.
        IntegrityError: the state cannot be trusted.
    """
    if not context.is_repository:
        msg = "no gates/ in the release repository"
        raise UsageError(msg, next_step="cd to the folder with gates/, or use --root")
    world = follow(context)
    require_writable(world, "work")
    live = world.releases.state().live
    meant = tuple(one for one in live if fnmatchcase(one.release.slot, pattern))
    if live and not meant:
        slots = ", ".join(one.release.slot for one in live)
        raise UsageError(f"no live slot matches {pattern[:80]!r}; live: {slots}"[:400])
    with night_room(world) as room:
        night = _Night(world, room, slots=len(live), budget=budget)
        report = night.report(meant, live)
    _share(world)
    return report


def _share(world: Context) -> None:
    """Let others know how far the round is; what cannot be shared now goes with a later commit."""
    if world.git_state is None:
        return
    try:
        share(world, lambda _: None, is_urgent=True, is_repeatable=False)
    except OpenMedError as error:
        world.terminal.line(f"the counts of this night are not shared yet: {error.message}")


class _Notes(NamedTuple):
    """The notes of this night for the slots of one generated suite."""

    row: GeneratedSuite
    suite: Suite
    maker: str


@dataclass(frozen=True)
class _Night:
    """One night of a release repository."""

    world: Context
    room: NightRoom
    slots: int
    budget: float

    @property
    def today(self) -> str:
        return self.world.now[:10]

    def report(
        self, meant: tuple[LiveRelease, ...], live: tuple[LiveRelease, ...]
    ) -> NightlyReport:
        """Measure the slots whose turn it is."""
        plan = plan_night([self._age(one) for one in live], budget=self.budget)
        wanted = plan_night([self._age(one) for one in meant], budget=self.budget)
        by_slot = {one.release.slot: one for one in meant}
        began, rows, files = self.world.timer(), list[NightRow](), list[str]()
        for age, cost in zip(wanted.order, wanted.costs, strict=True):
            if rows and self.world.timer() - began + cost > self.budget:
                break
            row = self._slot(by_slot[age.slot])
            rows.append(row)
            files += [self.world.shown(self.world.events.write(event)) for event in row.events]
        now = self.world.at_this_moment().now
        return NightlyReport(
            night=self.today,
            started=self.world.now,
            budget=self.budget,
            seconds=round(self.world.timer() - began, 1),
            slots=tuple(rows),
            waiting=len(live) - len(rows),
            most_nights=plan.nights,
            alarms=tuple(self._alarms(rows, live, nights=plan.nights, now=now)),
            files=tuple(files),
        )

    def _age(self, live: LiveRelease) -> SlotAge:
        """When a release was last measured: in its last night, or when it was released."""
        kept = self._kept(live)
        released = live.time[:10]
        if kept is None:
            return SlotAge(live.release.slot, released, None)
        return SlotAge(live.release.slot, max(kept.day, released), kept.seconds, kept.tried)

    def _kept(self, live: LiveRelease) -> SlotNights | None:
        kept = self.world.nights.read(live.release.slot)
        return kept if kept is not None and is_of(kept, live) else None

    def _slot(self, live: LiveRelease) -> NightRow:
        began, slot = self.world.timer(), live.release.slot
        notes, missing = self._notes_for(live)
        with performed(self.world, f"nightly:{slot}"):
            measured = self._measured(live, notes)
            self.room.clear(live.release.artifact)
        if missing is not None:
            measured = measured._replace(trouble=(*measured.trouble, missing))
        seconds = self.world.timer() - began
        fresh, drift = self._keep(measured, notes, seconds=seconds)
        found = findings(measured, drift, slots=self.slots)
        now = self.world.at_this_moment().now
        events = tuple(event_of(one, live, evidence=self._proof(one), now=now) for one in found)
        changed = changed_suites(measured)
        helpful = next((one for one in measured.trouble if one.next_step), None)
        return NightRow(
            slot=slot,
            generation=live.generation,
            artifact=live.release.artifact,
            result=result_of(measured, events),
            seconds=round(seconds, 1),
            same=tuple(
                again.suite.name
                for before, again in measured.pairs
                if before is not None and again.suite.name not in changed
            ),
            new=tuple(again.suite.name for before, again in measured.pairs if before is None),
            fresh=fresh,
            chance=drift.chance if drift and drift.window else None,
            events=events,
            faults=tuple(one.message for one in measured.trouble if one.cause is Cause.OURS),
            next_step=helpful.next_step if helpful else "",
        )

    def _measured(self, live: LiveRelease, notes: _Notes | None) -> Remeasured:
        try:
            return self._step.run(live, night=notes.suite if notes else None)
        except Exception as error:  # noqa: BLE001 - one bug never ends the night of the others
            fault = fault_of(error, step=f"nightly:{live.release.slot}")
            trouble = NightTrouble(Cause.OURS, f"{fault.error}: {fault.message}", fault.next_step)
            return Remeasured(live, trouble=(trouble,))

    def _keep(
        self, measured: Remeasured, notes: _Notes | None, *, seconds: float
    ) -> tuple[Misses | None, NightDrift | None]:
        """Keep the counts of a night, or that it was tried, and test for drift."""
        live = measured.live
        fresh = misses_of(measured.fresh) if measured.fresh else None
        night = NightCounts(
            night=self.today,
            fresh=fresh,
            changed=changed_suites(measured),
            failed=tuple(result.id for result in measured.failed),
        )
        kept = with_night(
            self.world.nights.read(live.release.slot),
            live,
            night if measured.pairs or fresh else None,
            today=self.today,
            reference=self._reference(live, notes.row) if notes else None,
            maker=notes.maker if notes else "",
            seconds=seconds,
        )
        self.world.nights.write(kept)
        return fresh, drift_of(kept.before, kept.fresh) if fresh else None

    def _reference(self, live: LiveRelease, row: GeneratedSuite) -> Misses | None:
        """The release's own misses, where its notes were written by what writes the night's."""
        report = self._recorded(live, row.name)
        if report is None:
            return None
        facts = report.suite
        is_alike = is_written_alike(self.world, row, edition=facts.edition, revision=facts.revision)
        return misses_of(report) if is_alike else None

    def _recorded(self, live: LiveRelease, suite: str) -> BenchmarkReport | None:
        for one in own_reports(live.release.reports):
            if one.suite == suite:
                data = self.world.releases.evidence(one.report)
                return parse(BenchmarkReport, data, what=f"recorded report of {suite}")
        return None

    def _proof(self, found: Found) -> str | None:
        """Keep the reports that show a finding; the digest of the first of them."""
        kept = [self.world.events.keep(dump(report)) for report in found.proof]
        return kept[0] if kept else None

    def _notes_for(self, live: LiveRelease) -> tuple[_Notes | None, NightTrouble | None]:
        """Notes of the night where a policy names a generated suite, or why there are none."""
        try:
            named = self.world.inputs.policy(live.release.slot).suites
            row = next((r for r in self.world.inputs.generated_rows if r.name in named), None)
            if row is None:
                return None, None
            if row.name not in self._notes:
                maker, suite = night_maker(self.world, row), night_suite(self.world, row)
                self._notes[row.name] = _Notes(row, suite, maker)
            return self._notes[row.name], None
        except OpenMedError as error:
            return None, NightTrouble(
                Cause.OURS, f"notes of the night: {error.message}", error.next_step
            )

    @cached_property
    def _notes(self) -> dict[str, _Notes]:
        return {}

    @cached_property
    def _step(self) -> Remeasure:
        world, room = self.world, self.room
        return Remeasure(
            inputs=world.inputs,
            releases=world.releases,
            store=room.store,
            released=room.released,
            served=world.released_bytes,
            benches=self._bench,
            control=room.control,
            has_packages=room.has_packages,
            log=world.products.log,
            gates=world.gates,
            now=world.now,
        )

    def _bench(self, night: Suite | None) -> BenchmarkRunner:
        """What measures candidates, with nothing predicted before, and nothing that stands in."""
        inputs = NightInputs(self.world.inputs, night) if night else self.world.inputs
        return replace(
            bench_of(self.world, may_build=True),
            inputs=inputs,
            store=self.room.store,
            predictions=self.room.predictions(),
            attestations=None,
            known={},
        )

    def _alarms(
        self, rows: list[NightRow], live: tuple[LiveRelease, ...], *, nights: int, now: str
    ) -> Iterator[Alarm]:
        yield from (alarm_of_trouble(row, now=now) for row in rows if row.faults)
        told = {row.slot for row in rows if row.faults}
        ages = [self._age(one) for one in live if one.release.slot not in told]
        late = overdue(ages, today=self.today, nights=nights)
        yield from (alarm_of_age(row, nights=nights, now=now) for row in late)


def note_of_night(report: NightlyReport) -> RunNote:
    """What the record of a night has: what was measured, and what was found."""
    found = ", ".join(sorted({event.kind.value for event in report.events}))
    return RunNote(counts=report.counts, detail=f"found: {found}"[:LONGEST_DETAIL] if found else "")
