"""Served bytes are repaired: what the pointer says is published again, or the run is red.

Bytes that are missing on this machine are had from elsewhere, at the same digest or not at all.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, SLOT, Place

from openmed.adapters.disk import atomic
from openmed.app.maintenance import publish, recover
from openmed.app.status import unserved
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.release.rollback_options import Request
from openmed.errors import IntegrityError, UsageError
from openmed.pipeline.step_runner import is_current, run_step

FIRST, SECOND = b"first", b"second"
TREE = builders.artifact_of(SECOND)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two releases; the second is live, and its verdict is still there."""
    made = Place(tmp_path / "r")
    made.release(FIRST)
    verdict = made.verdict(SECOND)
    made.offer(verdict, made.signed(verdict), content=SECOND)
    run_step(made.flip_step(), products=made.products, retry=False)
    assert is_current(made.flip_step(), products=made.products, retry=False)
    return made


def _lose(place: Place) -> None:
    atomic.remove_tree(Path(place.served(TREE)))


def _change(place: Place) -> None:
    folder = Path(place.served(TREE))
    file = next(path for path in folder.rglob("*") if path.is_file())
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))


def _lose_registry(place: Place) -> None:
    atomic.remove_tree(place.root / "artifacts" / "registry")


LOSSES = [_lose, _change, _lose_registry]


def _unstage(place: Place) -> None:
    atomic.remove_tree(Path(place.store.path(TREE)))


def _make_source(place: Place, content: bytes = SECOND) -> None:
    """The source that the row in the ledger names gives these bytes."""
    row = builders.a_candidate()
    folder = place.root / row.source_reference.partition("#")[0]
    folder.mkdir(parents=True)
    for name, data in builders.contents_of(content).items():
        (folder / name).write_bytes(data)


def _is_served(place: Place) -> bool:
    return unserved(place.world, place.releases.state()) == ()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_that_has_nothing_to_do_publishes_what_is_lost(
    loss: Callable[[Place], None], place: Place
) -> None:
    """It is not up to date while readers get nothing, or something else."""
    before = place.releases.state()
    loss(place)
    assert not is_current(place.flip_step(), products=place.products, retry=False)
    (result,) = place.flip().results
    assert (SlotOutcome.LIVE, 0) == (result.standing, result.exit_code)
    assert _is_served(place)
    assert before == place.releases.state()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_that_cannot_says_not_served(loss: Callable[[Place], None], place: Place) -> None:
    """Exit 7 each time, never `live`; once the bytes are back it is green."""
    loss(place)
    _unstage(place)
    for _ in range(2):
        (result,) = place.flip().results
        assert (SlotOutcome.NOT_SERVED, 7) == (result.standing, result.exit_code)
        assert "NOT SERVED" in result.reason
        assert not is_current(place.flip_step(), products=place.products, retry=False)
    place.stage(SECOND)
    assert [0] == [row.exit_code for row in place.flip().results]
    assert _is_served(place)


def test_a_slot_without_a_candidate_is_served_again_too(place: Place) -> None:
    """Its row went away; what it serves did not."""
    place.release(b"else", slot=f"{SLOT}::other")
    tree = builders.artifact_of(b"else")
    atomic.remove_tree(Path(place.served(tree)))
    assert not is_current(place.flip_step(), products=place.products, retry=False)
    place.flip()
    assert Path(place.served(tree)).is_dir()


@pytest.mark.parametrize("loss", LOSSES)
def test_recover_publishes(loss: Callable[[Place], None], place: Place) -> None:
    """And says what."""
    loss(place)
    done = recover(place.world)
    assert [SLOT] == [row.release.slot for row in done.published.again]
    assert _is_served(place)
    assert () == recover(place.world).published.again


@pytest.mark.parametrize("loss", LOSSES)
def test_publish_publishes(loss: Callable[[Place], None], place: Place) -> None:
    """One slot, or all; it moves nothing."""
    loss(place)
    before = place.releases.state()
    assert 1 == len(publish(place.world, slot=SLOT).again)
    assert _is_served(place)
    assert before == place.releases.state()
    with pytest.raises(UsageError, match="serves nothing"):
        publish(place.world, slot=f"{SLOT}::none-such")


@pytest.mark.parametrize("loss", LOSSES)
def test_a_rollback_to_what_is_live_serves_it(loss: Callable[[Place], None], place: Place) -> None:
    """Never `serves it already` while it does not."""
    loss(place)
    request = Request.model_validate({**BACK.model_dump(), "generation": 2})
    plan = place.roll_back(request)
    assert (None, 0) == (plan.entry, plan.exit_code)
    assert _is_served(place)
    loss(place)
    _unstage(place)
    with pytest.raises(IntegrityError, match="are gone"):
        place.roll_back(request)


def test_bytes_are_staged_again_from_the_row_in_the_ledger(place: Place) -> None:
    """`artifacts/` can be made again; what this machine published is remembered outside."""
    _make_source(place)
    _lose_registry(place)
    _unstage(place)
    assert 1 == len(publish(place.world).again)
    assert _is_served(place)


def test_other_bytes_are_never_served_for_them(place: Place) -> None:
    """The source gives something else today: refused, and nothing is served."""
    _make_source(place, b"another build")
    _lose(place)
    _unstage(place)
    (row,) = publish(place.world).unserved
    assert "gives other bytes today" in row.reason
    assert not Path(place.served(TREE)).exists()


def test_what_is_condemned_is_not_published_again(place: Place) -> None:
    """Another slot revoked these bytes."""
    place.release(SECOND, slot=f"{SLOT}::other")
    place.roll_back(Request.model_validate({**BACK.model_dump(), "where": {"line": "none"}}))
    _lose(place)
    done = publish(place.world)
    assert () == done.again
    (row,) = done.unserved
    assert "condemned since" in row.reason
    assert not Path(place.served(TREE)).exists()


class TestAnotherMachine:
    """It has `gates/`, and nothing of `artifacts/`."""

    @pytest.fixture
    def other(self, place: Place, tmp_path: Path) -> Place:
        """A fresh checkout."""
        root = tmp_path / "other"
        shutil.copytree(place.root / "gates", root / "gates")
        shutil.copytree(place.root / "me", root / "me")
        return Place(root)

    def test_nothing_is_lost_there(self, other: Place) -> None:
        """A local registry is lost only where this machine published to it."""
        (row,) = unserved(other.world, other.releases.state())
        assert not row.is_lost
        assert "generation 2 is not served from here" == row.sentence
        assert () == other.verify().faults
        notes = [note for check in other.verify().checks for note in check.notes]
        assert len(notes) == 2
        assert () == recover(other.world).published.again

    def test_a_rollback_stages_its_target_again(self, other: Place) -> None:
        """Accepted at the same digest only."""
        _make_source(other, b"another build")
        assert 4 == other.roll_back().exit_code
        shutil.rmtree(other.root / builders.a_candidate().source_reference.partition("#")[0])
        _make_source(other, FIRST)
        assert 0 == other.roll_back().exit_code
        assert Path(other.served(builders.artifact_of(FIRST))).is_dir()

    def test_staged_bytes_are_published_by_the_way(self, other: Place) -> None:
        """A run there that staged what is live serves it as well."""
        other.stage(SECOND)
        verdict = other.verdict(SECOND)
        other.offer(verdict, other.signed(verdict), content=SECOND)
        other.flip()
        assert _is_served(other)
