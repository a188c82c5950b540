"""Clones of a repository whose state is shared, copied for each test from one."""

import shutil
from pathlib import Path

from support.places import Place
from support.repositories import ROOT
from support.simulators.clones import clones_of, git

from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.domain.ledger.fleet import FleetState

GOOD, BAD = b"good", b"leaks"
NAMES = ("one", "other")
TO_STATE_BRANCH = 'remote = "origin"\nname = "openmed-bot"\nemail = "bot@example.org"\n'


class SharedPlaces:
    """Two clones of one bare remote.

    Attributes:
        work: folder that holds them.
        remote: the bare repository.
    """

    def __init__(self, work: Path) -> None:
        """Name them; they are there already."""
        self.work = work
        self.remote = work / "remote.git"

    def __getitem__(self, name: str) -> Place:
        """A clone as a new process opens it."""
        return Place(self.work / name)

    def live(self, branch: str = "main") -> FleetState:
        """The fleet as anybody has it who clones the remote now."""
        shutil.rmtree(self.work / "reader", ignore_errors=True)
        git(self.work, "clone", "--quiet", "--branch", branch, "remote.git", "reader")
        return FileReleaseStore(self.work / "reader", lock_seconds=5).state()

    def tip(self, branch: str = "main") -> str:
        """The head of a branch at the remote."""
        return git(self.remote, "rev-parse", branch)

    def files(self, commit: str) -> set[str]:
        """Paths that a commit of the remote changes."""
        return set(git(self.remote, "show", "--name-only", "--format=", commit).splitlines())

    def hook(self, text: str) -> None:
        """Let the remote run a script before it takes a push."""
        _script(self.remote / "hooks" / "pre-receive", text)

    def away(self) -> None:
        """Let nobody reach the remote."""
        self.remote.rename(self.work / "gone.git")

    def back(self) -> None:
        """Let everybody reach it again."""
        (self.work / "gone.git").rename(self.remote)


def prepared(work: Path) -> Path:
    """Two clones in which a second release is live that leaks."""
    start = Place(work / "start")
    start.release(GOOD)
    start.release(BAD)
    start.write_queue()
    clones_of(start, work, attempts=3, names=NAMES)
    return work


def copy_of(source: Path, target: Path) -> SharedPlaces:
    """Clones of their own for one test."""
    for name in ("remote.git", *NAMES):
        shutil.copytree(source / name, target / name, symlinks=True)
    for name in NAMES:
        git(target / name, "remote", "set-url", "origin", str(target / "remote.git"))
        git(target / name, "config", "user.name", "Person")
        git(target / name, "config", "user.email", "person@example.org")
    return SharedPlaces(target)


def reviewed(place: Place) -> Place:
    """A clone that has pushed our policies and suites to the branch where they are reviewed."""
    for name in ("policy", "suites"):
        shutil.copytree(ROOT / "gates" / name, place.root / "gates" / name)
    shutil.copy(ROOT / "gates" / "suites.toml", place.root / "gates")
    (place.root / "gates" / "policy" / "rampart--tiny--onnx-q4.toml").unlink()
    git(place.root, "add", "gates")
    git(place.root, "commit", "--quiet", "--message", "Reviewed")
    git(place.root, "push", "--quiet")
    return place


def local_hook(root: Path, name: str, text: str) -> None:
    """Put a hook into a clone."""
    _script(root / ".git" / "hooks" / name, text)


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
