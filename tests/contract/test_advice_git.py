"""Advice about what git cannot say, or says of a clone: done as printed, it helps."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.following import Desk, Said, follow, told_by
from support.places import SLOT
from support.simulators.clones import git
from support.simulators.shared_places import SharedPlaces, copy_of, prepared, reviewed

from openmed.adapters.sources.recipe import recipe_state
from openmed.adapters.sync import git_history, reviewed_files, shared_branch, state_commit
from openmed.adapters.sync.git import GitAnswer, run_git
from openmed.app.sync import share
from openmed.errors import OpenMedError

FREEZE = ("release", "freeze", SLOT, "--reason", "audit")


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


@pytest.mark.parametrize("typed", ["release status", "release verify", "doctor --json"])
def test_a_shallow_clone(typed: str, places: SharedPlaces) -> None:
    """Deepened, it has nothing to say."""
    git(places.work, "clone", "--quiet", "--depth=1", f"file://{places.remote}", "shallow")
    shutil.copytree(places.work / "one" / "me", places.work / "shallow" / "me")
    shallow = _at(places, "shallow")
    follow(shallow, shallow.openmed(*typed.split()), "git fetch --unshallow")
    assert "this clone is shallow" not in shallow.openmed(*typed.split()).text


IsMeant = Callable[[tuple[str, ...]], bool]


def _failing(module: object, is_meant: IsMeant, patch: pytest.MonkeyPatch) -> None:
    def failing(folder: Path, *arguments: str, **more: object) -> GitAnswer:
        if is_meant(arguments):
            return GitAnswer(128, "", "fatal: bad object")
        return run_git(folder, *arguments, **more)  # type: ignore[arg-type]

    patch.setattr(module, "run_git", failing)


GITS: dict[str, tuple[object, IsMeant]] = {
    "history": (git_history, lambda words: words[0] == "log"),
    "review": (reviewed_files, lambda words: "add" in words or "read-tree" in words),
    "branch": (shared_branch, lambda words: words[0] == "ls-tree"),
    "commit": (state_commit, lambda words: "commit-tree" in words),
}
"""Where git fails, and of which call."""
FSCK, GIT_STATUS = "git fsck", "git status"
LOOKS = {"history": FSCK, "review": FSCK, "branch": FSCK, "commit": GIT_STATUS}
"""How a person looks."""


@pytest.mark.parametrize("name", sorted(GITS))
def test_a_git_that_fails(
    name: str, places: SharedPlaces, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git itself says what it finds; when it works again, so does the command."""
    reviewed(places["one"])
    module, is_meant = GITS[name]
    typed = ("release", "run") if module is reviewed_files else FREEZE
    shutil.rmtree(desk.root / ".git" / "openmed", ignore_errors=True)
    with monkeypatch.context() as patch:
        _failing(module, is_meant, patch)
        said = desk.openmed(*typed)
    assert "bad object" in said.text
    follow(desk, said, LOOKS[name])
    assert "bad object" not in desk.openmed(*typed).text


def test_a_damaged_branch(places: SharedPlaces, desk: Desk) -> None:
    """Its history names the commit that did it."""
    other = places["other"]
    share(other.world, lambda _: other.roll_back(), is_urgent=True)
    entry = other.releases.state().entries[-1]
    (other.root / "gates" / "ledger" / f"{entry.digest}.json").write_text("{}")
    git(other.root, "commit", "--quiet", "--all", "--message", "Damage")
    git(other.root, "push", "--quiet")
    said = desk.openmed(*FREEZE)
    assert said.code == 7
    (shown,) = follow(desk, said, "git log --stat {} -- gates")
    assert "Damage" in shown.text


RECIPE = """\
schema = "openmed.recipe/1"
script = "train.py"
data_manifest = "data.json"
base_model = "none"
timeout_seconds = 5
[builds.default]
"""


@pytest.fixture
def recipe(desk: Desk) -> Path:
    """A recipe that was committed first, then others."""
    folder = desk.root / "recipe"
    folder.mkdir()
    (folder / "recipe.toml").write_text(RECIPE)
    (folder / "train.py").write_text("")
    (folder / "data.json").write_text("{}")
    for number in range(2):
        (desk.root / "README.md").write_text(str(number))
        git(desk.root, "add", "--all")
        git(desk.root, "commit", "--quiet", "--message", f"Commit {number}")
    git(desk.root, "push", "--quiet")
    return folder


def _refused(folder: Path) -> Said:
    with pytest.raises(OpenMedError) as refused:
        recipe_state(folder, "default", what=SLOT)
    return told_by(refused.value)


@pytest.mark.usefixtures("recipe")
def test_provenance_in_a_shallow_clone(places: SharedPlaces) -> None:
    """Deepened, it names the commit."""
    git(places.work, "clone", "--quiet", "--depth=1", f"file://{places.remote}", "shallow")
    shallow = _at(places, "shallow")
    shallow.home.mkdir()
    said = _refused(shallow.root / "recipe")
    follow(shallow, said, "git fetch --unshallow, or fetch-depth: 0 in CI")
    assert recipe_state(shallow.root / "recipe", "default", what=SLOT).repro.git_sha


def test_provenance_in_a_checkout_of_another_user(
    recipe: Path, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trusted by who works there, it is read."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    # Git's own switch for its own tests; nothing else makes another owner without being root.
    real = shutil.which("git")
    program.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(desk.home))
    follow(desk, _refused(recipe), "git config --global --add safe.directory {}")
    assert recipe_state(recipe, "default", what=SLOT).repro.git_sha
