"""`openmed monitor status`: is what is live served, whole, fresh, and does it still run.

It looks, and moves nothing: regressions are written as events for `openmed release react`, alarms
as messages for people. What cannot be looked at is an alarm, never calm.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from openmed.app.maintenance import derived_files
from openmed.app.sync import follow
from openmed.context import Context
from openmed.context.clean_room import clean_room
from openmed.domain.ledger.changes import Cleared, Condemned, Promoted
from openmed.domain.ledger.clock_rules import newest_entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.ages import (
    NIGHTLY,
    STATUS,
    MessageSeen,
    RunSeen,
    clock_check,
    freshness_check,
    messages_check,
    runs_check,
)
from openmed.domain.monitoring.health.machine import (
    DiskSeen,
    KeySeen,
    disks_check,
    keys_check,
    pages_check,
    release_room,
)
from openmed.domain.monitoring.health.monitor_check import (
    MonitorCheck,
    MonitorStatus,
    alarm_of,
    without_replaced,
)
from openmed.domain.monitoring.health.served_tree import (
    ServedLook,
    ServedState,
    integrity_check,
    public_check,
)
from openmed.domain.monitoring.health.smoke import smoke_check, smoke_share
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.page_record import PageRecord
from openmed.domain.release.product import fault_of
from openmed.domain.release.results.monitor_record import (
    notices_of,
    position_after,
    slot_before,
)
from openmed.errors import OpenMedError, PolicyError, UsageError
from openmed.pipeline.regeneration import RECORDS, derived_steps
from openmed.steps.monitoring.served import ServedWatch
from openmed.steps.monitoring.smoke import Smoke

_MONTHS: Final = 2
"""Months of run records that are read: a run is missed long before."""


class StatusLimits(NamedTuple):
    """What is too old, and how much is tried.

    Attributes:
        smoke: live releases that are loaded and run this time.
        evidence_hours: how old a measurement of what is live may be.
        nightly_hours: after how long a nightly is missed.
        status_hours: after how long this monitor is missed.
        message_hours: how long a message may wait.
        key_hours: how long before its end a signed head is told.
    """

    smoke: int
    evidence_hours: int
    nightly_hours: int
    status_hours: int
    message_hours: int
    key_hours: int


def monitor_status(world: Context, *, pattern: str, limits: StatusLimits) -> MonitorStatus:
    """Look at everything once; leave events and messages.

    Args:
        world: the release repository.
        pattern: slots that are looked at, as in a shell.
        limits: what is too old, and how much is tried.

    Raises:
        UsageError: not a release repository, or nothing live matches the pattern.
        IntegrityError: the state cannot be trusted.
    """
    if not world.is_repository:
        msg = "no gates/ in the release repository"
        raise UsageError(msg, next_step="cd to the folder with gates/, or use --root")
    world = follow(world)
    watch = _StatusWatch(world, pattern=pattern, limits=limits)
    status = watch.status()
    for event in status.events:
        world.events.write(event)
    for notice in notices_of(status, before=watch.last_record, waiting=world.outbox.waiting()):
        world.outbox.put(notice)
    return status


class _StatusWatch:
    """Looks at one thing after the other; what cannot be looked at is an alarm.

    Attributes:
        last_record: record of the monitor's last run; None when there is none.
    """

    def __init__(self, world: Context, *, pattern: str, limits: StatusLimits) -> None:
        self._world = world
        self._limits = limits
        self._state = world.releases.reached()
        self._live = _matching(self._state, pattern)
        self._looks: tuple[ServedLook, ...] = ()
        newest = newest_entry(self._state.entries)
        self._newest = newest.time if newest else ""
        self._as_of = max(world.now, self._newest)
        self._records = tuple(_records(world))
        mine = (row for row in reversed(self._records) if row.command == STATUS)
        self.last_record = next(mine, None)
        self._smoke_position = 0

    def status(self) -> MonitorStatus:
        """Everything, in order: what is tried rests on how it is served."""
        looks: tuple[tuple[str, Callable[[], MonitorCheck]], ...] = (
            ("integrity", self._integrity),
            ("commits", self._commits),
            ("smoke", self._smoke),
            ("freshness", self._freshness),
            ("runs", self._runs),
            ("messages", self._messages),
            ("pages", self._pages),
            ("keys", self._keys),
            ("disk", self._disks),
            ("clock", lambda: clock_check(self._newest, now=self._world.now)),
        )
        checks = tuple(self._looked(name, look) for name, look in looks)
        # A release that was replaced while it was looked at is nobody's trouble any more.
        after = self._world.releases.reached()
        return without_replaced(
            MonitorStatus(time=self._world.now, checks=checks, smoke_position=self._smoke_position),
            after,
        )

    def _looked(self, name: str, look: Callable[[], MonitorCheck]) -> MonitorCheck:
        try:
            return look()
        except (OpenMedError, OSError) as error:
            fault = fault_of(error, step=STATUS)
            says = f"it could not be looked at: {fault.message}"
            alarm = alarm_of(
                AlarmKind.NO_SIGNAL,
                f"{name}: {says}",
                now=self._world.now,
                next_step=fault.next_step or "openmed doctor",
            )
            return MonitorCheck(name=name, looked_at=0, says=alarm.detail, alarms=(alarm,))

    def _integrity(self) -> MonitorCheck:
        step = ServedWatch(self._world.registry, self._world.released_bytes)
        self._looks = tuple(step.look(self._state, live) for live in self._live)
        return integrity_check(self._looks, now=self._world.now)

    def _commits(self) -> MonitorCheck:
        step = ServedWatch(self._world.registry, self._world.released_bytes)
        late = tuple(step.late(self._state)) if self._world.registry.by_slot else ()
        return public_check(self._looks, late, now=self._world.now)

    def _smoke(self) -> MonitorCheck:
        world, last = self._world, self.last_record
        may_run = [row.live for row in self._looks if _may_be_tried(row)]
        # A listing does not tell every byte of what somebody else put there.
        foreign = [row.live for row in self._looks if _may_be_tried(row) and row.foreign]
        after, since = slot_before(self._live, last), last.started if last else ""
        turn = smoke_share(may_run, most=self._limits.smoke, after=after, since=since)
        self._smoke_position = position_after(self._live, turn, since=since, after=after)
        share = tuple({row.release.slot: row for row in (*foreign, *turn)}.values())
        with clean_room(world) as room:
            step = Smoke(
                registry=world.registry,
                store=room.store,
                released=room.released,
                runners=room.runners,
                remove=room.remove,
                log=lambda slot: world.products.log(slot, "smoke"),
                waiver=self._isolation_waiver,
            )
            trials = []
            for number, live in enumerate(share, start=1):
                world.progress.detail(f"smoke {number} of {len(share)}: {live.release.slot}")
                trials.append(step.of(self._state, live))
        return smoke_check(trials, left_out=len(self._live) - len(share), now=world.now)

    def _isolation_waiver(self, slot: str) -> str | None:
        with suppress(PolicyError):
            return self._world.inputs.policy(slot).isolation_reason
        return None

    def _freshness(self) -> MonitorCheck:
        return freshness_check(
            self._live,
            _measured(self._state),
            as_of=self._as_of,
            hours=self._limits.evidence_hours,
            now=self._world.now,
        )

    def _runs(self) -> MonitorCheck:
        limits = self._limits
        return runs_check(
            [RunSeen(row.command, row.ended, row.next_by or "") for row in self._records],
            live_since=min((row.time for row in self._state.live), default=""),
            silent={NIGHTLY: limits.nightly_hours, STATUS: limits.status_hours},
            as_of=self._as_of,
            now=self._world.now,
        )

    def _messages(self) -> MonitorCheck:
        waiting = [MessageSeen(row.title, row.created) for row in self._world.outbox.waiting()]
        hours = self._limits.message_hours
        return messages_check(waiting, hours=hours, as_of=self._as_of, now=self._world.now)

    def _pages(self) -> MonitorCheck:
        world = self._world
        is_shown = (world.artifacts / "trust").is_dir()
        looked_at, outdated = 0, list[str]()
        for step in derived_steps(world, is_looking=True):
            if not is_shown and step.kind != RECORDS:
                continue
            made = world.products.read(step.slot, step.name, PageRecord)
            if not step.would_write() and made and isinstance(made.value, PageRecord):
                looked_at += len(made.value.digests)
                continue
            found = derived_files(world, step)
            looked_at += found.looked_at
            outdated += found.outdated
        return pages_check(looked_at, outdated, is_shown=is_shown, now=world.now)

    def _keys(self) -> MonitorCheck:
        world = self._world
        seen = KeySeen()
        with suppress(UsageError):  # A machine that only watches has no key.
            closure = self._state.closure_of(world.signer.keyid)
            seen = KeySeen(world.signer.name, closure.tag if closure else "")
        envelope = world.heads.read()
        if envelope is not None:
            try:
                head = world.verifiers.verify_head(envelope).head
                seen = seen._replace(head_expires=head.expires)
            except OpenMedError as error:
                seen = seen._replace(head_fault=error.message)
        return keys_check(seen, hours=self._limits.key_hours, now=self._as_of)

    def _disks(self) -> MonitorCheck:
        world, machine = self._world, self._world.machine
        try:
            largest = [row.max_bytes for row in world.inputs.queue()]
        except UsageError:  # Told by `doctor`; what is live is what is measured against then.
            largest = [sum(one.size for one in row.release.files) for row in self._state.live]
        room = release_room(largest)
        return disks_check(
            [
                DiskSeen(
                    name,
                    machine.free_bytes(folder),
                    machine.free_files(folder),
                    wanted_bytes=room.bytes if name == "work" else 0,
                    wanted_files=room.files if name == "work" else len(largest),
                )
                for name, folder in world.folders.items()
            ],
            now=world.now,
        )


def _matching(state: FleetState, pattern: str) -> tuple[LiveRelease, ...]:
    found = tuple(row for row in state.live if fnmatchcase(row.release.slot, pattern))
    if state.live and not found:
        msg = f"nothing that is live matches {pattern[:80]!r}"
        raise UsageError(msg, next_step="openmed release list")
    return found


def _may_be_tried(row: ServedLook) -> bool:
    return row.state is ServedState.WHOLE and not row.behind


def _measured(state: FleetState) -> dict[str, str]:
    """When the bytes that are live in each slot were last judged, by the ledger."""
    live = {row.release.slot: row.release.artifact for row in state.live}
    found: dict[str, str] = {}
    for entry in state.entries:
        for change in entry.changes:
            if (
                isinstance(change, Promoted | Condemned | Cleared)
                and live.get(change.slot) == change.artifact
            ):
                found[change.slot] = entry.time
    return found


def _records(world: Context) -> Iterator[RunRecord]:
    for month in world.run_records.months()[-_MONTHS:]:
        yield from world.run_records.read(month)
