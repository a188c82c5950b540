"""Advice about state that machines share: done as printed, the remote loses nothing either."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, follow, told_by
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import BAD, SharedPlaces, copy_of, prepared, reviewed

from openmed.app.sync import require_shared, share
from openmed.context import Context
from openmed.errors import FlipConflictError, UsageError

FORWARD = "openmed release recover --forward"
RECONCILE = "openmed release reconcile {}"
FREEZE = ("release", "freeze", SLOT, "--reason", "audit")
THAW = ("release", "thaw", SLOT, "--reason", "done")
AGAIN = "run it again"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Two clones of a remote in which a release is live that leaks."""
    return copy_of(template, tmp_path)


@pytest.fixture
def desk(places: SharedPlaces) -> Desk:
    """Whoever works in the first clone."""
    return _at(places, "one")


def _at(places: SharedPlaces, name: str) -> Desk:
    return Desk(places.work / name, places.work / name / "me")


def _roll_back(place: Place) -> None:
    share(place.world, lambda _: place.roll_back(), is_urgent=True)


def _is_revoked(desk: Desk) -> bool:
    return Place(desk.root).releases.state().is_quarantined(builders.artifact_of(BAD))


def _set_back(places: SharedPlaces) -> None:
    """An old backup is restored here."""
    root = places["one"].root
    old = {path: path.read_bytes() for path in (root / "gates").rglob("*.json")}
    _roll_back(places["one"])
    for path in (root / "gates").rglob("*.json"):
        path.unlink()
    for path, data in old.items():
        path.write_bytes(data)


def _revert(places: SharedPlaces) -> None:
    """Somebody reverts the rollback and pushes it."""
    _roll_back(places["one"])
    other = places["other"].root
    git(other, "pull", "--quiet")
    git(other, "revert", "--no-edit", "HEAD")
    git(other, "push", "--quiet")


def _delete(places: SharedPlaces) -> None:
    """Somebody deletes the branch."""
    _roll_back(places["one"])
    git(places.remote, "update-ref", "-d", "refs/heads/main")


def _push_over(places: SharedPlaces) -> None:
    """Somebody pushes over the rollback, with a release of their own."""
    _roll_back(places["one"])
    git(places.remote, "update-ref", "refs/heads/main", "main~1")
    other = places["other"]
    git(other.root, "fetch", "--quiet", "--prune")
    share(other.world, lambda _: other.release(b"third"))


def test_a_branch_that_was_pushed_over(places: SharedPlaces, desk: Desk) -> None:
    """What it lost is there again, beside what was pushed."""
    _push_over(places)
    said = desk.openmed(*FREEZE)
    assert said.code == 7
    follow(desk, said, RECONCILE)
    assert desk.openmed(*FREEZE).code == 0
    assert places.live().is_quarantined(builders.artifact_of(BAD))


@pytest.mark.parametrize("broken", [_set_back, _revert, _delete])
def test_forward(broken: Callable[[SharedPlaces], None], places: SharedPlaces, desk: Desk) -> None:
    """The branch has its ledger again, with the revocation in it."""
    broken(places)
    said = desk.openmed(*THAW)
    assert said.code == 7
    follow(desk, said, FORWARD)
    assert desk.openmed(*FREEZE).code == 0
    assert places.live().is_quarantined(builders.artifact_of(BAD))


def test_evidence_that_is_to_be_shared(places: SharedPlaces, desk: Desk) -> None:
    """It comes back from what this checkout remembers, and is pushed."""
    Place(desk.root).release(b"third")
    entry = Place(desk.root).releases.state().entries[-1]
    (desk.root / "gates" / "evidence" / f"{entry.evidence[0]}.json").unlink()
    said = desk.openmed(*THAW)
    assert said.code == 7
    follow(desk, said, FORWARD)
    assert desk.openmed(*THAW).code == 0
    assert len(places.live().entries) == 3


def test_what_is_not_shared_yet(places: SharedPlaces, desk: Desk) -> None:
    """Doctor's fix shares it."""
    places.away()
    desk.openmed(*FREEZE)
    places.back()
    follow(desk, desk.doctor(), FORWARD)
    assert [SLOT] == [row.slot for row in places.live().freezes]


def test_two_heads(places: SharedPlaces, desk: Desk) -> None:
    """What was frozen alone was merged by hand with what others did, and theirs was dropped."""
    _roll_back(places["other"])
    Place(desk.root).hold.freeze(SLOT, reason="alone")
    git(desk.root, "add", "gates")
    git(desk.root, "commit", "--quiet", "--message", "by hand")
    desk.type("git pull --no-rebase --no-edit")
    git(desk.root, "checkout", "--ours", "--", "gates")
    git(desk.root, "add", "gates")
    git(desk.root, "commit", "--quiet", "--message", "merged")
    said = desk.openmed(*FREEZE)
    assert said.code == 7
    follow(desk, said, RECONCILE)
    assert desk.openmed(*FREEZE).code == 0
    state = places.live()
    assert state.is_quarantined(builders.artifact_of(BAD))
    assert [SLOT] == [row.slot for row in state.freezes]


def test_a_remote_that_is_away(places: SharedPlaces, desk: Desk) -> None:
    """Git says why; when it is back the same command works."""
    places.away()
    said = desk.openmed(*THAW)
    assert said.code == 5
    hands = {"see gates/shared.toml": lambda: None}
    follow(desk, said, "git fetch; see gates/shared.toml", by_hand=hands, ends=(128,))
    places.back()
    assert desk.openmed(*THAW).code == 0


def test_a_remote_that_breaks_off(places: SharedPlaces, desk: Desk) -> None:
    """The same command shares what the first could not."""
    places.hook(f"mv {places.work}/remote.git {places.work}/gone.git; exit 1")
    Place(desk.root).hold.freeze(SLOT, reason="alone")
    said = desk.openmed(*THAW)
    assert said.code == 5
    places.back()
    places.hook("exit 0")
    codes: list[int] = []
    follow(desk, said, AGAIN, by_hand={AGAIN: lambda: codes.append(desk.openmed(*THAW).code)})
    assert codes == [0]
    assert places.live().freezes == ()


def test_a_protected_branch(places: SharedPlaces, desk: Desk) -> None:
    """The state gets a branch of its own; nobody's commit is pushed past the rule."""
    refuse = "echo GH006: Protected branch >&2; exit 1"
    places.hook(f'while read o n ref; do [ "$ref" != refs/heads/main ] || {{ {refuse}; }}; done')
    Place(desk.root).hold.freeze(SLOT, reason="alone")
    said = desk.openmed(*THAW)
    assert said.code == 5
    push = "let the identity of gates/shared.toml push there"
    name = 'name a branch of its own there: branch = "openmed-state"'

    def name_it() -> None:
        path = desk.root / "gates" / "shared.toml"
        path.write_text(path.read_text().replace('"main"', '"openmed-state"'))
        git(desk.root, "commit", "--quiet", "--message", "A branch of its own", "--", str(path))
        # Reviewed and merged, as main is protected.
        commit = git(desk.root, "rev-parse", "HEAD")
        git(places.remote, "fetch", "--quiet", str(desk.root), "HEAD")
        git(places.remote, "update-ref", "refs/heads/main", commit)
        git(desk.root, "fetch", "--quiet")

    hands = {push: lambda: places.hook("exit 0"), name: name_it}
    follow(desk, said, f"{push}, or {name}", way=1, by_hand=hands)
    assert desk.openmed(*THAW).code == 0
    assert places.live("openmed-state").freezes == ()


def test_an_unfinished_merge(places: SharedPlaces, desk: Desk) -> None:
    """Given up, the command follows by itself; what both did holds."""
    places.away()
    desk.openmed(*FREEZE)
    places.back()
    git(desk.root, "add", "gates")
    git(desk.root, "commit", "--quiet", "--message", "by hand")
    _roll_back(places["other"])
    desk.type("git pull --no-rebase --no-edit")
    said = desk.openmed(*FREEZE)
    assert said.code == 7
    codes: list[int] = []
    hands = {AGAIN: lambda: codes.append(desk.openmed(*FREEZE).code)}
    follow(desk, said, "git merge --abort, then run it again", by_hand=hands)
    assert codes == [0]
    assert _is_revoked(desk)
    assert [SLOT] == [row.slot for row in places.live().freezes]


def test_no_repository_of_git(places: SharedPlaces, desk: Desk) -> None:
    """Made, with the remote: it follows."""
    shutil.rmtree(desk.root / ".git")
    said = desk.openmed(*FREEZE)
    assert said.code == 2
    follow(desk, said, "git init; git remote add origin URL", words={"URL": str(places.remote)})
    assert desk.openmed(*FREEZE).code == 0
    assert [SLOT] == [row.slot for row in places.live().freezes]


def test_what_nobody_reviewed(places: SharedPlaces, desk: Desk) -> None:
    """Shown; taken back, it is what was reviewed."""
    one = reviewed(places["one"])
    path = one.root / "gates" / "policy" / "default.toml"
    path.write_text(path.read_text() + "\n# looser\n")
    said = desk.openmed("release", "run")
    assert said.code == 2
    (shown,) = follow(desk, said, "git diff {} -- {}")
    assert "+# looser" in shown.text


@pytest.mark.parametrize("way", [0, 1])
def test_a_reviewed_branch_that_is_not_there(way: int, places: SharedPlaces, desk: Desk) -> None:
    """Pushed, or named."""
    one = reviewed(places["one"])
    git(one.root, "push", "--quiet", "origin", "main:trunk")
    path = one.root / "gates" / "shared.toml"
    path.write_text(path.read_text().replace('branch = "main"', 'branch = "openmed-state"'))
    git(one.root, "commit", "--quiet", "--all", "--message", "A branch of its own")
    git(places.remote, "update-ref", "-d", "refs/heads/main")
    said = desk.openmed("release", "run")
    assert said.code == 2
    step = "name it in gates/shared.toml as reviewed_branch"
    hands = {step: lambda: path.write_text(path.read_text() + 'reviewed_branch = "trunk"\n')}
    template = "git push, or name it in gates/shared.toml as reviewed_branch"
    follow(desk, said, template, way=way, by_hand=hands)
    assert "has no branch" not in desk.openmed("release", "run").text


def test_the_first_push_of_code(places: SharedPlaces, desk: Desk) -> None:
    """People push their own branch."""
    git(places.work, "init", "--quiet", "--bare", "--initial-branch=main", "empty.git")
    git(desk.root, "remote", "set-url", "origin", str(places.work / "empty.git"))
    git(desk.root, "update-ref", "-d", "refs/remotes/origin/main")
    shutil.rmtree(desk.root / ".git" / "openmed", ignore_errors=True)
    said = desk.openmed(*FREEZE)
    assert said.code == 2
    follow(desk, said, "git push {} {}")
    assert desk.openmed(*FREEZE).code == 0


def test_state_that_is_not_shared(places: SharedPlaces, desk: Desk) -> None:
    """The file that is named shares it."""
    path = desk.root / "gates" / "shared.toml"
    path.unlink()
    with pytest.raises(UsageError) as refused:
        require_shared(Context(root=desk.root, now=builders.NOW, quiet=True))
    said = told_by(refused.value)
    step, _, more = refused.value.next_step.partition(" with: ")
    assert step == "commit gates/shared.toml"
    path.write_text(more.replace("; ", "\n") + "\n")
    assert desk.openmed(*FREEZE).code == 0
    assert said.code == 2
    assert [SLOT] == [row.slot for row in places.live("openmed-state").freezes]


def test_others_that_are_always_first(places: SharedPlaces, desk: Desk) -> None:
    """Later they are not."""

    def act(_: Context) -> None:
        other = places["other"]
        share(other.world, lambda _: other.release(os.urandom(8)))
        Place(desk.root).hold.freeze(SLOT, reason="audit")

    with pytest.raises(FlipConflictError) as lost:
        share(Place(desk.root).world, act)
    codes: list[int] = []
    hands = {AGAIN: lambda: codes.append(desk.openmed(*FREEZE).code)}
    follow(desk, told_by(lost.value), AGAIN, by_hand=hands)
    assert codes == [0]
    assert [SLOT] == [row.slot for row in places.live().freezes]


def test_sharing_that_was_lost(places: SharedPlaces, desk: Desk) -> None:
    """The file is there again as it was, and what happened here alone is shared."""
    assert desk.openmed(*THAW).code == 0
    (desk.root / "gates" / "shared.toml").unlink()
    said = desk.openmed(*THAW)
    assert said.code == 2
    assert desk.openmed(*FREEZE).code == 0
    assert places.live().freezes == ()
    follow(desk, said, FORWARD)
    assert desk.openmed(*FREEZE).code == 0
    assert [SLOT] == [row.slot for row in places.live().freezes]


def test_sharing_that_was_changed(places: SharedPlaces, desk: Desk) -> None:
    """The difference is shown; reviewed on main, it holds."""
    assert desk.openmed(*THAW).code == 0
    path = desk.root / "gates" / "shared.toml"
    path.write_text(path.read_text().replace('"main"', '"elsewhere"'))
    said = desk.openmed(*THAW)
    assert said.code == 2
    follow(desk, said, "git diff {} -- gates/shared.toml")
    git(desk.root, "commit", "--quiet", "--message", "Elsewhere", "--", str(path))
    git(desk.root, "push", "--quiet", "origin", "HEAD:main")
    assert desk.openmed(*FREEZE).code == 0
    assert desk.openmed(*THAW).code == 0
    assert [] == list(places.live("elsewhere").freezes)
