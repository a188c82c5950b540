"""Provenance of a recipe: the commit that touched it, or an error with the way to it."""

import os
import shutil
from pathlib import Path

import pytest
from support.simulators.clones import git

from openmed.adapters.sources.recipe import recipe_state
from openmed.adapters.sync.provenance import last_commit
from openmed.errors import EvidenceError

RECIPE = """\
schema = "openmed.recipe/1"
script = "train.py"
data_manifest = "data.json"
base_model = "none"
timeout_seconds = 5
[builds.default]
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A repository whose recipe was committed first; two later commits touch other files."""
    root = tmp_path / "full"
    recipe = root / "recipe"
    recipe.mkdir(parents=True)
    (recipe / "recipe.toml").write_text(RECIPE)
    (recipe / "train.py").write_text("")
    (recipe / "data.json").write_text("{}")
    git(root, "init", "--quiet", "--initial-branch=main")
    for number in range(3):
        (root / "README.md").write_text(str(number))
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", f"Commit {number}")
    return root


def _shallow(full: Path, depth: int) -> Path:
    clone = full.parent / f"depth-{depth}"
    git(full.parent, "clone", "--quiet", f"--depth={depth}", f"file://{full}", str(clone))
    return clone


@pytest.mark.parametrize("depth", [1, 2])
def test_a_shallow_clone_names_no_other_commit(depth: int, full: Path) -> None:
    """What the clone begins with seems to have made every file."""
    with pytest.raises(EvidenceError, match="shallow") as caught:
        recipe_state(_shallow(full, depth) / "recipe", "default", what="pii::tiny::onnx")
    assert caught.value.next_step.startswith("git fetch --unshallow")


def test_a_clone_that_was_deepened_has_the_same_repro_hash(full: Path) -> None:
    """The same bytes, the same four parts."""
    clone = _shallow(full, 1)
    git(clone, "fetch", "--quiet", "--unshallow")
    wanted = recipe_state(full / "recipe", "default", what="x").repro
    assert recipe_state(clone / "recipe", "default", what="x").repro == wanted
    assert wanted.git_sha == git(full, "rev-parse", "HEAD~2")


def test_a_shallow_clone_that_has_the_commit_names_it(full: Path) -> None:
    """Only what lies at the boundary is doubtful."""
    (full / "recipe" / "train.py").write_text("pass")
    git(full, "commit", "--quiet", "--all", "--message", "Train")
    clone = _shallow(full, 2)
    assert last_commit(clone / "recipe", what="x") == git(full, "rev-parse", "HEAD")


def test_a_checkout_of_another_user_is_an_error(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git refuses it; the tree digest would be another repro_hash for the same bytes."""
    real = shutil.which("git")
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    # Git's own switch for its own tests; nothing else makes another owner without being root.
    program.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(EvidenceError, match="another user") as caught:
        recipe_state(full / "recipe", "default", what="pii::tiny::onnx")
    assert caught.value.next_step == f"git config --global --add safe.directory {full}"


def test_without_git_the_tree_is_named(full: Path) -> None:
    """No git is no error, and no commit."""
    shutil.rmtree(full / ".git")
    sha = recipe_state(full / "recipe", "default", what="x").repro.git_sha
    assert sha.startswith("tree:")
