"""A rollback by hand: its stages are measured, people are told, and a slow one says so."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from support.places import BACK, Place
from support.reacting import Post

from openmed.app.rollback import run_rollback
from openmed.app.run_notes import note_of
from openmed.domain.notices.notice import NoticeKind
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.wire import parse


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A slot with a good release and a bad one after it."""
    made = Place(tmp_path)
    made.release(b"good")
    made.release(b"bad")
    return made


def _rolled_back(
    place: Place, post: Post, *, ticks: Callable[[], float] | None = None
) -> RunReport:
    context = replace(place.world, ticks=ticks or place.world.ticks)
    return run_rollback(context, BACK, is_dry_run=False, deliver=post)


def _written(place: Place) -> RunReport:
    data = (place.root / "artifacts" / "run-report.json").read_bytes()
    return parse(RunReport, data, what="run report")


def test_every_stage_is_in_the_run_report_and_the_record(place: Place) -> None:
    """Counted from the call; told is the last."""
    post = Post()
    report = _rolled_back(place, post)
    assert report == _written(place)
    assert report.rollback is not None
    times = report.rollback.times
    assert times == note_of(report).times
    assert (None, None, False) == (times.served, times.persisted, report.rollback.is_slow)
    assert times.told is not None
    assert times.regenerated is not None
    assert times.regenerated <= times.told
    assert [NoticeKind.ROLLED_BACK] == [told.kind for told in post.delivered]


def test_a_slow_one_is_done_marked_and_an_alarm(place: Place) -> None:
    """On a clock that jumps."""
    readings, post = count(0, 250), Post()
    report = _rolled_back(place, post, ticks=lambda: float(next(readings)))
    assert (0, True) == (report.exit_code, report.tag is not None)
    assert report.rollback is not None
    assert report.rollback.is_slow
    assert any("slower than promised" in alarm for alarm in report.alarms)
    assert {("rollback",), ("slow_rollback",)} == {told.about for told in post.delivered}
    assert report == _written(place)


def test_what_is_not_delivered_is_no_told(place: Place) -> None:
    """It waits in the outbox."""
    report = _rolled_back(place, Post(is_down=True))
    assert report.rollback is not None
    assert None is report.rollback.times.told
    assert 1 == len(place.world.outbox.waiting())


def test_one_that_moves_nothing_tells_nobody(place: Place) -> None:
    """The second of two; one that is refused is an alarm."""
    _rolled_back(place, Post())
    post = Post()
    report = _rolled_back(Place(place.root), post)
    assert (None, []) == (report.tag, post.delivered)


def test_one_that_is_refused_is_an_alarm(tmp_path: Path) -> None:
    """What leaks is still live."""
    place, post = Place(tmp_path), Post()
    place.release(b"bad")
    report = _rolled_back(place, post)
    assert 4 == report.exit_code
    assert [("no_target",)] == [told.about for told in post.delivered]


def test_a_report_of_an_earlier_engine_is_read(place: Place) -> None:
    """Its times had no stage after the pages."""
    report = _rolled_back(place, Post())
    data = (place.root / "artifacts" / "run-report.json").read_bytes()
    lines = [line for line in data.decode().splitlines() if not _is_new(line)]
    earlier = parse(RunReport, "\n".join(lines).encode(), what="run report")
    assert earlier.rollback is not None
    assert report.rollback is not None
    assert earlier.rollback.times.flipped == report.rollback.times.flipped


def _is_new(line: str) -> bool:
    return any(f'"{name}"' in line for name in ("served", "persisted"))
