"""`verify --since TAG`: what later entries recorded, and nothing else, and it says so."""

from pathlib import Path

import pytest
from support.places import SLOT, Place

from openmed.app.maintenance import verify_releases
from openmed.errors import UsageError
from openmed.steps.verify import Findings

OTHER = "phi::tiny::onnx"
FIRST, SECOND, THIRD = "2026.11.24-1", "2026.11.24-2", "2026.11.24-3"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Three releases in two slots."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second", slot=OTHER)
    made.release(b"third")
    made.write_queue()
    return made


def _damage(place: Place, tag: str) -> None:
    """Spoil the verdict of an entry."""
    (entry,) = (entry for entry in place.releases.state().entries if entry.tag == tag)
    file = place.root / "gates" / "evidence" / f"{entry.evidence[0]}.json"
    file.write_bytes(file.read_bytes() + b" ")


def _looked_at(found: Findings) -> dict[str, int]:
    return {check.name: check.looked_at for check in found.checks}


def _verify(place: Place, since: str) -> Findings:
    return verify_releases(place.world, since=since, is_offline=True)


@pytest.mark.parametrize(("since", "rest"), [(FIRST, 2), (SECOND, 1), (THIRD, 0)])
def test_only_what_later_entries_recorded(place: Place, since: str, rest: int) -> None:
    """The chain is looked at whole all the same."""
    found = _verify(place, since)
    assert not found.faults
    looked = _looked_at(found)
    assert (looked["chain"], looked["verdicts"], looked["releases"]) == (3, rest, rest)
    assert looked["evidence"] == 3 * rest + bool(rest)  # All have one policy file.


def test_it_says_what_it_did_not_look_at(place: Place) -> None:
    """One line; none for a look at everything."""
    assert f"of the 2 entries up to {SECOND}" in _verify(place, SECOND).left_out[0]
    assert () == verify_releases(place.world, is_offline=True).left_out


@pytest.mark.parametrize(("damaged", "is_found"), [(SECOND, False), (THIRD, True)])
def test_damage_is_found_where_it_looks(place: Place, damaged: str, *, is_found: bool) -> None:
    """What an older entry rests on is for a look at everything, which finds both."""
    _damage(place, damaged)
    assert is_found == bool(_verify(place, SECOND).faults)
    assert verify_releases(place.world, is_offline=True).faults


def test_an_edited_older_entry_is_found_all_the_same(place: Place) -> None:
    """The chain is the chain."""
    first = place.releases.state().entries[0]
    file = place.root / "gates" / "ledger" / f"{first.digest}.json"
    file.write_bytes(file.read_bytes().replace(SLOT.encode(), b"pii::tiny::onny"))
    assert verify_releases(Place(place.root).world, since=SECOND, is_offline=True).faults


def test_an_unknown_tag_is_usage(place: Place) -> None:
    """An empty look would be a green one."""
    with pytest.raises(UsageError, match="no ledger entry"):
        _verify(place, "2026.11.24-9")
