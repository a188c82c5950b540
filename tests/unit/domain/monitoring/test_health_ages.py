"""Ages: what is too old, whatever the clock did; families are generated around each limit."""

import pytest
from support import fleets

from openmed.domain.monitoring.alarm import Alarm, AlarmKind
from openmed.domain.monitoring.health.ages import (
    MessageSeen,
    RunSeen,
    age_of,
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
)
from openmed.domain.monitoring.health.monitor_check import MOST_ALARMS, alarm_of, gathered

NOW = "2026-11-24T12:00:00Z"
HOUR = "2026-11-24T11:00:00Z"
DAY = "2026-11-23T12:00:00Z"
WEEK = "2026-11-17T12:00:00Z"
AHEAD = "2026-11-26T12:00:00Z"
NO_TIMES = ["", "never", "2026-13-45T99:99:99Z", "2026-11-24T12:00:00"]
SILENT = {"monitor nightly": 72, "monitor status": 72}


def _kinds(alarms: tuple[Alarm, ...]) -> list[AlarmKind]:
    return [alarm.kind for alarm in alarms]


@pytest.mark.parametrize("then", [*NO_TIMES, AHEAD])
def test_what_can_be_no_past_time_has_no_age(then: str) -> None:
    """So that it is taken for too old, never for young."""
    assert age_of(then, now=NOW) is None


@pytest.mark.parametrize(("hours", "is_late"), [(1, False), (0, True)])
def test_a_message_is_late_after_its_hours(hours: int, *, is_late: bool) -> None:
    """Exactly as long is not longer."""
    found = messages_check([MessageSeen("t", HOUR)], hours=hours, as_of=NOW, now=NOW)
    assert ([AlarmKind.UNDELIVERED] if is_late else []) == _kinds(found.alarms)


@pytest.mark.parametrize("created", [WEEK, AHEAD])
def test_a_message_of_another_clock_is_late(created: str) -> None:
    """Nobody can say that it is young."""
    found = messages_check([MessageSeen("t", created)], hours=1, as_of=NOW, now=NOW)
    assert [AlarmKind.UNDELIVERED] == _kinds(found.alarms)


@pytest.mark.parametrize(
    ("measured", "is_old"), [(HOUR, False), (DAY, False), (WEEK, True), (AHEAD, True), ("", True)]
)
def test_evidence_is_old_after_its_hours(measured: str, *, is_old: bool) -> None:
    """One that was never measured, or in the future, is old."""
    (live,) = fleets.a_fleet(b"weights").live
    found = freshness_check([live], {live.release.slot: measured}, as_of=NOW, hours=24, now=NOW)
    assert ([AlarmKind.STALE_EVIDENCE] if is_old else []) == _kinds(found.alarms)


def _runs(*runs: RunSeen, live_since: str = WEEK) -> tuple[Alarm, ...]:
    return runs_check(runs, live_since=live_since, silent=SILENT, as_of=NOW, now=NOW).alarms


BOTH = (RunSeen("monitor nightly", DAY), RunSeen("monitor status", HOUR))


def test_runs_that_were_are_calm() -> None:
    """Both monitors ran within three days."""
    assert () == _runs(*BOTH)


@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("last", [WEEK, None])
def test_a_silent_monitor_is_missed(missing: int, last: str | None) -> None:
    """Whether it ran once or never."""
    rest = [run for place, run in enumerate(BOTH) if place != missing]
    old = [RunSeen(BOTH[missing].command, last)] if last else []
    (alarm,) = _runs(*old, *rest)
    assert AlarmKind.NO_SIGNAL is alarm.kind
    assert f"no {BOTH[missing].command} for 3 days" in alarm.detail


def test_what_is_live_since_an_hour_misses_nobody() -> None:
    """Nor does an empty fleet."""
    assert () == _runs(live_since=HOUR)
    assert () == _runs(live_since="")


def test_an_announced_run_that_did_not_come_is_missed() -> None:
    """Of whatever command; the newest record of it counts."""
    late = RunSeen("release run", DAY, next_by=HOUR)
    (alarm,) = _runs(*BOTH, late)
    assert "release run was expected by" in alarm.detail
    assert () == _runs(*BOTH, late, RunSeen("release run", HOUR, next_by=NOW))


def test_a_record_from_the_future_is_no_sign_of_life() -> None:
    """Else one wrong clock would keep a dead monitor alive for good."""
    alarms = _runs(BOTH[0], RunSeen("monitor status", AHEAD))
    assert ["no monitor status", "1 run records lie ahead"] == [
        " ".join(alarm.detail.split()[: 3 if "no " in alarm.detail[:3] else 5]) for alarm in alarms
    ]


@pytest.mark.parametrize(("newest", "is_behind"), [("", False), (DAY, False), (AHEAD, True)])
def test_a_clock_behind_the_ledger_is_an_alarm(newest: str, *, is_behind: bool) -> None:
    """Ages are then counted from the ledger's time."""
    found = clock_check(newest, now=NOW)
    assert ([AlarmKind.NO_SIGNAL] if is_behind else []) == _kinds(found.alarms)


@pytest.mark.parametrize(
    ("seen", "is_told"),
    [
        (KeySeen("ci", "", "2026-12-24T12:00:00Z"), False),
        (KeySeen(), False),
        (KeySeen("ci", "2026.11.24-1"), True),
        (KeySeen(head_expires="2026-11-25T12:00:00Z"), True),
        (KeySeen(head_expires=DAY), True),
        (KeySeen(head_fault="it is signed by nobody"), True),
        (KeySeen(head_expires="no time"), True),
    ],
)
def test_keys_and_heads_that_end_are_told(seen: KeySeen, *, is_told: bool) -> None:
    """Closed, expired, soon to expire, or not to be read."""
    found = keys_check(seen, hours=48, now=NOW)
    assert ([AlarmKind.KEY_EXPIRES] if is_told else []) == _kinds(found.alarms)


@pytest.mark.parametrize(
    ("free_bytes", "free_files", "is_low"),
    [(100, 10, False), (100, None, False), (99, 10, True), (100, 9, True), (0, 0, True)],
)
def test_a_disk_is_low_below_what_a_release_needs(
    free_bytes: int, free_files: int | None, *, is_low: bool
) -> None:
    """Bytes and files; a file system without a limit of files has enough."""
    disk = DiskSeen("work", free_bytes, free_files, wanted_bytes=100, wanted_files=10)
    found = disks_check([disk], now=NOW)
    assert ([AlarmKind.DISK_LOW] if is_low else []) == _kinds(found.alarms)


@pytest.mark.parametrize(("outdated", "is_told"), [((), False), (("a.html",), True)])
def test_pages_that_differ_are_told(outdated: tuple[str, ...], *, is_told: bool) -> None:
    """By name."""
    found = pages_check(5, outdated, is_shown=True, now=NOW)
    assert ([AlarmKind.INCOHERENT_PAGES] if is_told else []) == _kinds(found.alarms)


@pytest.mark.parametrize("number", [1, MOST_ALARMS, MOST_ALARMS + 1, 2266])
def test_one_trouble_of_very_many_slots_is_one_alarm(number: int) -> None:
    """And says how many."""
    kind = AlarmKind.NO_SIGNAL
    alarms = [alarm_of(kind, "gone", now=NOW, slot=f"a::b::c{n}") for n in range(number)]
    told = gathered(alarms)
    if number <= MOST_ALARMS:
        assert tuple(alarms) == told
    else:
        (one,) = told
        assert one.slot == ""
        assert one.detail.startswith(f"{number} slots, among them a::b::c0, ")
