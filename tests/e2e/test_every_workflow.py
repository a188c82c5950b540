"""The workflows of monitors, rollback and drill, and a repository that was just made, under act.

Opt-in: `nox -s workflows`. A workflow whose command is not made yet is passed over by name. What is
served lies in a folder that stays, as on a runner of one's own.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.act import KEY, Day, act, copy_workflows, event_file, git, has_command, prepare
from support.act import push as push_reviewed
from support.act import share as share_by_git
from support.repositories import ROOT, Repository

from openmed.domain.monitoring.regression_event import RegressionEvent, RegressionKind
from openmed.domain.wire import dump

SLOT = "pii::tiny::onnx"
SLUG = "pii--tiny--onnx"
LONG = 1500
pytestmark = pytest.mark.timeout(LONG)


@pytest.fixture(autouse=True)
def _opted_in(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--every-workflow"):
        pytest.skip("runs with --every-workflow: nox -s workflows")


class Site:
    """A repository with a remote, and a folder where released bytes are served from.

    Attributes:
        repository: where people edit.
        place: folder of all of it.
    """

    def __init__(self, repository: Repository, place: Path) -> None:
        """Nothing ran yet."""
        self.repository, self.place = repository, place
        self._runs = 0

    @property
    def registry(self) -> Path:
        """Where released bytes are served from."""
        return self.place / "served"

    def run(self, workflow: str, event: str, *arguments: str) -> Day:
        """Run one workflow on a checkout of its own, as a runner does."""
        self._runs += 1
        root = self.place / f"checkout-{self._runs}"
        git(self.place, "clone", "--quiet", str(self.place / "remote.git"), root.name)
        return act(
            Repository(root=root, home=self.repository.home),
            self.place / f"kept-{self._runs}",
            event,
            *arguments,
            workflow=workflow,
            environ={"OPENMED_REGISTRY": str(self.registry)},
        )

    def state(self, name: str) -> str:
        """A file of the shared state."""
        return git(self.place / "remote.git", "show", f"openmed-state:{name}")

    @property
    def live(self) -> dict[str, object]:
        """What the shared pointer says of the slot."""
        rows: list[dict[str, object]] = json.loads(self.state("gates/pointer.json"))["slots"]
        (row,) = (one for one in rows if one["slot"] == SLOT)
        return row

    @property
    def tags(self) -> list[str]:
        """Tags of every entry, in order of time."""
        names = git(self.place / "remote.git", "ls-tree", "-r", "--name-only", "openmed-state")
        entries = [
            json.loads(self.state(name))
            for name in names.split()
            if name.startswith("gates/ledger/")
        ]
        return [str(one["tag"]) for one in sorted(entries, key=lambda one: str(one["tag"]))]


@pytest.fixture
def site(repository: Repository, tmp_path: Path) -> Site:
    """Two releases, each by the workflow of the day."""
    repository.make_quick(floor="0.4")
    listed = repository.run("keys", "add", "release", "--key", str(repository.home / KEY))
    assert listed.returncode == 0, listed.stderr
    repository.edit(f"gates/policy/{SLUG}.toml", 'verifiers = ["local"]', 'verifiers = ["release"]')
    prepare(repository, tmp_path)
    place = Site(repository, tmp_path)
    push_reviewed(repository)
    assert place.run("release-gates", "schedule").code == 0
    (repository.root / "models" / "tiny" / "NOTES").write_text("a second build\n")
    push_reviewed(repository)
    second = place.run("release-gates", "schedule")
    assert second.standings == {SLOT: "RELEASED"}, second.said
    return place


def test_a_release_is_undone_by_hand(site: Site) -> None:
    """By its tag: pushed, and the pages show it."""
    first, _ = site.tags
    before = site.live
    day = site.run("rollback", "workflow_dispatch", "--input", f"tag={first}")
    assert day.code == 0, day.said
    assert site.live != before
    assert len(site.tags) == 3
    assert (day.kept / "shown/status/index.html").is_file()


def test_an_event_from_elsewhere_undoes_a_release(site: Site) -> None:
    """Dispatched with what a monitor wrote."""
    _require("release", "react")
    live = site.live
    event = RegressionEvent(
        slot=SLOT,
        generation=int(str(live["generation"])),
        artifact=str(live["artifact"]),
        kind=RegressionKind.CRITICAL_LEAK,
        monitor="nightly",
        detail="1 span more than the policy allows",
        detected_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    payload = {"event": dump(event).decode()}
    told: dict[str, object] = {"action": "release-regression", "client_payload": payload}
    name = event_file(site.repository, told)
    day = site.run("rollback", "repository_dispatch", "-e", name)
    assert site.live["artifact"] != live["artifact"], day.said
    assert len(site.tags) == 3


def test_served_bytes_that_changed_are_undone(site: Site) -> None:
    """Found by the status monitor, undone without a person, pushed; the look itself is red."""
    _require("monitor", "status")
    _require("release", "react")
    served = list(site.registry.rglob("*.onnx"))
    assert served
    for path in served:
        path.chmod(0o644)
        path.write_bytes(path.read_bytes() + b"x")
    day = site.run("monitor", "schedule")
    assert (day.result("look"), (day.kept / "findings-events").is_dir()) == ("failed", True)
    assert "gates/runs/" in git(
        site.place / "remote.git", "ls-tree", "-r", "--name-only", "openmed-state"
    ), day.said


def test_a_quiet_night_is_green_and_leaves_its_record(site: Site) -> None:
    """What is live is measured again; nothing moves."""
    _require("monitor", "nightly")
    _require("release", "react")
    before = site.tags
    day = site.run("nightly", "schedule")
    assert day.result("measure") == "succeeded", day.said
    assert site.tags == before
    assert list((day.kept / "findings-runs").iterdir())


def test_a_drill_ends_green(site: Site) -> None:
    """Nothing of the real state moves."""
    _require("release", "drill")
    before = site.tags
    day = site.run("drill", "schedule")
    assert day.code == 0, day.said
    assert site.tags == before


def test_a_repository_that_was_just_made_runs_its_first_night(tmp_path: Path) -> None:
    """With a wheel built here, everything else by hash: sessions make environments of their own."""
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        env={**os.environ, "HATCH_METADATA_HOOKS_ENABLE": "0"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    made = Repository(root=tmp_path / "releases", home=home)
    tmp = Repository(root=tmp_path, home=home)
    begun = tmp.run("init", "releases", "--github", "--engine", str(wheel))
    assert begun.returncode == 0, begun.stderr
    listed = made.run("keys", "add", "release", "--key", str(home / KEY))
    assert listed.returncode == 0, listed.stderr
    made.edit(f"gates/policy/{SLUG}.toml", 'verifiers = ["local"]', 'verifiers = ["release"]')
    github = made.root / ".github"
    shutil.copytree(github, tmp_path / "as-made")
    copy_workflows(tmp_path / "as-made", github)
    share_by_git(made, tmp_path, nox=f'--envdir "{tmp_path}/environments"')
    push_reviewed(made)
    index = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
    secret = ("--secret", f"OPENMED_SUITE_SECRET={'5a' * 32}")
    day = act(made, tmp_path / "kept", "schedule", *secret, environ=index, seconds=LONG - 100)
    assert day.code == 0, day.said
    assert day.standings == {SLOT: "RELEASED"}
    assert git(tmp_path / "remote.git", "show", "openmed-state:gates/pointer.json")


def _require(*words: str) -> None:
    if not has_command(*words):
        pytest.skip(f"openmed {' '.join(words)} is made by another change")
