"""Advice of reactions and drills: done as printed, it helps."""

from pathlib import Path

import pytest
from support.following import Desk, Said, follow
from support.places import SLOT, Place
from support.reacting import event_of

from openmed.adapters.disk import atomic
from openmed.adapters.records.event_files import EventFiles
from openmed.domain.ledger.changes import RolledBack
from openmed.domain.notices.notice import Notice

STATUS = "openmed release status"
BACK = ("release", "react", "--all")
LATER = "2026-11-24T12:01:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A slot with a good release and a bad one after it, and a person a minute later."""
    place = Place(tmp_path / "r")
    place.release(b"good")
    place.release(b"bad")
    place.write_queue()
    return Desk(place.root, place.root / "me", now=LATER)


def _found(desk: Desk, content: bytes = b"bad", generation: int = 2) -> None:
    event = event_of(content, generation=generation)
    EventFiles(desk.root / "artifacts").write(event)


def _undone(desk: Desk) -> int:
    state = Place(desk.root).releases.state()
    return sum(isinstance(change, RolledBack) for e in state.entries for change in e.changes)


def test_a_reaction_without_an_event(desk: Desk) -> None:
    """All that wait are taken."""
    _found(desk)
    said = desk.openmed("release", "react")
    assert 2 == said.code
    follow(desk, said, "openmed release react --all")
    assert 1 == _undone(desk)


def _told(desk: Desk) -> set[Notice]:
    return {one.notice for one in Place(desk.root).world.deliveries.read()}


def test_after_a_reaction(desk: Desk) -> None:
    """Status shows it; so does the message that people get."""
    _found(desk)
    said = desk.openmed(*BACK)
    assert (0, 1) == (said.code, _undone(desk))
    (status,) = follow(desk, said, STATUS)
    assert "rolled back" in status.text
    (notice,) = _told(desk)
    (status,) = follow(desk, Said(0, f"next: {notice.next_step}"), STATUS)
    assert "rolled back" in status.text


@pytest.mark.parametrize("is_alarm", [False, True])
def test_what_cannot_go_back_is_withdrawn(tmp_path: Path, *, is_alarm: bool) -> None:
    """As printed, or as the alarm says."""
    place = Place(tmp_path / "other")
    place.release(b"bad")
    desk = Desk(place.root, place.root / "me", now=LATER)
    _found(desk, generation=1)
    said = desk.openmed(*BACK)
    assert 4 == said.code
    if is_alarm:
        (step,) = (one.next_step for one in _told(desk) if one.about == ("no_target",))
        said = Said(4, f"next: {step}")
    follow(desk, said, "openmed release rollback {} --withdraw")
    assert () == Place(desk.root).releases.state().live


def test_pages_that_could_not_be_written(desk: Desk) -> None:
    """It moved; recovering writes what is missing."""
    _found(desk)
    trust = desk.root / "artifacts" / "trust"
    atomic.remove_tree(trust)
    trust.write_text("in the way")
    said = desk.openmed(*BACK)
    assert (8, 1) == (said.code, _undone(desk))
    trust.unlink()
    follow(desk, said, "openmed release recover")
    assert (trust / "status" / "index.html").is_file()


def test_drills(desk: Desk) -> None:
    """One that went well, and two about what is not there."""
    said = desk.openmed("release", "drill")
    assert (0, 0) == (said.code, _undone(desk))
    follow(desk, said, STATUS)
    said = desk.openmed("release", "drill", "no::such::slot")
    assert 2 == said.code
    (listed,) = follow(desk, said, "openmed release list")
    assert SLOT in listed.text
