"""Workflows run for real by act, on this machine, without a network.

What GitHub itself does is stood in for by tests/e2e/actions: checkout, uv, artifacts (which go
through a folder), pages. Not seen: permissions, concurrency, environments. act knows neither
`queue: max` nor `$/` for files of the same repository: these are written as it knows them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from support.repositories import ROOT, Repository

from openmed.cli.command_tree import cli

GITHUB = ROOT / ".github"
WORKFLOWS = GITHUB / "workflows"
ACTIONS = ROOT / "tests" / "e2e" / "actions"
BIN = Path(sys.executable).parent
KEY = "release.pem"
SHARED: Final = """\
remote = "origin"
branch = "openmed-state"
name = "bot"
email = "bot@example.org"
"""
_USES = re.compile(r"uses: (\S+@[0-9a-f]{40})")


def has_command(*words: str) -> bool:
    """Whether `openmed` has a command, e.g. `has_command("release", "drill")`."""
    command: click.Command | None = cli
    for word in words:
        if not isinstance(command, click.Group):
            return False
        command = command.get_command(click.Context(command), word)
    return command is not None


def _missing() -> tuple[str, ...]:
    """Sessions that every workflow ends with whose command is not made yet: they do nothing."""
    return () if has_command("notify") else ("notify",)


@dataclass(frozen=True)
class Day:
    """One run of a workflow.

    Attributes:
        name: of the workflow.
        repository: where it ran.
        kept: artifacts it uploaded, by name.
        code: what act exited with.
        said: what act said.
    """

    name: str
    repository: Repository
    kept: Path
    code: int
    said: str

    @property
    def report(self) -> dict[str, object]:
        """The run report that the flip left."""
        table = json.loads((self.kept / "release/artifacts/run-report.json").read_text())
        assert isinstance(table, dict)
        return table

    @property
    def standings(self) -> dict[str, str]:
        """Where each candidate stands."""
        rows = self.report["candidates"]
        assert isinstance(rows, list)
        return {row["slot"]: row["standing"] for row in rows}

    def result(self, job: str) -> str:
        """What act says of a job: succeeded, failed, or skipped when it did not run."""
        # act names a job of a workflow that was called after its caller's job and that workflow.
        place = job if "/" in job else f"{self.name}/{job}"
        found = re.findall(rf"\[{re.escape(place)}[^\]]*\].*Job (succeeded|failed)", self.said)
        return found[-1] if found else "skipped"


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody; gives what it said."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def prepare(repository: Repository, place: Path) -> None:
    """Make a release repository one of git with our workflows, and `place/remote.git` its remote.

    Args:
        repository: judged by a key of its own, which `act` gives to the workflow as its secret.
        place: folder of the remote and of what stands in for uv.
    """
    copy_workflows(GITHUB, repository.root / ".github")
    shutil.copy(ROOT / "noxfile.py", repository.root)
    (repository.root / ".gitignore").write_text("artifacts/\n")
    (repository.root / "gates" / "shared.toml").write_text(SHARED)
    share(repository, place)


def share(repository: Repository, place: Path, *, nox: str = "--no-venv") -> None:
    """Make `place/remote.git` the remote of a repository, and give it a `uvx`.

    Args:
        repository: becomes one of git.
        place: folder of the remote and of what stands in for uv.
        nox: how sessions get their packages; those of the tests, where nothing else is said.
    """
    git(place, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(repository.root, "init", "--quiet", "--initial-branch=main")
    git(repository.root, "remote", "add", "origin", str(place / "remote.git"))
    stub = place / "bin" / "uvx"
    stub.parent.mkdir()
    # The packages of the tests, in place of an environment that uv would make.
    quiet = "".join(f"[ $2 = {name} ] && exit 0\n" for name in _missing())
    stub.write_text(f'#!/bin/sh\nshift\n{quiet}exec "{sys.executable}" -m nox {nox} "$@"\n')
    stub.chmod(0o755)


def copy_workflows(source: Path, target: Path) -> None:
    """Copy a folder `.github` as act can run it."""
    for path in [*source.glob("workflows/*.yml"), *source.glob("actions/*/action.yml")]:
        text = path.read_text(encoding="utf-8").replace("$/.github/", "./.github/")
        text = text.replace(", queue: max }", " }")
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def push(repository: Repository) -> None:
    """What a person does: commit, and push to the remote."""
    git(repository.root, "add", "--all")
    git(repository.root, "commit", "--quiet", "--message", "reviewed")
    git(repository.root, "push", "--quiet", "origin", "HEAD:main")


def act(  # noqa: PLR0913 - one argument per thing that differs
    repository: Repository,
    kept: Path,
    event: str,
    *arguments: str,
    workflow: str = "release-gates",
    environ: dict[str, str] | None = None,
    seconds: int = 280,
) -> Day:
    """Run one workflow under one event.

    Args:
        repository: the checkout.
        kept: where artifacts go; it must not be there yet.
        event: name of the event.
        arguments: more for act.
        workflow: file name without suffix.
        environ: variables that the machine has besides.
        seconds: longest wait for it.
    """
    kept.mkdir()
    github = repository.root / ".github"
    place = github / "workflows" / f"{workflow}.yml"
    used = {
        name
        for file in (*github.glob("workflows/*.yml"), *github.glob("actions/*/action.yml"))
        for name in _USES.findall(file.read_text(encoding="utf-8"))
    }
    stubs = [
        f"--local-repository={name}={ACTIONS / name.partition('@')[0].rpartition('/')[2]}"
        for name in sorted(used)
    ]
    title = re.search(r"^name: (.*)$", place.read_text(encoding="utf-8"), re.MULTILINE)
    assert title is not None
    done = subprocess.run(
        [
            BIN / "act", event, "-W", str(place), "-P", "ubuntu-24.04=-self-hosted", "--secret",
            "OPENMED_SIGNING_KEY", "--var", "TRUST_PAGES=true", "--concurrent-jobs", "2",
            "--pull=false", *stubs, *arguments,
        ],
        cwd=repository.root,
        env={
            "PATH": f"{repository.root.parent / 'bin'}:{BIN}:{os.environ['PATH']}",
            "HOME": str(repository.home),
            "LANG": "C.UTF-8",
            "OPENMED_SIGNING_KEY": (repository.home / KEY).read_text(),
            "OPENMED_TEST_ACTIONS": str(ACTIONS),
            "OPENMED_TEST_ARTIFACTS": str(kept),
            **(environ or {}),
        },
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    return Day(name=title[1], repository=repository, kept=kept, code=done.returncode, said=said)


def event_file(repository: Repository, table: dict[str, object]) -> str:
    """A file with what an event says."""
    path = repository.home / "event.json"
    path.write_text(json.dumps(table))
    return str(path)
