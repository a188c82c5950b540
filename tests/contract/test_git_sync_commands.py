"""Commands that share: doit, a waiver in a lost race, what moved before it failed, what is told."""

import shutil
from pathlib import Path

import pytest
from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain
from support import builders
from support.places import LEAKS, SLOT, Place
from support.repositories import Repository
from support.simulators.clones import git
from support.simulators.shared_places import GOOD, SharedPlaces, copy_of, prepared

from openmed.app.doctor import examine
from openmed.app.sync import horizon_lines, share, unshared_lines
from openmed.cli.release.dodo import dodo
from openmed.context import Context, open_context
from openmed.domain.attestation.verifier import Role
from openmed.domain.release.results.examination import Health
from openmed.errors import ExternalError
from openmed.steps.lift import Lifting

QUARANTINED = b"worse"
OURS = Path(__file__).parents[2] / "gates"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Two clones of a remote in which a release is live that leaks."""
    return copy_of(template, tmp_path)


def _review(place: Place, *names: str) -> None:
    git(place.root, "add", *names)
    git(place.root, "commit", "--quiet", "--message", "Reviewed")
    git(place.root, "push", "--quiet")


def _write_policy(place: Place) -> None:
    shutil.copytree(OURS / "policy", place.root / "gates" / "policy")
    # A policy that no slot uses is refused.
    (place.root / "gates" / "policy" / "rampart--tiny--onnx-q4.toml").unlink()
    shutil.copy(OURS / "suites.toml", place.root / "gates" / "suites.toml")


def _doit(place: Place) -> int:
    return int(
        DoitMain(ModuleTaskLoader(dodo(place.root, arguments=[])), config_filenames=()).run([])
    )


def test_doit_follows_and_shares(places: SharedPlaces) -> None:
    """It takes what others shared first, and shares what this machine had not."""
    one, other = places["one"], places["other"]
    _write_policy(one)
    _review(one, "gates/policy", "gates/suites.toml")
    share(other.world, lambda _: other.roll_back(), is_urgent=True)
    one.hold.freeze(SLOT, reason="alone")
    _doit(one)  # Red: the source of the one candidate is not there.
    state = places.live()
    live = state.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(GOOD)
    assert [row.slot for row in state.freezes] == [SLOT]
    assert Place(one.root).releases.state() == state


def test_doit_refuses_what_nobody_reviewed(
    places: SharedPlaces, capfd: pytest.CaptureFixture[str]
) -> None:
    """Red, nothing run."""
    one = places["one"]
    _write_policy(one)
    before = one.releases.state()
    assert _doit(one) == 2
    assert "where they are reviewed" in capfd.readouterr().err
    assert Place(one.root).releases.state() == before


def test_a_waiver_is_lifted_at_the_next_attempt(places: SharedPlaces) -> None:
    """lost-race-deletes-waiver, with one that is valid: lifted on the winner, and said."""
    one, other = places["one"], places["other"]
    one.release(QUARANTINED, covered=LEAKS)
    alice = one.person("alice", Role.WAIVE)
    share(one.world, lambda _: None)
    _review(one, "gates/keys")
    share(other.world, lambda _: None)
    waived = one.lift.waive(
        alice,
        builders.artifact_of(QUARANTINED),
        reason="gold was wrong",
        expires="2027-01-01T23:59:59Z",
        is_recording=False,
    )
    seen: list[Lifting] = []

    def act(_: Context) -> Lifting:
        seen.append(Place(one.root).lift.record())
        if len(seen) == 1:
            share(other.world, lambda _: other.hold.freeze(SLOT, reason="audit"))
        return seen[-1]

    done = share(one.world, act)
    assert len(seen) == 2
    assert [change.artifact for change in done.lifted] == [builders.artifact_of(QUARANTINED)]
    assert (one.root / "gates" / "waivers" / waived.file).exists()
    state = places.live()
    assert not state.is_quarantined(builders.artifact_of(QUARANTINED))
    assert (places.work / "reader" / "gates" / "waivers" / waived.file).exists()


def test_what_moved_before_it_failed_is_shared(places: SharedPlaces) -> None:
    """A rollback whose pages cannot be written: others have its revocation."""
    one = places["one"]

    def act(_: Context) -> None:
        one.roll_back()
        raise ExternalError("the disk is full")

    with pytest.raises(ExternalError, match="disk is full"):
        share(one.world, act, is_urgent=True)
    assert [row.kind for row in places.live().live] == ["rollback"]


def test_what_is_not_shared_is_told(places: SharedPlaces) -> None:
    """By `status` and `verify` in a line, by `doctor` as something to fix."""
    one = places["one"]
    assert unshared_lines(one.world) == ()
    one.hold.freeze(SLOT, reason="alone")
    assert unshared_lines(one.world) == (
        "not shared yet: 2026.11.24-3; origin/main does not have it",
    )
    (check,) = [row for row in examine(one.world).checks if row.name == "sharing"]
    assert check.health is Health.BROKEN
    done = one.run("release", "recover", "--forward")
    assert done.returncode == 0, done.stderr
    assert unshared_lines(one.world) == ()
    (check,) = [row for row in examine(Place(one.root).world).checks if row.name == "sharing"]
    assert check.health is Health.WELL


def test_a_shallow_clone_says_what_it_could_not_check(places: SharedPlaces) -> None:
    """Status and doctor name the commit its history begins with; a whole clone says nothing."""
    one = places["one"]
    assert horizon_lines(one.world) == ()
    source = f"file://{places.remote}"
    git(places.work, "clone", "--quiet", "--depth=1", source, "shallow")
    shallow = Repository(root=places.work / "shallow", home=one.root / "me")
    world = open_context(shallow.root, quiet=True)
    first = git(shallow.root, "rev-parse", "HEAD")[:12]
    (line,) = horizon_lines(world)
    assert f"only commits before {first} had were not checked" in line
    found = {row.name: row for row in examine(world).checks}
    assert (found["history"].health, found["history"].fix) == (
        Health.OPTIONAL,
        "git fetch --unshallow",
    )
    assert first in shallow.run("release", "status").stdout
    git(shallow.root, "fetch", "--quiet", "--unshallow")
    assert horizon_lines(world) == ()
