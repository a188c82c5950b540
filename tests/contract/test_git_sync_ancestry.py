"""Whose ledger holds: followed, refused, replayed, taken back; nothing that was shared is lost."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import BAD, GOOD, SharedPlaces, copy_of, prepared

from openmed.app.maintenance import reconcile, recover
from openmed.app.sync import share, unshared_lines
from openmed.context import Context
from openmed.domain.ledger.changes import Reconciled
from openmed.errors import ExternalError, IntegrityError
from openmed.exit_codes import EXIT_CODE_OF

WAIVER = "0" * 63 + "1.json"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Two clones of a remote in which a release is live that leaks."""
    return copy_of(template, tmp_path)


def _freeze(place: Place, reason: str = "audit") -> str:
    entry = share(place.world, lambda _: place.hold.freeze(SLOT, reason=reason), is_urgent=True)
    return entry.tag if entry else ""


def _thaw(place: Place) -> str:
    entry = share(place.world, lambda _: place.hold.thaw(SLOT, reason="done"))
    return entry.tag if entry else ""


def _roll_back(place: Place) -> str:
    plan = share(place.world, lambda _: place.roll_back(), is_urgent=True)
    place.regenerate()
    return plan.entry.tag if plan.entry else ""


def _release(place: Place, content: bytes) -> None:
    share(place.world, lambda _: place.release(content))


def _mend(place: Place) -> None:
    recover(place.world, is_forward=True)


def _live(places: SharedPlaces) -> str:
    live = places.live().live_in(SLOT)
    return live.release.artifact if live else ""


def _restore(place: Place, files: dict[Path, bytes]) -> None:
    for path in (place.root / "gates").rglob("*.json"):
        path.unlink()
    for path, data in files.items():
        path.write_bytes(data)


def test_an_old_backup_is_not_shared(places: SharedPlaces) -> None:
    """backup-pushed-to-all: refused with both heads before anything is committed; mended."""
    one = places["one"]
    old = {path: path.read_bytes() for path in (one.root / "gates").rglob("*.json")}
    _roll_back(one)
    tip = places.tip()
    _restore(one, old)
    with pytest.raises(IntegrityError) as caught:
        _freeze(Place(one.root))
    assert "2026.11.24-2" in caught.value.message
    assert "2026.11.24-3" in caught.value.message
    assert places.tip() == tip
    assert caught.value.next_step == "openmed release recover --forward"
    _mend(Place(one.root))
    _freeze(Place(one.root))
    assert _live(places) == builders.artifact_of(GOOD)


def _revert(places: SharedPlaces) -> None:
    other = places["other"].root
    git(other, "pull", "--quiet")
    git(other, "revert", "--no-edit", "HEAD")
    git(other, "push", "--quiet")


def _push_over(places: SharedPlaces) -> None:
    git(places.remote, "update-ref", "refs/heads/main", "main~1")


def _delete(places: SharedPlaces) -> None:
    git(places.remote, "update-ref", "-d", "refs/heads/main")


@pytest.mark.parametrize("rewind", [_revert, _push_over, _delete])
def test_a_branch_that_went_backwards_is_refused(
    places: SharedPlaces, rewind: Callable[[SharedPlaces], None]
) -> None:
    """What it revoked stays revoked here; `recover --forward` gives the branch its ledger again."""
    one = places["one"]
    _roll_back(one)
    rewind(places)
    with pytest.raises(IntegrityError) as caught:
        _freeze(Place(one.root))
    assert "2026.11.24-3" in caught.value.message
    assert "rolled back" in caught.value.message or "no branch" in caught.value.message
    assert caught.value.next_step == "openmed release recover --forward"
    live = Place(one.root).releases.reached().live_in(SLOT)
    assert live is not None
    assert live.kind == "rollback"
    _mend(Place(one.root))
    assert _live(places) == builders.artifact_of(GOOD)
    _mend(places["other"])
    assert places["other"].releases.state() == places.live()


def test_a_revert_is_refused_by_a_clone_that_never_saw_the_entry(places: SharedPlaces) -> None:
    """Hostile 3: its history is seen with the branch."""
    _roll_back(places["one"])
    _revert(places)
    git(places.work, "clone", "--quiet", "remote.git", "third")
    shutil.copytree(places.work / "one" / "me", places.work / "third" / "me")
    with pytest.raises(IntegrityError, match=r"2026\.11\.24-3"):
        share(places["third"].world, lambda _: None)


def test_a_rollback_acts_while_the_remote_is_away(
    places: SharedPlaces, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hostile 12: at once, said to be unshared; the next command shares it; measured."""
    one = places["one"]
    places.away()
    start = time.perf_counter()
    assert _roll_back(one) == "2026.11.24-3"
    seconds = time.perf_counter() - start
    assert "2026.11.24-3 (not shared yet)" in capsys.readouterr().err
    assert "2026.11.24-3" in unshared_lines(one.world)[0]
    assert _freeze(one) == "2026.11.24-4"
    places.back()
    assert _thaw(Place(one.root)) == "2026.11.24-5"
    assert unshared_lines(one.world) == ()
    assert _live(places) == builders.artifact_of(GOOD)
    with capsys.disabled():
        print(f"\nrollback while the remote is away: {seconds:.2f} s")  # noqa: T201 - the finding


def test_a_release_waits_for_the_remote(places: SharedPlaces) -> None:
    """Exit 5, before anything moved."""
    one = places["one"]
    before = one.releases.state()
    places.away()
    with pytest.raises(ExternalError) as caught:
        _release(one, b"third")
    assert (EXIT_CODE_OF[caught.value.kind], caught.value.retryable) == (5, True)
    assert one.releases.state() == before


def test_what_was_done_alone_is_replayed_on_what_others_did(
    places: SharedPlaces, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two entries without the remote, two releases elsewhere: all of it holds, no tag twice."""
    one, other = places["one"], places["other"]
    places.away()
    _roll_back(one)
    _freeze(one)
    places.back()
    _release(other, b"third")
    _release(places["other"], b"fourth")
    share(Place(one.root).world, lambda _: None)
    state = places.live()
    (taken,) = [c for e in state.entries for c in e.changes if isinstance(c, Reconciled)]
    assert taken.tags == ("2026.11.24-3", "2026.11.24-4")
    assert [entry.tag for entry in state.entries][2:] == [
        "2026.11.24-3", "2026.11.24-4", "2026.11.24-5",
    ]  # fmt: skip
    assert taken.left == (SLOT,)
    assert state.is_quarantined(builders.artifact_of(BAD))
    assert [row.slot for row in state.freezes] == [SLOT]
    assert _live(places) == builders.artifact_of(b"fourth")
    assert "now in 2026.11.24-5" in capsys.readouterr().err
    assert Place(one.root).releases.state() == state
    share(places["other"].world, lambda _: None)
    assert places["other"].releases.state() == state


def test_a_lost_race_takes_back_what_this_call_made_and_no_more(places: SharedPlaces) -> None:
    """lost-race-deletes-waiver: a person's file stays; the freeze is made again on the winner."""
    one, other = places["one"], places["other"]
    waiver = one.root / "gates" / "waivers" / WAIVER
    waiver.parent.mkdir()
    waiver.write_text("signed by alice")
    tags: list[str] = []

    def act(_: Context) -> str:
        entry = Place(one.root).hold.freeze(SLOT, reason="audit")
        tags.append(entry.tag if entry else "")
        if len(tags) == 1:
            _release(other, b"third")
        return tags[-1]

    answer = share(one.world, act)
    assert tags == ["2026.11.24-3", "2026.11.24-4"]
    assert answer == "2026.11.24-4"
    assert waiver.read_text() == "signed by alice"
    state = places.live()
    assert [entry.tag for entry in state.entries][2:] == ["2026.11.24-3", "2026.11.24-4"]
    assert Place(one.root).releases.state() == state
    assert Place(one.root).releases.strays(state) == ()
    assert git(one.root, "status", "--porcelain").split() == ["??", "gates/waivers/"]


def test_a_push_of_code_meanwhile_is_no_lost_race(places: SharedPlaces) -> None:
    """The same entry goes on top of it."""
    one, other = places["one"], places["other"]
    calls: list[str] = []

    def act(_: Context) -> None:
        calls.append("")
        one.hold.freeze(SLOT, reason="audit")
        (other.root / "code.py").write_text("x\n")
        git(other.root, "add", "code.py")
        git(other.root, "commit", "--quiet", "--message", "Code")
        git(other.root, "push", "--quiet")

    share(one.world, act)
    assert len(calls) == 1
    assert [row.slot for row in places.live().freezes] == [SLOT]
    assert (places.work / "reader" / "code.py").exists()


def test_what_cannot_be_done_twice_is_replayed(places: SharedPlaces) -> None:
    """A key is rotated once, also when another machine was first."""
    one, other = places["one"], places["other"]
    calls: list[str] = []

    def act(_: Context) -> None:
        calls.append(Place(one.root).rotate())
        if len(calls) == 1:
            _freeze(other)

    share(one.world, act, is_repeatable=False)
    assert len(calls) == 1
    state = places.live()
    assert len(state.closures) == 1
    assert [row.slot for row in state.freezes] == [SLOT]


def test_two_heads_are_reconciled_and_shared(places: SharedPlaces) -> None:
    """A person pushed over what was confirmed, with a release of their own: nothing is lost."""
    one, other = places["one"], places["other"]
    _roll_back(one)
    _push_over(places)
    git(other.root, "fetch", "--quiet", "--prune")
    _release(other, b"third")
    with pytest.raises(IntegrityError) as caught:
        _freeze(Place(one.root))
    assert caught.value.next_step.startswith("openmed release re")
    done = reconcile(Place(one.root).world, is_abandoning=False, reason="pushed over")
    assert len(done) == 1
    assert places.live().is_quarantined(builders.artifact_of(BAD))
    share(places["other"].world, lambda _: None)
