"""The whole look on a real repository: what each trouble leaves behind, twice and side by side."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import builders
from support.looks import LIMITS, recorded
from support.places import Place

from openmed.adapters.disk import atomic
from openmed.app.monitor_status import monitor_status
from openmed.cli.command_tree import cli
from openmed.cli.main import run
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.monitor_check import MonitorStatus
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.records.run_record import RunRecord
from openmed.exit_codes import ExitCode

NOW, LATER, MUCH_LATER = builders.NOW, "2026-11-25T12:00:00Z", "2027-11-24T12:00:00Z"
BEFORE = "2026-11-20T12:00:00Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release, with its pages."""
    place = Place(tmp_path_factory.mktemp("made") / "r")
    place.write_queue()
    place.release(b"first")
    place.regenerate()
    return place.root


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    """A copy of it."""
    shutil.copytree(made, tmp_path / "r")
    return Place(tmp_path / "r")


def look(place: Place, *, now: str = NOW) -> MonitorStatus:
    """One look at some time, recorded."""
    return recorded(place, bare_look(place, now=now))


def bare_look(place: Place, *, now: str = NOW) -> MonitorStatus:
    """One look, before the command leaves its record."""
    return monitor_status(replace(place.world, now=now), pattern="*", limits=LIMITS)


def _kinds(found: MonitorStatus) -> list[AlarmKind]:
    return [alarm.kind for alarm in found.alarms]


def _edit_page(place: Place) -> None:
    page = next((place.root / "artifacts" / "trust" / "status").glob("*.html"))
    page.write_text(page.read_text().replace("live", "dead"))


def _delete_page(place: Place) -> None:
    next((place.root / "artifacts" / "trust" / "cards").rglob("*.md")).unlink()


def _edit_baseline(place: Place) -> None:
    (place.root / "gates" / "baseline.json").write_text("{}\n")


def _message(place: Place) -> None:
    place.world.outbox.put(Notice(kind=NoticeKind.HELD, title="t", created=BEFORE))


def _damage_head(place: Place) -> None:
    (place.root / "gates" / "head.json").write_text("{}")


def _late_run(place: Place) -> None:
    place.world.run_records.append(
        RunRecord(
            command="release run",
            trigger="schedule",
            started=BEFORE,
            ended=BEFORE,
            exit_code=0,
            next_by="2026-11-21T12:00:00Z",
        )
    )
    place.regenerate()


def _fill_disk(place: Place) -> None:
    queue = place.root / "gates" / "candidates.toml"
    lines = [row for row in queue.read_text().splitlines() if not row.startswith("max_bytes")]
    queue.write_text("\n".join([*lines, "max_bytes = 1000000000000000", ""]))


TROUBLES = [
    (_edit_page, AlarmKind.INCOHERENT_PAGES),
    (_delete_page, AlarmKind.INCOHERENT_PAGES),
    (_edit_baseline, AlarmKind.INCOHERENT_PAGES),
    (_message, AlarmKind.UNDELIVERED),
    (_damage_head, AlarmKind.KEY_EXPIRES),
    (_late_run, AlarmKind.NO_SIGNAL),
    (_fill_disk, AlarmKind.DISK_LOW),
]


@pytest.mark.parametrize(("trouble", "kind"), TROUBLES)
def test_a_trouble_is_an_alarm_and_moves_nothing(
    trouble: Callable[[Place], None], kind: AlarmKind, place: Place
) -> None:
    """Exit 5, a message in the outbox, no event; what is live stays live."""
    before = (place.root / "gates" / "pointer.json").read_bytes()
    trouble(place)
    found = look(place)
    assert ([kind], ()) == (_kinds(found), found.events)
    assert ExitCode.NO_VERDICT is found.exit_code
    told = [row for row in place.world.outbox.waiting() if row.kind is NoticeKind.ALARM]
    assert [(kind.value,)] == [row.about for row in told]
    assert before == (place.root / "gates" / "pointer.json").read_bytes()


def test_an_alarm_that_ended_is_taken_back(place: Place) -> None:
    """By the record of the look before; then nothing more is said."""
    _edit_page(place)
    look(place)
    (notice,) = place.world.outbox.waiting()
    place.world.outbox.take(notice)
    place.regenerate()
    found = look(place, now=LATER)
    assert () == found.alarms
    (notice,) = place.world.outbox.waiting()
    assert (NoticeKind.RECOVERED, LATER) == (notice.kind, notice.created)
    place.world.outbox.take(notice)
    look(place, now=LATER)
    assert () == place.world.outbox.waiting()


def test_a_year_later_all_is_old_and_nothing_is_undone(place: Place) -> None:
    """Also where only the clock jumped: alarms, no event."""
    found = look(place, now=MUCH_LATER)
    assert () == found.events
    assert [AlarmKind.NO_SIGNAL, AlarmKind.STALE_EVIDENCE] == _kinds(found)
    detail = found.alarms[0].detail
    assert "no monitor nightly" in detail
    assert "no monitor status" in detail


def test_three_silent_days_are_an_alarm(place: Place) -> None:
    """The nightly is missed; this monitor looked yesterday."""
    look(place, now="2026-11-27T11:00:00Z")
    (alarm,) = look(place, now="2026-11-28T12:00:00Z").alarms
    assert AlarmKind.NO_SIGNAL is alarm.kind
    assert "monitor nightly" in alarm.detail
    assert "monitor status" not in alarm.detail


def test_a_clock_that_was_set_back_is_an_alarm(place: Place) -> None:
    """And no age is counted by it."""
    found = look(place, now=BEFORE)
    assert [AlarmKind.NO_SIGNAL] == _kinds(found)
    assert ["clock"] == [row.name for row in found.checks if row.alarms]


def test_a_look_is_recorded(place: Place) -> None:
    """By the command, with what it found."""
    command = ["monitor", "status", "--smoke", "0", "--root", str(place.root)]
    run(command)
    _edit_page(place)
    run(command)
    (month,) = place.world.run_records.months()
    first, second = place.world.run_records.read(month)
    assert {("monitor status", 5)} == {(row.command, row.exit_code) for row in (first, second)}
    assert "alarm_incoherent_pages" not in dict(first.counts)
    assert 1 == dict(second.counts)["alarm_incoherent_pages"]


def test_a_look_is_idempotent(place: Place) -> None:
    """The same trouble seen twice is one event file and one message."""
    folder = Path(place.served(builders.artifact_of(b"first")))
    atomic.remove_tree(folder)
    for now in (NOW, NOW):
        assert ExitCode.INTEGRITY is look(place, now=now).exit_code
    assert 1 == len(list(place.world.events.paths()))


def test_two_monitors_at_once_agree(place: Place) -> None:
    """Neither hinders the other, and what they write is whole."""
    _edit_page(place)
    atomic.remove_tree(Path(place.served(builders.artifact_of(b"first"))))
    found: list[MonitorStatus] = []
    threads = [threading.Thread(target=lambda: found.append(bare_look(place))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, other = found
    assert (one.events, one.alarms) == (other.events, other.alarms)
    assert 1 == len(list(place.world.events.paths()))
    assert 1 == len(place.world.outbox.waiting())


def test_a_fresh_checkout_without_pages_is_calm(place: Place) -> None:
    """They are no part of what is committed."""
    atomic.remove_tree(place.root / "artifacts" / "trust")
    found = look(place)
    assert () == found.alarms
    assert "no pages are on this machine" in next(
        row.says for row in found.checks if row.name == "pages"
    )


def test_evidence_that_is_gone_is_an_alarm(place: Place) -> None:
    """Pages cannot be compared with what is not there; nothing is calm because of that."""
    _edit_page(place)
    for path in (place.root / "gates" / "evidence").glob("*.json"):
        path.unlink()
    found = look(place)
    assert () == found.events
    assert AlarmKind.NO_SIGNAL in _kinds(found)


def test_the_command_says_it_in_both_forms(place: Place) -> None:
    """One line for each check, a `next:` that helps; JSON that its schema describes."""
    atomic.remove_tree(Path(place.served(builders.artifact_of(b"first"))))
    words = ["monitor", "status", "--root", str(place.root), "--smoke", "0"]
    told = CliRunner().invoke(cli, words)
    assert int(ExitCode.INTEGRITY) == told.exit_code
    assert "integrity  REGRESSION" in told.output
    assert "release react --all" in told.output
    answer = json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)
    assert "openmed.monitor-status/1" == answer["data"]["schema"]
