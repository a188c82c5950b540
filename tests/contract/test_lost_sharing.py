"""A repository that shared its state and now would act alone or elsewhere says so."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from doit.exceptions import InvalidDodoFile
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import TO_STATE_BRANCH, SharedPlaces, copy_of, prepared

from openmed.app.doctor import examine
from openmed.app.maintenance import recover
from openmed.app.sync import share, unshared_lines
from openmed.domain.release.results.examination import Health
from openmed.errors import UsageError
from openmed.pipeline.doit_tasks import dodo

FILE = "gates/shared.toml"
ENDED = 'ended = "one machine from now on"\n'
FORWARD = "openmed release recover --forward"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clones that shared something; made once, tests copy it."""
    places = SharedPlaces(prepared(tmp_path_factory.mktemp("shared")))
    for name in ("one", "other"):
        _thaw(places[name])
    return places.work


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Copies of them."""
    return copy_of(template, tmp_path)


def _thaw(place: Place) -> None:
    share(place.world, lambda _: place.hold.thaw(SLOT, reason="done"))


def _remove(root: Path) -> None:
    (root / FILE).unlink()


def _remove_in_a_commit(root: Path) -> None:
    git(root, "rm", "--quiet", FILE)
    git(root, "commit", "--quiet", "--message", "Tidy up")


def _pull_its_removal(root: Path) -> None:
    other = root.parent / "other"
    _remove_in_a_commit(other)
    git(other, "push", "--quiet")
    git(root, "pull", "--quiet")


def _stash(root: Path) -> None:
    """The file is not committed anywhere, and is stashed with everything else."""
    _pull_its_removal(root)
    recover(Place(root).world, is_forward=True)
    git(root, "stash", "push", "--quiet", "--include-untracked", "--", FILE)


def _older_commit(root: Path) -> None:
    git(root, "checkout", "--quiet", "--orphan", "before")
    git(root, "rm", "--quiet", "--cached", FILE)
    git(root, "commit", "--quiet", "--message", "Before it was shared")
    _remove(root)


def _without_a_witness(root: Path) -> None:
    """A fresh clone in which somebody removes it."""
    shutil.rmtree(root / ".git" / "openmed")
    _remove(root)


def _without_a_witness_in_a_commit(root: Path) -> None:
    shutil.rmtree(root / ".git" / "openmed")
    _remove_in_a_commit(root)


LOSSES = (
    _remove,
    _remove_in_a_commit,
    _pull_its_removal,
    _stash,
    _older_commit,
    _without_a_witness,
    _without_a_witness_in_a_commit,
)


@pytest.mark.parametrize("lose", LOSSES)
def test_what_can_wait_is_refused(lose: Callable[[Path], None], places: SharedPlaces) -> None:
    """Exit 2, with the branch; status, verify and doctor say it; the repair shares again."""
    root = places["one"].root
    lose(root)
    tip = places.tip()
    with pytest.raises(UsageError, match=r"shared.toml is missing: .* through origin/main") as told:
        _thaw(Place(root))
    assert told.value.next_step == FORWARD
    (line,) = unshared_lines(Place(root).world)
    assert line.startswith("sharing: gates/shared.toml is missing")
    (check,) = [row for row in examine(Place(root).world).checks if row.name == "sharing"]
    assert (check.health, check.fix) == (Health.BROKEN, FORWARD)
    assert places.tip() == tip
    recover(Place(root).world, is_forward=True)
    assert unshared_lines(Place(root).world) == ()
    _freeze(Place(root))
    assert [row.slot for row in places.live().freezes] == [SLOT]


@pytest.mark.parametrize("lose", [_remove, _remove_in_a_commit])
def test_a_rollback_acts_and_is_shared_later(
    lose: Callable[[Path], None], places: SharedPlaces, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says that nobody else has it; after the repair everybody has."""
    one = places["one"]
    lose(one.root)
    share(one.world, lambda _: one.roll_back(), is_urgent=True)
    said = capsys.readouterr().err
    assert "not shared: gates/shared.toml is missing" in said
    assert f"next: {FORWARD}" in said
    assert [row.kind for row in places.live().live] != ["rollback"]
    recover(Place(one.root).world, is_forward=True)
    assert [row.kind for row in places.live().live] == ["rollback"]


def test_a_witness_of_before_is_enough(places: SharedPlaces) -> None:
    """An older engine kept a mark only: that is said, with what the file needs."""
    root = places["one"].root
    _older_commit(root)
    git(root, "remote", "remove", "origin")
    (next((root / ".git" / "openmed").iterdir()) / "sharing.toml").unlink()
    with pytest.raises(UsageError, match="through a branch of a remote") as told:
        _thaw(Place(root))
    assert told.value.next_step.startswith("commit gates/shared.toml with: remote")


def test_doit_refuses_too(places: SharedPlaces) -> None:
    """Before anything is staged."""
    _remove(places["one"].root)
    with pytest.raises(InvalidDodoFile, match=r"shared.toml is missing"):
        dodo(Place(places["one"].root).world, print_summary=lambda *_: None)


def test_who_never_shared_acts_alone(tmp_path: Path) -> None:
    """Without git, and in a checkout in which the file never was."""
    place = Place(tmp_path / "alone")
    place.release(b"good")
    share(place.world, lambda _: place.hold.freeze(SLOT, reason="audit"))
    git(place.root, "init", "--quiet")
    _thaw(Place(place.root))
    assert unshared_lines(Place(place.root).world) == ()


def test_leaving_is_a_reviewed_change(places: SharedPlaces) -> None:
    """Refused until the branch on which people review has it; then the state is its own."""
    root = places["one"].root
    (root / FILE).write_text(ENDED)
    diff = "git diff origin/main -- gates/shared.toml"
    with pytest.raises(UsageError, match="ends sharing, which origin/main does not") as told:
        _thaw(Place(root))
    assert told.value.next_step == diff
    git(root, "commit", "--quiet", "--all", "--message", "We have one machine now")
    with pytest.raises(UsageError, match="ends sharing"):
        _thaw(Place(root))
    git(root, "push", "--quiet")
    tip = places.tip()
    _freeze(Place(root))
    _thaw(Place(root))
    assert unshared_lines(Place(root).world) == ()
    assert places.tip() == tip


@pytest.mark.parametrize("text", [TO_STATE_BRANCH, 'remote = "fork"\nname = "b"\nemail = "b@c"\n'])
def test_another_branch_or_remote_is_a_reviewed_change(places: SharedPlaces, text: str) -> None:
    """Refused until it is reviewed; nothing goes there before."""
    root = places["one"].root
    git(root, "remote", "add", "fork", str(places.remote))
    (root / FILE).write_text(text)
    with pytest.raises(UsageError, match=r"names .*/openmed-state, which origin/main does not"):
        _thaw(Place(root))
    assert "openmed-state" not in git(places.remote, "branch", "--list")
    git(root, "commit", "--quiet", "--all", "--message", "A branch of its own")
    git(root, "push", "--quiet", "origin", "HEAD:main")
    _thaw(Place(root))
    assert "openmed-state" in git(places.remote, "branch", "--list")
    assert unshared_lines(Place(root).world) == ()


def test_a_rollback_does_not_make_a_change_reviewed(
    places: SharedPlaces, capsys: pytest.CaptureFixture[str]
) -> None:
    """It acts and says it; whoever can wait is refused as before."""
    one = places["one"]
    (one.root / FILE).write_text(TO_STATE_BRANCH)
    share(one.world, lambda _: one.roll_back(), is_urgent=True)
    assert "names origin/openmed-state, which origin/main does not" in capsys.readouterr().err
    with pytest.raises(UsageError, match="origin/openmed-state"):
        _thaw(Place(one.root))


@pytest.mark.parametrize("text", ["", TO_STATE_BRANCH])
def test_work_trees_of_one_repository_share_alike(places: SharedPlaces, text: str) -> None:
    """One in which the file is gone or differs is refused by what another remembers."""
    one = places["one"]
    tree = places.work / "tree"
    git(one.root, "worktree", "add", "--quiet", "-b", "second", str(tree))
    shutil.copytree(one.root / "me", tree / "me")
    _thaw(Place(tree))
    shutil.rmtree(one.root / ".git" / "worktrees" / "tree" / "openmed")
    (tree / FILE).write_text(text) if text else (tree / FILE).unlink()
    with pytest.raises(UsageError, match="as the witness of another work tree of it says"):
        _thaw(Place(tree))


def _freeze(place: Place) -> None:
    share(place.world, lambda _: place.hold.freeze(SLOT, reason="audit"), is_urgent=True)
