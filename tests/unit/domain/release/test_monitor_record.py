"""What a look leaves: whose turn is next, which alarms ended; hostile words are inert in it."""

import pytest
from support import builders, fleets
from support.looks import record_of_look

from openmed.domain.ledger.fleet import FleetState, LiveRelease, fold
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.monitor_check import (
    MonitorCheck,
    MonitorStatus,
    alarm_of,
    event_of,
    without_replaced,
)
from openmed.domain.monitoring.health.smoke import smoke_share
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.results.monitor_record import (
    notices_of,
    position_after,
    slot_before,
)
from openmed.exit_codes import ExitCode

NOW = builders.NOW
SLOTS = tuple(f"pii::t{number}::onnx" for number in range(7))


def _fleet(*slots: str) -> FleetState:
    state = fold(())
    for number, slot in enumerate(slots):
        state = fleets.released(state, content=b"%d" % number, slot=slot)
    return state


def _status(*checks: MonitorCheck, position: int = 0) -> MonitorStatus:
    return MonitorStatus(time=NOW, checks=checks, smoke_position=position)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 7, 20])
def test_every_slot_has_its_turn(most: int) -> None:
    """A round of looks tries each slot, and none twice before the others had theirs."""
    live = _fleet(*SLOTS).live
    record: RunRecord | None = None
    tried: list[str] = []
    while len(tried) < len(SLOTS):
        after = slot_before(live, record)
        # Everything became live at NOW, which is not after the last look.
        share = smoke_share(live, most=most, after=after, since=NOW)
        tried += (row.release.slot for row in share)
        position = position_after(live, share, since=NOW, after=after)
        record = record_of_look(_status(position=position))
    assert sorted(tried[: len(SLOTS)]) == sorted(SLOTS)


def test_what_is_new_is_tried_first_and_takes_nobody_s_turn() -> None:
    """The turn goes on where it was."""
    live = _fleet(*SLOTS).live
    share = smoke_share(live, most=2, after=SLOTS[3], since="2026-11-24T11:59:59Z")
    assert list(SLOTS[4:6]) == [row.release.slot for row in share]
    assert 4 == position_after(live, share, since="2026-11-24T11:59:59Z", after=SLOTS[3])


def test_a_fleet_that_shrank_starts_again() -> None:
    """A place behind the last slot is the last slot."""
    live = _fleet(*SLOTS[:2]).live
    after = slot_before(live, record_of_look(_status(position=7)))
    assert [SLOTS[0]] == [
        row.release.slot for row in smoke_share(live, most=1, after=after, since=NOW)
    ]


def _alarming(kind: AlarmKind, *, slot: str = "", detail: str = "a detail") -> MonitorCheck:
    alarm = alarm_of(kind, detail, now=NOW, slot=slot, next_step="openmed doctor")
    return MonitorCheck(name="x", looked_at=1, says="x", alarms=(alarm,))


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_every_kind_of_alarm_is_told_and_taken_back(kind: AlarmKind) -> None:
    """One message while it stands, one when it ended, none afterwards; of one fingerprint."""
    standing = _status(_alarming(kind, slot=SLOTS[0]), _alarming(kind, slot=SLOTS[1]))
    (told,) = notices_of(standing, before=None, waiting=())
    assert NoticeKind.ALARM is told.kind
    assert [f"{slot}: a detail" for slot in SLOTS[:2]] == list(told.lines)
    (ended,) = notices_of(_status(), before=record_of_look(standing), waiting=())
    assert (NoticeKind.RECOVERED, told.fingerprint) == (ended.kind, ended.fingerprint)
    assert () == notices_of(_status(), before=record_of_look(_status()), waiting=())


def test_a_message_that_waits_does_not_become_young() -> None:
    """It is brought up to date in place, and waits since it was first written."""
    status = _status(_alarming(AlarmKind.DISK_LOW, detail="new words"))
    (told,) = notices_of(status, before=None, waiting=())
    old = Notice.model_validate({**dict(told), "created": "2026-11-20T12:00:00Z", "lines": ()})
    (again,) = notices_of(status, before=None, waiting=[old])
    assert ("2026-11-20T12:00:00Z", ("new words",)) == (again.created, again.lines)


HOSTILE = ["::error::x", "a\nb", "\x1b[2J", "\u202egnp", "x" * 5000, "##[command]rm"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert(words: str) -> None:
    """In events, alarms, messages and the record: one printable line of bounded length."""
    (live,) = _fleet(SLOTS[0]).live
    event = event_of(live, RegressionKind.INTEGRITY, words, now=NOW)
    check = _alarming(AlarmKind.NO_SIGNAL, detail=words)
    status = _status(MonitorCheck(name="y", looked_at=1, says="y", events=(event,)), check)
    (notice,) = notices_of(status, before=None, waiting=())
    for line in (
        event.detail,
        status.alarms[0].detail,
        *notice.lines,
        record_of_look(status).detail,
    ):
        assert line.isprintable()
        assert len(line) <= 400
        assert not line.startswith("::")
        assert "##[" not in line


def _event(live: LiveRelease, kind: RegressionKind) -> MonitorCheck:
    event = event_of(live, kind, "a detail", now=NOW)
    return MonitorCheck(name="x", looked_at=1, says="x", events=(event,))


def test_the_exit_code_is_that_of_the_worst() -> None:
    """Integrity, then another regression, then an alarm."""
    (live,) = _fleet(SLOTS[0]).live
    alarm = _alarming(AlarmKind.NO_SIGNAL)
    load, bytes_ = (
        _event(live, kind) for kind in (RegressionKind.LOAD_FAILURE, RegressionKind.INTEGRITY)
    )
    codes = [
        _status(*rows).exit_code for rows in ((), (alarm,), (alarm, load), (alarm, load, bytes_))
    ]
    assert [ExitCode.DONE, ExitCode.NO_VERDICT, ExitCode.HELD, ExitCode.INTEGRITY] == codes


def test_two_checks_that_find_the_same_make_one_event() -> None:
    """Integrity sees it, and so does whoever copies the bytes out."""
    (live,) = _fleet(SLOTS[0]).live
    twice = _event(live, RegressionKind.INTEGRITY)
    assert 1 == len(_status(twice, twice).events)


def test_alarms_of_one_kind_lose_no_words() -> None:
    """The fleet's alarms of a kind are one, and say all."""
    kind = AlarmKind.NO_SIGNAL
    status = _status(_alarming(kind, detail="one"), _alarming(kind, detail="two"))
    assert ["one; two"] == [alarm.detail for alarm in status.alarms]


def test_an_event_of_a_replaced_release_is_dropped() -> None:
    """Its alarm stays; another generation is another release."""
    before = _fleet(SLOTS[0])
    (live,) = before.live
    status = _status(_event(live, RegressionKind.INTEGRITY), _alarming(AlarmKind.NO_SIGNAL))
    assert 1 == len(without_replaced(status, before).events)
    after = fleets.released(before, content=b"next", slot=SLOTS[0])
    told = without_replaced(status, after)
    assert (0, 1) == (len(told.events), len(told.alarms))
