"""Counts of nights on a branch that several machines share."""

from pathlib import Path

import pytest
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import SharedPlaces, copy_of, prepared

from openmed.app.sync import share
from openmed.domain.monitoring.nightly.detector import Misses
from openmed.domain.monitoring.nightly.slot_nights import NightCounts, SlotNights

FILE = "gates/nightly/pii--tiny--onnx.json"


@pytest.fixture
def places(tmp_path: Path) -> SharedPlaces:
    """Two clones of one repository."""
    return copy_of(prepared(tmp_path / "shared"), tmp_path)


def _nights(place: Place, *, tried: str) -> SlotNights:
    nights = SlotNights(
        slot=SLOT,
        generation=1,
        artifact="0" * 64,
        tried=tried,
        seconds=1.0,
        maker="",
        measured=1,
        reference=None,
        earlier=Misses(spans=0, missed=0),
        nights=(NightCounts(night=tried, fresh=None),),
    )
    place.world.nights.write(nights)
    return nights


def _share(place: Place) -> SlotNights | None:
    share(place.world, lambda _: None, is_urgent=True, is_repeatable=False)
    return place.world.nights.read(SLOT)


def test_of_each_slot_the_later_night_counts(places: SharedPlaces) -> None:
    """Whoever shares last; a machine that measured before the other loses nothing newer."""
    one, two = places["one"], places["other"]
    _nights(two, tried="2026-12-01")
    late = _nights(one, tried="2026-12-02")
    assert late == _share(one)
    assert late == _share(two)
    latest = _nights(two, tried="2026-12-03")
    assert latest == _share(two)
    assert latest == _share(one)
    assert git(places.remote, "show", f"main:{FILE}").strip() == _text(one)
    assert git(one.root, "status", "--porcelain") == ""


def test_what_cannot_be_read_is_no_later_night(places: SharedPlaces) -> None:
    """A damaged file here gives way to what the branch has."""
    one, two = places["one"], places["other"]
    kept = _nights(one, tried="2026-12-02")
    _share(one)
    (two.root / FILE).parent.mkdir(exist_ok=True)
    (two.root / FILE).write_text("{", encoding="utf-8")
    assert kept == _share(two)


def _text(place: Place) -> str:
    return (place.root / FILE).read_text(encoding="utf-8").strip()
