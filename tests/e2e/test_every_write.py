"""SIGKILL before every system call that writes: readers see old or new, a re-run mends everything.

A few points of each command; `--every-write` tries all (`nox -s crash`).
"""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import Place
from support.repositories import OF_RUNS, Repository
from support.simulators.killer import KILLED, VERB, Killer, Point

from openmed.context import Context

SAMPLE = 6
VARYING = frozenset({"pwrite64"})
"""Calls of which one run makes more than another: pages of doit's database, nothing of ours."""
FEWEST = 40
Facts = tuple[tuple[str, int, str], ...]
DERIVED = ("gates", "artifacts/trust", "artifacts/registry/trees")


def _facts(root: Path) -> Facts:
    """What a reader sees: whole, or this raises."""
    world = Context(root=root, now=builders.NOW, quiet=True)
    state = world.releases.state()
    for row in state.live:
        world.registry.verify(row.release.artifact, row.release.files)
    return tuple((row.release.slot, row.generation, row.release.artifact) for row in state.live)


def _files(root: Path) -> dict[str, bytes]:
    """Every file that is recorded, derived or served; unfinished ones count too.

    Not what a run leaves of itself: that says when it ran, and that one before it was killed.
    """
    paths = [path for folder in DERIVED for path in (root / folder).rglob("*") if path.is_file()]
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return {name: data for name, data in found.items() if not name.startswith(OF_RUNS)}


class _Trial:
    """One command, tried on copies of one repository."""

    def __init__(self, template: Repository, killer: Killer, work: Path) -> None:
        self._template, self._killer, self._work = template, killer, work
        self._environment = template.environment
        calm = self._copy("calm")
        self.old = _facts(calm)
        self.points = list(killer.points(calm, self._environment))
        if self.points[0].call == VERB:
            assert killer.run(calm, self._environment) == 0
        self.new, self._files = _facts(calm), _files(calm)
        assert self.old != self.new

    def fault(self, point: Point) -> str:
        """Kill it there, look, run it again, look; what is wrong, or `unharmed`, or nothing."""
        root = self._copy("killed")
        is_killed = self._killer.is_killed(root, self._environment, point)
        seen = _facts(root)
        if seen not in (self.old, self.new):
            return f"{point}: a reader sees {seen}"
        if self._killer.run(root, self._environment) in KILLED:
            return f"{point}: the second run was killed too"
        files = _files(root)
        differing = {n for n in {*files, *self._files} if files.get(n) != self._files.get(n)}
        if differing:
            return f"{point}: not as undisturbed: {sorted(differing)}"
        return "" if is_killed else "unharmed"

    def _copy(self, name: str) -> Path:
        root = self._work / name
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self._template.root, root)
        return root


def _faults(trial: _Trial, *, is_every: bool, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Kill at every point, or at a few; what went wrong."""
    points = trial.points
    if not is_every:
        # Without strace the last points may not exist: the first ones do.
        known = points if points[0].call != VERB else points[:FEWEST]
        points = random.Random(7).sample(known, SAMPLE)
    faults: list[str] = []
    killed = 0
    for point in points:
        fault = trial.fault(point)
        if fault != "unharmed":
            killed += 1
            faults += [fault] if fault else []
        elif point.call == VERB:
            break
        elif point.call not in VARYING:
            faults.append(f"{point} was counted and did not happen")
    with capsys.disabled():
        print(f"\nkilled at {killed} of {len(trial.points)} points, {len(faults)} broken")  # noqa: T201 - how much was tried
    wanted = sum(1 for point in points if point.call not in VARYING | {VERB})
    if killed < (wanted or min(SAMPLE, len(points))):
        faults.append(f"killed at {killed} points only")
    return faults


def test_a_killed_rollback(
    *, work: Path, every_write: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The release before is live again, or the run after it makes it so."""
    place = Place(work / "template")
    place.release(b"first")
    place.release(b"second")
    place.regenerate()
    template = Repository(root=place.root, home=work / "home")
    shutil.move(place.root / "me", template.home)
    killer = Killer(("release", "rollback", "pii", "--reason", "leaks"), builders.NOW)
    assert [] == _faults(_Trial(template, killer, work), is_every=every_write, capsys=capsys)


def _as_before_its_flip(repository: Repository, killer: Killer) -> Repository:
    """Everything is measured and judged; nothing was ever released."""
    repository.make_quick()
    assert killer.run(repository.root, repository.environment) == 0
    gates, artifacts = repository.root / "gates", repository.root / "artifacts"
    for path in (
        gates / "ledger",
        gates / "evidence",
        artifacts / "registry",
        artifacts / "trust",
        artifacts / "runs" / "_fleet",
        artifacts / "witness",
    ):
        for folder in path.rglob("*"):
            if folder.is_dir():
                folder.chmod(0o755)
        shutil.rmtree(path)
    for path in (gates / "pointer.json", gates / "baseline.json", artifacts / "run-report.json"):
        path.unlink()
    return repository


def test_a_killed_release(
    *,
    new_repository: Callable[[], Repository],
    work: Path,
    every_write: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The candidate is live with all its pages, or the run after it makes it so."""
    repository = new_repository()
    assert repository.run("keys", "init").returncode == 0
    killer = Killer(("release", "run"), builders.NOW)
    template = _as_before_its_flip(repository, killer)
    shutil.move(template.root, work / "template")
    moved = Repository(root=work / "template", home=template.home)
    assert [] == _faults(_Trial(moved, killer, work), is_every=every_write, capsys=capsys)
