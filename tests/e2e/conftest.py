"""A real release repository in a temporary folder, and the real command as a subprocess."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import ROOT, ROW, Repository


def _build(name: str, place: Path) -> Path:
    script = ROOT / "gates" / "recipes" / "pii-tiny" / "train.py"
    place.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-B", str(script), "--build", name, "--out", str(place)],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return place


@pytest.fixture(scope="session")
def good_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of our own tiny model."""
    return _build("default", tmp_path_factory.mktemp("models") / "good")


@pytest.fixture(scope="session")
def worse_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of the honest worse build: the same script on 15 notes."""
    return _build("worse", tmp_path_factory.mktemp("models") / "worse")


@pytest.fixture(scope="session")
def bad_models(tmp_path_factory: pytest.TempPathFactory, worse_model: Path) -> dict[str, Path]:
    """Builds of the recipe that a release must catch, by name."""
    place = tmp_path_factory.mktemp("models")
    others = {name: _build(name, place / name) for name in ("dead-head", "raised-threshold")}
    return {"worse": worse_model, **others}


@pytest.fixture
def new_repository(tmp_path: Path, good_model: Path) -> Callable[[], Repository]:
    """Makes a repository with our queue, policies and suites; its candidate is ready-built."""

    def make() -> Repository:
        root, home = tmp_path / "repository", tmp_path / "home"
        home.mkdir()
        committed = ("candidates.toml", "suites.toml", "policy", "suites")
        (root / "gates").mkdir(parents=True)
        for name in committed:
            source = ROOT / "gates" / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, root / "gates" / name)
        shutil.copy(ROOT / "dodo.py", root / "dodo.py")
        shutil.copytree(good_model, root / "models" / "tiny")
        queue = root / "gates" / "candidates.toml"
        head, ours, _ = queue.read_text().split(ROW)
        ours = ours.replace("recipe:gates/recipes/pii-tiny", "file:models/tiny")
        queue.write_text(f"{head}{ROW}{ours}")
        return Repository(root=root, home=home)

    return make


@pytest.fixture
def repository(new_repository: Callable[[], Repository]) -> Repository:
    """A repository with a signing key, nothing released."""
    made = new_repository()
    assert made.run("keys", "init").returncode == 0
    return made


@pytest.fixture(scope="session")
def _released_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    return {"place": tmp_path_factory.mktemp("released")}


@pytest.fixture
def released(repository: Repository, _released_once: dict[str, Path]) -> Repository:
    """A repository with one release; made once, copied for each test."""
    template = _released_once["place"] / "template"
    if not template.exists():
        done = repository.run("release", "run")
        assert (done.returncode, done.stderr) == (0, done.stderr)
        shutil.copytree(repository.root, template / "root")
        shutil.copytree(repository.home, template / "home")
    else:
        shutil.rmtree(repository.root)
        shutil.rmtree(repository.home)
        shutil.copytree(template / "root", repository.root)
        shutil.copytree(template / "home", repository.home)
    return repository
