"""A new release repository, and what a person does first in it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.repositories import ROOT, Repository

SLOT = "pii::tiny::onnx"


@pytest.fixture
def empty(tmp_path: Path) -> Repository:
    """An empty folder and an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    return Repository(root=tmp_path, home=home)


def _init(empty: Repository, *arguments: str) -> Repository:
    done = empty.run("init", "releases", *arguments)
    assert done.returncode == 0, done.stderr
    return Repository(root=empty.root / "releases", home=empty.home)


def test_make_release_works_at_once(empty: Repository) -> None:
    """Green, with the page it names; nothing else is asked for."""
    made = _init(empty)
    openmed = Path(sys.executable).with_name("openmed")
    done = subprocess.run(
        ["make", "release", f"OPENMED={openmed}"],
        cwd=made.root,
        env=made.environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert made.results()[SLOT]["standing"] == "RELEASED"
    assert (made.root / "artifacts/trust/status/index.html").is_file()


def test_suites_are_those_it_pins_and_everything_else_is_in_order(empty: Repository) -> None:
    """`doctor` asks for a key, and for the repository of git that shares the state."""
    made = _init(empty, "--github")
    assert made.run("keys", "init").returncode == 0
    asked = json.loads(made.run("doctor", "--json").stdout)["data"]["checks"]
    (sharing,) = (row for row in asked if row["health"] == "broken")
    assert (sharing["name"], sharing["fix"]) == ("sharing", "git init; git remote add origin URL")
    (made.root / "gates" / "shared.toml").unlink()
    done = made.run("doctor", "--json")
    assert done.returncode == 0, done.stdout
    plan = json.loads(made.run("release", "plan", "--json").stdout)["data"]["plan"]
    assert [slot["slot"] for slot in plan["slots"]] == [SLOT]
    assert (made.root / ".github/workflows/release-gates.yml").is_file()


def test_a_folder_that_has_one_is_left_alone(empty: Repository) -> None:
    """Nothing is written over."""
    made = _init(empty)
    queue = made.root / "gates" / "candidates.toml"
    queue.write_text("mine")
    before = made.files(".")
    done = empty.run("init", "releases")
    assert (done.returncode, "choose a folder without" in done.stderr) == (2, True)
    assert made.files(".") == before


@pytest.mark.parametrize("place", ["file", "file/in-it", "circle"])
def test_a_file_is_no_place_for_one(place: str, empty: Repository) -> None:
    """One sentence, exit 2; nor is a link to itself."""
    (empty.root / "file").write_text("mine")
    (empty.root / "circle").symlink_to("circle")
    done = empty.run("init", place)
    assert (done.returncode, "cannot be made a folder" in done.stderr) == (2, True), done.stderr
    assert (empty.root / "file").read_text() == "mine"


def test_a_wheel_brings_the_same_files(empty: Repository, tmp_path: Path) -> None:
    """Those that lie beside the package in a checkout lie in it there."""
    made = _init(empty, "--github")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        env={**os.environ, "HATCH_METADATA_HOOKS_ENABLE": "0"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    installed = Repository(root=tmp_path / "second", home=empty.home)
    installed.root.mkdir()
    done = installed.run("init", ".", "--github", path=tmp_path / "installed")
    assert done.returncode == 0, done.stderr
    assert installed.files(".") == made.files(".")
