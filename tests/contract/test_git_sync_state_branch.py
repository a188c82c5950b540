"""State on a branch of its own, and what decides compared with the branch people review."""

import shutil
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import (
    GOOD,
    TO_STATE_BRANCH,
    SharedPlaces,
    copy_of,
    prepared,
)

from openmed.app.maintenance import recover
from openmed.app.sync import follow, share
from openmed.errors import UsageError

STATE = ["gates/pointer.json", "gates/ledger", "gates/evidence"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Two clones whose state is no longer on main, which nobody may push to."""
    places = copy_of(template, tmp_path)
    root = places["one"].root
    (root / "gates" / "shared.toml").write_text(TO_STATE_BRANCH)
    git(root, "rm", "--quiet", "-r", "--cached", *STATE)
    git(root, "commit", "--quiet", "--all", "--message", "State has a branch of its own")
    git(root, "push", "--quiet")
    places.hook('while read o n ref; do [ "$ref" != refs/heads/main ] || exit 1; done')
    return places


def _freeze(place: Place) -> None:
    share(place.world, lambda _: place.hold.freeze(SLOT, reason="audit"), is_urgent=True)


def _judged(place: Place) -> None:
    share(place.world, lambda _: None, is_judging=True)


def test_the_branch_has_state_files_only(places: SharedPlaces) -> None:
    """It begins with a commit of its own; main is not touched, HEAD neither, nothing shown."""
    one, main = places["one"], places.tip("main")
    head = git(one.root, "rev-parse", "HEAD")
    _freeze(one)
    names = git(places.remote, "ls-tree", "-r", "--name-only", "openmed-state").splitlines()
    assert names
    assert [name for name in names if not name.startswith(tuple(STATE))] == []
    roots = git(places.remote, "rev-list", "--max-parents=0", "openmed-state", "main")
    assert len(roots.splitlines()) == 2
    assert (places.tip("main"), git(one.root, "rev-parse", "HEAD")) == (main, head)
    assert git(one.root, "status", "--porcelain") == ""
    assert [row.slot for row in places.live("openmed-state").freezes] == [SLOT]


def test_the_state_moves_from_main_to_a_branch_of_its_own(template: Path, tmp_path: Path) -> None:
    """What main was seen to have does not stop it; every entry is there."""
    places = copy_of(template, tmp_path)
    _freeze(places["one"])
    (places["one"].root / "gates" / "shared.toml").write_text(TO_STATE_BRANCH)
    share(places["one"].world, lambda _: places["one"].roll_back(), is_urgent=True)
    assert len(places.live("openmed-state").entries) == 4


def test_commit_all_on_a_feature_branch_carries_no_state(places: SharedPlaces) -> None:
    """Nor does `git add --all`; switching branches does not touch it."""
    one = places["one"]
    git(one.root, "checkout", "--quiet", "-b", "feature")
    _freeze(one)
    (one.root / "notes.txt").write_text("mine\n")
    git(one.root, "add", "--all")
    git(one.root, "commit", "--quiet", "--all", "--message", "Notes")
    assert git(one.root, "show", "--name-only", "--format=", "HEAD") == "notes.txt"
    git(one.root, "checkout", "--quiet", "main")
    git(one.root, "pull", "--quiet")
    assert [row.slot for row in Place(one.root).releases.state().freezes] == [SLOT]


def test_a_fresh_clone_follows_it(places: SharedPlaces) -> None:
    """Every command that shares or plans does; `recover --forward` does it for the others."""
    one = places["one"]
    share(one.world, lambda _: one.roll_back(), is_urgent=True)
    key = one.root / "gates" / "evidence" / f"{one.signer.keyid}.json"
    for name in ("second", "third", "fourth"):
        git(places.work, "clone", "--quiet", "remote.git", name)
        shutil.copytree(one.root / "me", places.work / name / "me")
    second, third, fourth = places["second"], places["third"], places["fourth"]
    share(second.world, lambda _: None)
    recover(third.world, is_forward=True)
    places.away()
    follow(fourth.world)
    for place in (second, third, fourth):
        assert (place.root / "gates" / "evidence" / key.name).exists() == key.exists()
        live = Place(place.root).releases.state().live_in(SLOT)
        assert live is not None
        assert live.release.artifact == builders.artifact_of(GOOD)
        assert git(place.root, "status", "--porcelain") == ""


def test_what_is_only_here_stays_when_a_plan_follows(places: SharedPlaces) -> None:
    """Entries of two machines are joined by a command that acts, not by one that looks."""
    one = places["one"]
    _judged(one)
    git(places.work, "clone", "--quiet", "remote.git", "second")
    shutil.copytree(one.root / "me", places.work / "second" / "me")
    _freeze(places["second"])
    one.hold.freeze(SLOT, reason="alone")
    head = one.releases.state().entries[-1].digest
    follow(one.world)
    assert one.releases.state().entries[-1].digest == head
    git(one.root, "fetch", "--quiet")
    follow(Place(one.root).world)
    assert Place(one.root).releases.reached().entries[-1].digest == head


@pytest.mark.parametrize(
    "name", ["gates/candidates.toml", "gates/policy/pii.toml", "gates/suites.toml", "models.jsonl"]
)
def test_what_was_not_reviewed_does_not_decide(places: SharedPlaces, name: str) -> None:
    """Changed, committed or new: exit 2, the file and the branch named; a rollback asks nothing."""
    one = places["one"]
    _judged(one)
    (one.root / name).parent.mkdir(exist_ok=True)
    (one.root / name).write_text("# loosened\n")
    for _ in ("changed", "committed"):
        with pytest.raises(UsageError) as caught:
            _judged(Place(one.root))
        assert caught.value.message == (f"{name} differs from origin/main, where it is reviewed")
        git(one.root, "add", name)
        git(one.root, "commit", "--quiet", "--allow-empty", "--message", "Loosen")
    share(one.world, lambda _: one.roll_back(), is_urgent=True)


def test_an_ignored_or_deleted_policy_is_seen(places: SharedPlaces) -> None:
    """Neither .gitignore nor the index hides what decides."""
    one = places["one"]
    (one.root / ".git" / "info" / "exclude").write_text("gates/policy/\n")
    (one.root / "gates" / "policy").mkdir(exist_ok=True)
    (one.root / "gates" / "policy" / "x.toml").write_text("\n")
    with pytest.raises(UsageError, match=r"x\.toml differs"):
        _judged(one)
    (one.root / "gates" / "policy" / "x.toml").unlink()
    git(one.root, "update-index", "--assume-unchanged", "gates/candidates.toml")
    (one.root / "gates" / "candidates.toml").unlink()
    with pytest.raises(UsageError, match=r"candidates\.toml differs"):
        _judged(Place(one.root))


def test_another_reviewed_branch_is_configuration(places: SharedPlaces) -> None:
    """`reviewed_branch`; one that the remote does not have is named."""
    one = places["one"]
    config = one.root / "gates" / "shared.toml"
    config.write_text(TO_STATE_BRANCH + 'reviewed_branch = "stable"\n')
    with pytest.raises(UsageError, match="origin has no branch stable"):
        _judged(Place(one.root))
    git(one.root, "push", "--quiet", "origin", "main:stable")
    _judged(Place(one.root))


def test_with_the_state_on_main_it_is_compared_with_main(template: Path, tmp_path: Path) -> None:
    """A configuration of before goes on to work."""
    one = copy_of(template, tmp_path)["one"]
    _judged(one)
    (one.root / "gates" / "candidates.toml").write_text("# mine\n")
    with pytest.raises(UsageError, match="origin/main"):
        _judged(Place(one.root))
