"""Reacting to events on real ledger, evidence and bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.reacting import LATER, Post, event_of, react_in

from openmed.adapters.disk import atomic
from openmed.app.react import given_events
from openmed.domain.ledger.changes import Held, RolledBack
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.notices.notice import NoticeKind
from openmed.domain.records.run_record import SLO_SECONDS, RunRecord
from openmed.domain.release.results.reaction_report import ReactionOutcome
from openmed.domain.wire import dump, read_json
from openmed.exit_codes import ExitCode

GOOD, BAD = b"good", b"bad"
OTHER = f"{SLOT}::other"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A slot with a good release and a bad one after it."""
    made = Place(tmp_path)
    made.release(GOOD)
    made.release(BAD)
    return made


def _live(place: Place, slot: str = SLOT) -> tuple[int, str]:
    row = Place(place.root).releases.state().live_in(slot)
    assert row is not None
    return row.generation, row.release.artifact


def _records(place: Place) -> list[RunRecord]:
    records = place.world.run_records
    return [record for month in records.months() for record in records.read(month)]


def _moves(place: Place) -> int:
    state = Place(place.root).releases.state()
    return sum(isinstance(change, RolledBack) for e in state.entries for change in e.changes)


@pytest.mark.parametrize("kind", [RegressionKind.CRITICAL_LEAK, RegressionKind.LOAD_FAILURE])
def test_a_hard_regression_is_undone_at_once(kind: RegressionKind, place: Place) -> None:
    """The release before is live, what is left is condemned, the ledger names the event."""
    event, post = event_of(BAD, kind=kind), Post()
    done = react_in(place, event, deliver=post)
    assert (0, ReactionOutcome.ROLLED_BACK) == (
        done.report.exit_code,
        done.report.events[0].outcome,
    )
    assert (3, builders.artifact_of(GOOD)) == _live(place)
    state = Place(place.root).releases.state()
    assert state.is_quarantined(builders.artifact_of(BAD))
    (moved,) = (c for c in state.entries[-1].changes if isinstance(c, RolledBack))
    assert moved.reason.startswith(f"event {event.digest[:16]}: {kind.value}")
    assert event.detected_at == moved.detected_at
    (told,) = post.delivered
    assert (NoticeKind.ROLLED_BACK, SLOT, (kind.value,)) == (told.kind, told.slot, told.about)
    assert event.digest in told.evidence


def test_every_stage_is_measured_from_when_it_was_found(place: Place) -> None:
    """In the record of the run; nothing is served outside, and nobody shares this state."""
    react_in(place, event_of(BAD))
    (record,) = _records(place)
    times = record.times
    assert times is not None
    assert ("release react", "2026-11-24T12:00:00Z") == (record.command, times.detected_at)
    assert (None, None) == (times.served, times.persisted)
    assert times.decided is not None
    assert times.flipped is not None
    assert times.regenerated is not None
    assert times.told is not None
    assert 60 <= times.decided <= times.flipped <= times.regenerated <= times.told < 120


def test_two_events_are_one_rollback(place: Place) -> None:
    """Also in two calls, in either order; the same event again does nothing."""
    first = event_of(BAD)
    second = event_of(BAD, kind=RegressionKind.LOAD_FAILURE, detail="exit 1")
    react_in(place, first, second)
    again = react_in(place, second, first, first)
    assert [ReactionOutcome.IGNORED] * 2 == [row.outcome for row in again.report.events]
    assert (0, 1) == (again.report.exit_code, _moves(place))
    assert "was replaced by 3" in again.report.events[0].reason


def test_the_same_event_twice_is_told_once(place: Place) -> None:
    """It has its record."""
    post = Post()
    for _ in range(3):
        react_in(place, event_of(BAD), deliver=post)
    assert (1, 1) == (_moves(place), len(post.delivered))


def test_an_event_of_a_replaced_release_is_ignored(place: Place) -> None:
    """Exit 0, and it says so."""
    done = react_in(place, event_of(GOOD, generation=1))
    (row,) = done.report.events
    assert (0, ReactionOutcome.IGNORED) == (done.report.exit_code, row.outcome)
    assert "generation 1 was replaced by 2" in row.reason
    assert 0 == _moves(place)


def test_a_restored_release_that_leaks_is_left_too(place: Place) -> None:
    """A rollback by hand would stop there; an event about it does not."""
    place.release(b"worse")
    react_in(place, event_of(b"worse", generation=3))
    assert (4, builders.artifact_of(BAD)) == _live(place)
    done = react_in(place, event_of(BAD, generation=4))
    assert [ReactionOutcome.ROLLED_BACK] == [row.outcome for row in done.report.events]
    assert (5, builders.artifact_of(GOOD)) == _live(place)


def test_without_a_target_the_slot_is_held(tmp_path: Path) -> None:
    """Exit 4, frozen, an alarm; never success, and the same again adds nothing."""
    place, post = Place(tmp_path), Post()
    place.release(BAD)
    event = event_of(BAD, generation=1)
    done = react_in(place, event, deliver=post)
    assert (4, ReactionOutcome.NO_TARGET) == (done.report.exit_code, done.report.events[0].outcome)
    state = Place(tmp_path).releases.state()
    (frozen,) = state.freezes
    assert frozen.reason.startswith(f"event {event.digest[:16]}")
    assert (1, builders.artifact_of(BAD)) == _live(place)
    assert {("critical_leak",), ("no_target",)} == {told.about for told in post.delivered}
    again = react_in(place, event, deliver=post)
    assert (4, 2) == (again.report.exit_code, len(post.delivered))
    assert state.entries == Place(tmp_path).releases.state().entries


def test_a_soft_regression_is_held_and_undone_when_it_is_found_again(place: Place) -> None:
    """The first night is remembered by a fresh checkout: it is a committed file."""
    first = event_of(BAD, kind=RegressionKind.DRIFT)
    second = event_of(BAD, kind=RegressionKind.DRIFT, at="2026-11-25T12:00:00Z")
    done = react_in(place, first)
    assert (3, ReactionOutcome.HELD) == (done.report.exit_code, done.report.events[0].outcome)
    assert [f"{first.digest}.json"] == [
        path.name for path in (place.root / "gates" / "events").iterdir()
    ]
    for folder in ("events", "outbox", "runs"):
        atomic.remove_tree(place.root / "artifacts" / folder)
    done = react_in(Place(place.root), second, now="2026-11-25T12:01:00Z")
    assert [ReactionOutcome.ROLLED_BACK] == [row.outcome for row in done.report.events]
    assert (3, builders.artifact_of(GOOD)) == _live(place)


def test_the_same_soft_event_twice_is_not_two_nights(place: Place) -> None:
    """Nor is another one of the same day."""
    one = event_of(BAD, kind=RegressionKind.GATE_FAILED)
    other = event_of(BAD, kind=RegressionKind.GATE_FAILED, at="2026-11-24T12:00:30Z")
    for event in (one, one, other):
        react_in(place, event)
    assert 0 == _moves(place)
    state = Place(place.root).releases.state()
    held = [c for e in state.entries for c in e.changes if isinstance(c, Held)]
    assert 1 == len(held)


def test_bytes_that_are_not_the_release_are_served_again(place: Place) -> None:
    """From what is staged here: nothing is taken back, and it is recorded and told."""
    _break_served(place, BAD)
    event, post = event_of(BAD, kind=RegressionKind.INTEGRITY), Post()
    done = react_in(place, event, deliver=post)
    assert (0, ReactionOutcome.REPAIRED) == (done.report.exit_code, done.report.events[0].outcome)
    assert (2, builders.artifact_of(BAD)) == _live(place)
    assert place.verify().faults == ()
    assert [("integrity",)] == [told.about for told in post.delivered]
    assert [(("repaired", 1),)] == [record.counts for record in _records(place)]


def test_bytes_that_are_nowhere_are_left(place: Place) -> None:
    """Neither here nor at the source: the slot goes back."""
    _break_served(place, BAD)
    atomic.remove_tree(place.root / "artifacts" / "staged" / builders.artifact_of(BAD))
    done = react_in(place, event_of(BAD, kind=RegressionKind.INTEGRITY))
    assert [ReactionOutcome.ROLLED_BACK] == [row.outcome for row in done.report.events]
    assert (3, builders.artifact_of(GOOD)) == _live(place)


def _break_served(place: Place, content: bytes) -> None:
    for path in Path(place.served(builders.artifact_of(content))).iterdir():
        path.chmod(0o644)
        path.write_bytes(b"something else")


def _edited(event: bytes) -> bytes:
    return event.replace(b'"generation":2', b'"generation":1')


FORGED = {
    "a slot that never was": event_of(BAD, slot="ner::tiny::onnx"),
    "a generation that never was": event_of(BAD, generation=7),
    "another artifact": event_of(b"foreign"),
    "a time to come": event_of(BAD, at="2026-11-24T18:00:00Z"),
    "before it was live": event_of(BAD, at="2026-11-23T12:00:00Z"),
}


@pytest.mark.parametrize("name", sorted(FORGED))
def test_an_event_that_cannot_be_true_is_refused(name: str, place: Place) -> None:
    """With one sentence; nothing moves, nothing is kept, and a true one is not held up."""
    done = react_in(place, FORGED[name])
    (row,) = done.report.events
    assert (5, ReactionOutcome.REFUSED) == (done.report.exit_code, row.outcome)
    assert "\n" not in row.reason
    assert (0, False) == (_moves(place), (place.root / "gates" / "events").exists())
    both = react_in(place, FORGED[name], event_of(BAD))
    assert (5, 1) == (both.report.exit_code, _moves(place))


DAMAGE = {
    "edited": lambda path: path.write_bytes(_edited(path.read_bytes())),
    "laid out anew": lambda path: path.write_bytes(path.read_bytes().replace(b",", b", ")),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "another file": lambda path: path.write_bytes(b"{}"),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_a_file_that_is_no_event_is_refused(name: str, place: Place) -> None:
    """Under its own name or another one."""
    path = place.world.events.write(event_of(BAD))
    DAMAGE[name](path)
    given = given_events(place.world, (str(path),), is_all=False)
    assert ((), [ReactionOutcome.REFUSED]) == (given.events, [row.outcome for row in given.refused])


def test_an_event_on_stdin_is_read_with_its_line_end(place: Place) -> None:
    """As a pipe hands it over; edited it is refused."""
    event = event_of(BAD)
    given = given_events(place.world, (), is_all=False, read=dump(event) + b"\n")
    assert ((event,), ()) == given
    edited = given_events(place.world, (), is_all=False, read=dump(event).replace(b",", b", "))
    assert ((), 1) == (edited.events, len(edited.refused))


def test_a_dry_run_writes_nothing(place: Place) -> None:
    """And says the same; also where there is no target."""
    event = event_of(BAD)
    place.world.events.write(event)
    before = _files(place.root)
    done = react_in(place, event, is_dry_run=True)
    assert [ReactionOutcome.ROLLED_BACK] == [row.outcome for row in done.report.events]
    assert before == _files(place.root)


def _files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_slots_are_undone_one_by_one(place: Place) -> None:
    """One that cannot go back holds no other up; each has its entry, its times and its record."""
    place.release(b"only", slot=OTHER)
    events = (event_of(b"only", slot=OTHER, generation=1), event_of(BAD))
    done = react_in(place, *events)
    outcomes = {row.slot: row.outcome for row in done.report.events}
    assert {OTHER: ReactionOutcome.NO_TARGET, SLOT: ReactionOutcome.ROLLED_BACK} == outcomes
    assert 4 == done.report.exit_code
    tags = [entry.tag for entry in Place(place.root).releases.state().entries[-2:]]
    assert sorted(tags) == sorted(record.tag for record in _records(place))
    assert (3, builders.artifact_of(GOOD)) == _live(place)


def test_a_policy_that_cannot_be_read_holds_no_rollback_up(place: Place) -> None:
    """The shipped one decides, and an alarm says so."""
    (place.root / "gates" / "reaction.toml").write_text("[critical_leak]\naction = 'sing'\n")
    done = react_in(place, event_of(BAD))
    assert [ReactionOutcome.ROLLED_BACK] == [row.outcome for row in done.report.events]
    assert "gates/reaction.toml" in done.report.alarms[0]


def test_what_could_not_be_delivered_stays_and_is_no_told(place: Place) -> None:
    """The rollback stands; the stage was not reached."""
    done = react_in(place, event_of(BAD), deliver=Post(is_down=True))
    assert (ExitCode.UNFINISHED, ["deliver"]) == (
        done.report.exit_code,
        [fault.step for fault in done.report.faults],
    )
    assert 1 == len(place.world.outbox.waiting())
    (record,) = _records(place)
    assert record.times is not None
    assert (None, 3) == (record.times.told, _live(place)[0])


def _clock(step: float) -> Iterator[float]:
    reading = 0.0
    while True:
        yield reading
        reading += step


@pytest.mark.parametrize(("step", "is_slow"), [(1.0, False), (100.0, False), (200.0, True)])
def test_a_rollback_that_is_slow_is_marked_and_still_done(
    step: float,
    is_slow: bool,  # noqa: FBT001 - a parameter of the case
    place: Place,
) -> None:
    """On a fake clock: found a minute ago, read once a stage; 600 s is the promise."""
    readings, post = _clock(step), Post()
    done = react_in(place, event_of(BAD), deliver=post, ticks=lambda: next(readings))
    assert (3, builders.artifact_of(GOOD)) == _live(place)
    (row,) = done.report.events
    assert row.times is not None
    assert (is_slow, is_slow) == (row.is_slow, (row.times.until_undone or 0) >= 600)
    assert done.run_report is not None
    assert done.run_report.rollback is not None
    assert is_slow == done.run_report.rollback.is_slow
    assert is_slow == any("slow_rollback" in told.about for told in post.delivered)
    assert is_slow == any("slower" in alarm for alarm in done.report.alarms)
    (record,) = _records(place)
    assert record.times is not None
    assert is_slow == record.times.is_slow
    written = read_json((place.root / "artifacts/run-report.json").read_bytes(), what="report")
    assert isinstance(written, dict)
    assert is_slow == ("slower" in str(written["alarms"]))


def _assert_in_time(place: Place) -> None:
    """What is promised of every rollback that is recorded."""
    times = [record.times for record in _records(place) if record.times is not None]
    assert times
    assert [] == [one for one in times if not (one.until_undone or 0.0) < SLO_SECONDS]


def test_the_promise_is_kept_and_can_be_broken(place: Place, tmp_path: Path) -> None:
    """Less than 600 s from found to shared: asserted of this engine, and able to fail."""
    react_in(place, event_of(BAD))
    _assert_in_time(place)
    readings = _clock(200.0)
    slow = Place(tmp_path / "slow")
    slow.release(GOOD)
    slow.release(BAD)
    react_in(slow, event_of(BAD), ticks=lambda: next(readings))
    with pytest.raises(AssertionError):
        _assert_in_time(slow)


def test_an_event_that_is_found_late_is_slow(place: Place) -> None:
    """What a queue of CI took counts."""
    done = react_in(place, event_of(BAD), now="2026-11-24T12:10:00Z")
    assert [True] == [row.is_slow for row in done.report.events]


def test_who_died_before_telling_is_told_by_the_next(place: Place) -> None:
    """Without a record of its entry the event is told and recorded; the pointer stays."""
    silent = Post(is_down=True)
    react_in(place, event_of(BAD), deliver=silent, is_recorded=False)
    for notice in place.world.outbox.waiting():
        place.world.outbox.take(notice)
    post = Post()
    done = react_in(place, event_of(BAD), deliver=post, now="2026-11-24T12:03:00Z")
    assert (0, 1) == (done.report.exit_code, _moves(place))
    assert [NoticeKind.ROLLED_BACK] == [told.kind for told in post.delivered]
    (record,) = _records(place)
    assert record.times is not None
    assert (LATER, "2026-11-24T12:03:00Z") == (
        Place(place.root).releases.state().entries[-1].time,
        record.started,
    )
    assert 60 == record.times.flipped
    assert record.times.told is not None
    assert record.times.told >= 180


def test_events_that_are_over_wait_no_more(place: Place) -> None:
    """With --all a night later: what was undone and recorded is passed over; named it is said."""
    event = event_of(BAD)
    react_in(place, event)
    names = tuple(str(path) for path in place.world.events.paths())
    assert ((), ()) == given_events(Place(place.root).world, (), is_all=True)
    assert (event,) == given_events(Place(place.root).world, names, is_all=True).events


def test_an_event_whose_undo_nobody_recorded_still_waits(place: Place) -> None:
    """Who undid it died before people were told."""
    event = event_of(BAD)
    react_in(place, event, is_recorded=False)
    assert (event,) == given_events(Place(place.root).world, (), is_all=True).events
