"""Finishing what was interrupted: what is found, what is done with it, what is not touched."""

import json
import shutil
from pathlib import Path

import pytest
from support.places import BACK, Place

from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.app.maintenance import Recovered, recover
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.wire import pretty
from openmed.errors import IntegrityError, UsageError

NOTHING = Recovered(aside=(), temporary=0, derived=())


class _DiedError(Exception):
    """The process ended here."""


class _DiesBeforeTheCommitPoint(FileReleaseStore):
    def _replace_pointer(self, content: bytes) -> None:
        raise _DiedError(content[:0])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with two releases and everything derived."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second")
    made.regenerate()
    assert made.run("release", "recover").returncode == 0
    return made


def _die(place: Place, content: bytes) -> str:
    """Release up to the commit point; the digest of the entry that is left."""
    place.releases = _DiesBeforeTheCommitPoint(place.root, lock_seconds=5)
    before = {path.stem for path in (place.root / "gates" / "ledger").iterdir()}
    with pytest.raises(_DiedError):
        place.release(content)
    (left,) = {path.stem for path in (place.root / "gates" / "ledger").iterdir()} - before
    return left


def _set_back(place: Place, size: int) -> str:
    """The pointer of an earlier entry; the digest of the head it no longer reaches."""
    entries = place.releases.state().entries
    (place.root / "gates/pointer.json").write_bytes(pretty(pointer_of(fold(entries[:size]))))
    return entries[-1].digest


def _bytes_in(root: Path) -> dict[Path, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if path.parent.name != "page-cache"}


def test_where_nothing_was_interrupted_nothing_is_done(place: Place) -> None:
    """Not one byte, but for what makes the next look faster."""
    before = _bytes_in(place.root)
    assert recover(Place(place.root).world) == NOTHING
    assert _bytes_in(place.root) == before


def test_an_entry_that_never_took_effect_is_set_aside(place: Place) -> None:
    """It is kept, byte for byte, outside the ledger; the fleet is as it was."""
    state = place.releases.state()
    left = _die(place, b"third")
    data = (place.root / "gates" / "ledger" / f"{left}.json").read_bytes()
    done = recover(Place(place.root).world)
    (row,) = done.aside
    assert (row.name, row.place) == (left, f"artifacts/aside/{left}.json")
    assert (place.root / row.place).read_bytes() == data
    assert Place(place.root).releases.state() == state
    assert recover(Place(place.root).world) == NOTHING


def test_two_flips_that_died_are_no_fork(place: Place) -> None:
    """Both stand behind the same entry; neither follows the other."""
    _die(place, b"third")
    again = Place(place.root)
    _die(again, b"fourth")
    assert len(recover(Place(place.root).world).aside) == 2
    Place(place.root).release(b"fifth")


def test_what_is_derived_and_late_is_written(place: Place) -> None:
    """It says which files; the second time there are none."""
    place.roll_back()
    done = recover(Place(place.root).world)
    assert "records: baseline.json" in done.derived
    assert "status: status/index.html" in done.derived
    assert place.run("release", "verify").returncode == 0
    assert recover(Place(place.root).world) == NOTHING


def test_temporary_files_are_removed(place: Place) -> None:
    """Those that nobody is at work on."""
    for folder in ("gates", "gates/ledger", "artifacts/trust"):
        (place.root / folder / ".tmp-0123").write_bytes(b"half")
    assert recover(Place(place.root).world).temporary == 3


def test_a_pointer_that_was_set_back_is_refused(place: Place) -> None:
    """Two heads, both named, and the way out; nothing is set aside, seen or not seen."""
    place.roll_back()
    head = _set_back(place, 1)
    first = place.releases.reached().entries[0]
    with pytest.raises(IntegrityError, match="went backwards") as seen:
        recover(Place(place.root).world)
    assert f"names {first.digest[:16]} ({first.tag}: " in seen.value.message
    assert f"{head[:16]} (2026.11.24-3)" in seen.value.message
    assert seen.value.next_step == "openmed release recover --forward"
    for name in ("witness", "trust"):
        shutil.rmtree(place.root / "artifacts" / name)
    with pytest.raises(IntegrityError) as unseen:
        recover(Place(place.root).world)
    assert f"names {first.digest[:16]} ({first.tag})" in unseen.value.message
    assert f"{head[:16]} (2026.11.24-3) ends 2 entries" in unseen.value.message
    assert unseen.value.next_step == "openmed release recover --forward"
    assert len(list((place.root / "gates" / "ledger").iterdir())) == 3


def test_a_second_head_is_given_up_by_name(place: Place) -> None:
    """Where nothing knows that it took effect; then the fleet is what the pointer says."""
    place.roll_back()
    head = _set_back(place, 1)
    with pytest.raises(IntegrityError, match="went backwards"):
        recover(Place(place.root).world, dropped=head[:12])
    for name in ("witness", "trust"):
        shutil.rmtree(place.root / "artifacts" / name)
    done = recover(Place(place.root).world, dropped=head[:12])
    assert len(done.aside) == 2
    state = Place(place.root).releases.state()
    assert [row.generation for row in state.live] == [1]


def test_a_head_that_is_not_there_cannot_be_given_up(place: Place) -> None:
    """Usage, and nothing is set aside."""
    _die(place, b"third")
    with pytest.raises(UsageError):
        recover(Place(place.root).world, dropped="00")
    assert len(list((place.root / "gates" / "ledger").iterdir())) == 3


def test_a_half_merged_pointer_names_both_heads(place: Place, tmp_path: Path) -> None:
    """As git leaves it where two clones released."""
    clone = Place(tmp_path / "clone")
    shutil.copytree(place.root / "gates", clone.root / "gates", dirs_exist_ok=True)
    shutil.copytree(place.root / "me", clone.root / "me", dirs_exist_ok=True)
    shutil.copytree(place.root / "artifacts", clone.root / "artifacts", dirs_exist_ok=True)
    ours, theirs = Place(place.root), Place(clone.root)
    ours.release(b"ours")
    theirs.release(b"theirs")
    head = ours.releases.state().entries[-1].digest
    shutil.copytree(clone.root / "gates/ledger", place.root / "gates/ledger", dirs_exist_ok=True)
    pointer = place.root / "gates" / "pointer.json"
    mine = pointer.read_bytes()
    pointer.write_bytes(b"<<<<<<< HEAD\n" + mine + b"=======\n{}\n>>>>>>> theirs\n")
    with pytest.raises(IntegrityError) as caught:
        Place(place.root).releases.state()
    for one in (head, theirs.releases.state().entries[-1].digest):
        assert one[:16] in caught.value.message
    assert "git checkout --ours" in caught.value.next_step
    # The way out: ours holds, theirs never took effect here.
    pointer.write_bytes(mine)
    (row,) = recover(Place(place.root).world).aside
    assert row.name == theirs.releases.state().entries[-1].digest


def test_the_command_says_what_it_did(place: Place) -> None:
    """In words and in JSON; the second time that there was nothing."""
    _die(place, b"third")
    done = place.run("release", "recover")
    assert (done.returncode, done.stderr) == (0, "")
    assert "set aside entry 2026.11.24-3, which never took effect" in done.stdout
    again = place.run("release", "recover")
    assert (again.returncode, again.stdout) == (0, "Nothing was interrupted.\n")
    answer = json.loads(place.run("release", "recover", "--json").stdout)
    nothing: dict[str, list[str]] = {"whole": [], "again": [], "unserved": []}
    told = {"aside": [], "derived": [], "temporary": 0, "forward": [], "published": nothing}
    assert answer["data"] == {**told, "ahead": []}


def test_verify_looks_at_the_fleet_as_it_stood(place: Place) -> None:
    """After a rollback the entries before it still verify; an unknown tag is usage."""
    place.roll_back(BACK)
    place.regenerate()
    done = place.run("release", "verify", "2026.11.24-2")
    assert done.returncode == 0, done.stdout
    assert "ledger entry 2026.11.24-2: verified" in done.stdout
    assert place.run("release", "verify", "2026.11.24-9").returncode == 2


def test_verify_offline_needs_only_what_is_committed(place: Place) -> None:
    """A clone has neither served bytes nor pages."""
    shutil.move(place.root / "artifacts", place.root / "elsewhere")
    assert place.run("release", "verify").returncode == 7
    done = place.run("release", "verify", "--offline")
    assert done.returncode == 0, done.stdout
    assert "served" not in done.stdout
