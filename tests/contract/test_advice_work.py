"""Advice about work that others do too, about suites elsewhere and new repositories."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, follow, told_by
from support.places import SLOT, Place
from support.reviewed_places import OTHER_SLOT, reviewed_place
from support.simulators.clones import git

from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.domain.ledger.changes import Held
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.errors import FlipConflictError, IntegrityError

RUN = "openmed release run"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One slot that serves something, and one without a candidate, with our policies and suites."""
    place = reviewed_place(tmp_path_factory.mktemp("work") / "r")
    return place.root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy of it, and the person there."""
    shutil.copytree(made, tmp_path / "r", symlinks=True)
    return Desk(tmp_path / "r", tmp_path / "r" / "me")


def test_somebody_was_first(desk: Desk) -> None:
    """A run compares with what is live now."""
    place = Place(desk.root)
    state = place.releases.state()
    late = next_entry(state.entries, (Held(slot=SLOT, reason="late"),), now=builders.NOW)
    place.hold.freeze(OTHER_SLOT, reason="first")
    with pytest.raises(FlipConflictError) as lost:
        place.releases.commit(late, pointer_of(fold((*state.entries, late))), evidence=())
    follow(desk, told_by(lost.value), RUN, ends=(5,))
    assert [OTHER_SLOT] == [row.slot for row in Place(desk.root).releases.state().freezes]


def test_somebody_is_at_work(desk: Desk) -> None:
    """Afterwards it is free."""
    first, second = (FileReleaseStore(desk.root, lock_seconds=0.1) for _ in range(2))
    with first.lock(), pytest.raises(FlipConflictError) as busy, second.lock():
        pass
    step = "run it again when the other one is done"
    follow(desk, told_by(busy.value), step, by_hand={step: lambda: second.lock().__enter__()})


def test_a_suite_unlike_its_seed(desk: Desk) -> None:
    """What was reviewed comes back."""
    git(desk.root, "add", "gates/suites")
    git(desk.root, "commit", "--quiet", "--message", "Reviewed")
    path = desk.root / "gates" / "suites" / "shield-synthetic" / "notes.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    typed = ("suite", "build", "shield-synthetic", "--check")
    said = desk.openmed(*typed)
    assert said.code == 7
    follow(desk, said, "git checkout -- {}")
    assert desk.openmed(*typed).code == 0


def test_gates_that_are_not_shown(desk: Desk) -> None:
    """All of them are, when asked."""
    said = desk.openmed("release", "explain", SLOT)
    (shown,) = follow(desk, said, "openmed release explain {} --all")
    assert len(shown.text) > len(said.text)


def test_bytes_to_compare_with_that_are_nowhere(desk: Desk) -> None:
    """They are put back, and served again."""
    world = Place(desk.root).world
    release = next(row.release for row in world.releases.state().live if row.release.slot == SLOT)
    served, staged = (
        desk.root / "artifacts" / name / release.artifact for name in ("registry/trees", "staged")
    )
    for path in (served, *served.rglob("*"), staged):
        path.chmod(0o755)
    shutil.rmtree(served)
    staged.rename(desk.root / "kept")
    with pytest.raises(IntegrityError) as refused:
        world.released_bytes.bring(release)
    hands = {"put the bytes back": lambda: (desk.root / "kept").rename(staged)}
    template = "openmed release rollback {}, or put the bytes back; then openmed publish"
    follow(desk, told_by(refused.value), template, way=1, by_hand=hands)
    world.released_bytes.bring(release)


def test_a_slot_without_a_candidate_that_is_not_served(desk: Desk) -> None:
    """Its bytes were put back meanwhile: they are served again."""
    artifact = builders.artifact_of(b"large")
    served, staged = (
        desk.root / "artifacts" / name / artifact for name in ("registry/trees", "staged")
    )
    for path in (served, *served.rglob("*"), staged):
        path.chmod(0o755)
    shutil.rmtree(served)
    staged.rename(desk.root / "kept")
    said = desk.openmed("release", "run")
    assert said.code == 7
    (desk.root / "kept").rename(staged)
    follow(desk, said, "openmed publish")
    assert "NOT SERVED" not in desk.openmed("release", "status").text


@pytest.mark.parametrize("is_set", [False, True])
def test_a_suite_elsewhere(*, is_set: bool, desk: Desk) -> None:
    """Named, it is read; the run says of a source that it is missing."""
    suites = desk.root / "gates" / "suites.toml"
    text = suites.read_text()
    suites.write_text(
        text.replace(
            'path = "gates/suites/golden', 'access = "ask"\nlocal = "$OPENMED_WARD"\npath = "golden'
        )
    )
    before = replace(desk, environment={"OPENMED_WARD": "suites"} if is_set else {})
    said = before.openmed("doctor", "--json")
    named = replace(desk, environment={"OPENMED_WARD": str(desk.root / "gates" / "suites")})
    steps = ("set OPENMED_WARD to the folder of the data", "correct it")
    template = (
        "set {} to the folder of the data; then openmed release run --retry",
        "correct it; then openmed release run --retry",
    )[is_set]
    follow(named, said, template, by_hand=dict.fromkeys(steps, lambda: None), ends=(5,))
    assert "OPENMED_WARD" not in named.openmed("doctor").text


def test_a_new_repository(desk: Desk) -> None:
    """It is where the line says; the README's first lines go on from there."""
    said = desk.openmed("init", "new")
    hands = {
        "cd new": lambda: None,
        "make release": lambda: (desk.root / "new" / "Makefile").read_text().index("\nrelease:"),
    }
    follow(desk, said, "cd {} && make release", by_hand=hands)


def test_a_new_repository_for_github(desk: Desk, tmp_path: Path) -> None:
    """Put into git and pushed, with the key that signs there."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    said = desk.openmed("init", "new", "--github")
    new = replace(desk, root=desk.root / "new")

    def push() -> None:
        git(new.root, "init", "--quiet", "-b", "main")
        git(new.root, "add", ".")
        git(new.root, "commit", "--quiet", "--message", "Start")
        git(new.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
        git(new.root, "push", "--quiet", "origin", "main")

    step = "cd new, git init -b main, commit, add the remote origin, push"
    follow(desk, said, "cd {}, git init -b main, commit, add the remote origin, push",
           by_hand={step: push})  # fmt: skip
    follow(new, said, "openmed keys add release --key ~/release.pem")
    assert (new.root / "gates" / "keys" / "release.pub").exists()
