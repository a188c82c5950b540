"""A clock behind the ledger: nothing is released, going back and holding go on, and it is said."""

import json
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place

from openmed.app.doctor import examine
from openmed.app.maintenance import recover
from openmed.context import Context
from openmed.domain.attestation.verifier import Role
from openmed.domain.release.results.examination import Health
from openmed.errors import IntegrityError

FUTURE = "2030-12-05T00:00:00Z"
HOUR_BEFORE = "2026-11-24T11:00:00Z"
LEAKS = {"PATIENT_NAME": 100, "SSN": 90}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two releases, then a freeze under a clock in 2030; the clock is right again."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second")
    Place(tmp_path, now=FUTURE).hold.freeze(SLOT, reason="x")
    return Place(tmp_path)


def test_nothing_is_released(place: Place) -> None:
    """Its times would not be true."""
    with pytest.raises(IntegrityError, match=r"2030\.12\.05-1") as caught:
        place.release(b"third")
    assert "set the clock" in caught.value.next_step
    assert len(place.releases.state().entries) == 3


def test_rollback_freeze_and_thaw_act_at_the_later_time(place: Place) -> None:
    """One clock in 2030 must not block undo for years."""
    place.roll_back()
    place.hold.thaw(SLOT, reason="x")
    times = [(entry.time, entry.tag) for entry in place.releases.state().entries[2:]]
    assert times == [(FUTURE, f"2030.12.05-{number}") for number in (1, 2, 3)]
    assert place.verify().faults == ()


def test_the_commands_say_so(place: Place) -> None:
    """Rollback, thaw and recover; in words and in the run report."""
    place.write_queue()
    back = place.run("release", "rollback", "pii", "--reason", "leak")
    assert back.returncode == 0, back.stderr
    assert "ALARM: the clock here says" in back.stdout
    report = json.loads((place.root / "artifacts" / "run-report.json").read_text())
    assert "before ledger entry 2030.12.05-" in report["alarms"][0]
    thawed = place.run("release", "thaw", SLOT)
    assert "clock: the clock here says" in thawed.stdout
    recovered_ = place.run("release", "recover")
    assert "entry 2030.12.05-1 is from the future" in recovered_.stdout


def test_doctor_and_recover_agree(place: Place) -> None:
    """The entry is named; doctor calls it broken just when a release is refused."""
    world = Context(root=place.root, now=builders.NOW, quiet=True)
    assert [entry.tag for entry in recover(world).ahead] == ["2030.12.05-1"]
    (clock,) = (row for row in examine(world).checks if row.name == "clock")
    assert clock.health is Health.BROKEN
    assert "2030.12.05-1" in clock.says


def test_an_hour_is_within_what_clocks_differ_by(tmp_path: Path) -> None:
    """It is released, under the later time; doctor mentions it."""
    Place(tmp_path).release(b"first")
    behind = Place(tmp_path, now=HOUR_BEFORE)
    behind.release(b"second")
    assert [e.time for e in behind.releases.state().entries] == [builders.NOW] * 2
    world = Context(root=tmp_path, now=HOUR_BEFORE, quiet=True)
    (clock,) = (row for row in examine(world).checks if row.name == "clock")
    assert clock.health is Health.OPTIONAL


def test_a_clock_set_back_does_not_lift_by_an_expired_waiver(tmp_path: Path) -> None:
    """Expiry goes by what is recorded."""
    place = Place(tmp_path)
    place.release(b"first")
    place.release(b"bad", covered=LEAKS)
    alice = place.person("alice", Role.WAIVE)
    place.lift.waive(
        alice,
        builders.artifact_of(b"bad")[:16],
        reason="gold was wrong",
        expires="2026-11-24T18:00:00Z",
        is_recording=False,
    )
    Place(tmp_path, now="2026-11-24T20:00:00Z").hold.freeze(SLOT, reason="x")
    back = Place(tmp_path, now="2026-11-24T13:00:00Z")
    lifting = back.lift.record()
    assert lifting.entry is None
    assert "expired" in lifting.refused[0].reason
