"""A real release repository in a temporary folder, and the real command as a subprocess."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from support.repositories import ROOT, ROW, Once, Repository

Builder = Callable[[str], Path]


def _shared(factory: pytest.TempPathFactory) -> Path:
    """A folder that all worker processes of this run share."""
    own = factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Makes a build of our recipe, once for all worker processes of this run."""
    shared = _shared(tmp_path_factory)
    script = ROOT / "gates" / "recipes" / "pii-tiny" / "train.py"

    def make(name: str) -> Path:
        place = shared / "builds" / name
        place.parent.mkdir(exist_ok=True)
        with FileLock(f"{place}.lock"):
            if not place.exists():
                unfinished = place.with_suffix(".unfinished")
                unfinished.mkdir()
                subprocess.run(
                    [sys.executable, "-B", script, "--build", name, "--out", unfinished],
                    check=True,
                    capture_output=True,
                    timeout=240,
                )
                unfinished.rename(place)
        return place

    return make


@pytest.fixture(scope="session")
def good_model(built: Builder) -> Path:
    """Files of our own tiny model."""
    return built("default")


@pytest.fixture(scope="session")
def worse_model(built: Builder) -> Path:
    """Files of the honest worse build: the same script on 15 notes."""
    return built("worse")


@pytest.fixture(scope="session")
def bad_models(built: Builder) -> dict[str, Path]:
    """Builds of the recipe that a release must catch, by name."""
    return {name: built(name) for name in ("worse", "dead-head", "raised-threshold")}


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
        for name in ("dodo.py", "models.jsonl"):
            shutil.copy(ROOT / name, root / name)
        shutil.copytree(good_model, root / "models" / "tiny")
        queue = root / "gates" / "candidates.toml"
        head, ours, _ = queue.read_text().split(ROW)
        ours = ours.replace("recipe:gates/recipes/pii-tiny", "file:models/tiny")
        queue.write_text(f"{head}{ROW}{ours}")
        return Repository(root=root, home=home)

    return make


@pytest.fixture
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a state of a repository once for all worker processes of this run, then copies it."""
    shared = _shared(tmp_path_factory)

    def bring(repository: Repository, name: str, make: Callable[[], None]) -> None:
        template = shared / "states" / name
        template.parent.mkdir(exist_ok=True)
        with FileLock(f"{template}.lock"):
            if not template.exists():
                make()
                unfinished = template.with_suffix(".unfinished")
                for place in (repository.root, repository.home):
                    shutil.copytree(place, unfinished / place.name)
                unfinished.rename(template)
                return
        for place in (repository.root, repository.home):
            shutil.rmtree(place)
            shutil.copytree(template / place.name, place)

    return bring


@pytest.fixture
def repository(new_repository: Callable[[], Repository], once: Once) -> Repository:
    """A repository with a signing key, nothing released."""
    made = new_repository()

    def make() -> None:
        done = made.run("keys", "init")
        assert (done.returncode, done.stderr) == (0, done.stderr)

    once(made, "keys", make)
    return made


@pytest.fixture
def released(repository: Repository, once: Once) -> Repository:
    """A repository with one release, judged on 40 documents."""

    def make() -> None:
        repository.make_quick()
        done = repository.run("release", "run")
        assert (done.returncode, done.stderr) == (0, done.stderr)

    once(repository, "released", make)
    return repository


@pytest.fixture
def judged(repository: Repository, once: Once) -> Repository:
    """A repository with one release, judged on the whole suites."""

    def make() -> None:
        done = repository.run("release", "run")
        assert (done.returncode, done.stderr) == (0, done.stderr)

    once(repository, "judged", make)
    return repository
