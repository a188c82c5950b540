"""The workflows: no finding, and run for real by act, on this machine, without a network.

What GitHub itself does is stood in for by tests/e2e/actions: checkout, uv, and artifacts, which go
through a folder. Not seen here: permissions, concurrency, environments. act does not know
`queue: max`, so that one line is taken out.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.repositories import ROOT, Repository

WORKFLOWS = ROOT / ".github" / "workflows"
ACTIONS = Path(__file__).parent / "actions"
BIN = Path(sys.executable).parent
SLOT = "pii::tiny::onnx"
SLUG = "pii--tiny--onnx"
KEY = "release.pem"
SHARED = """\
remote = "origin"
branch = "openmed-state"
name = "bot"
email = "bot@example.org"
"""
OFFLINE = [
    ("zizmor", "--offline", "--persona=auditor", ".github"),
    ("jactionlint", *(str(path) for path in sorted(WORKFLOWS.glob("*.yml")))),
    ("check-jsonschema", "--builtin-schema", "vendor.github-workflows",
     *(str(path) for path in sorted(WORKFLOWS.glob("*.yml")))),
    ("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"),
]  # fmt: skip


@pytest.mark.parametrize(
    "command", OFFLINE, ids=["zizmor", "jactionlint", "workflows", "dependabot"]
)
def test_a_linter_has_no_finding(command: tuple[str, ...]) -> None:
    """The strictest persona there is; nothing is fetched."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_run_is_one_line_that_calls_nox() -> None:
    """Logic in a workflow would run on a server only."""
    lines = [
        match[1]
        for path in WORKFLOWS.glob("*.yml")
        for match in re.finditer(r"^\s*-? ?run: (.*)$", path.read_text(), re.MULTILINE)
    ]
    assert len(lines) == 7
    assert [line for line in lines if not re.match(r"uvx .*nox ", line)] == []


@dataclass(frozen=True)
class Day:
    """One run of the workflow.

    Attributes:
        repository: where it ran.
        kept: artifacts it uploaded, by name.
        code: what act exited with.
        said: what act said.
    """

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
        """What act says of a job: success, failure, or nothing when it did not run."""
        found = re.findall(rf"\[release gates/{job}[^\]]*\].*Job (succeeded|failed)", self.said)
        return found[-1] if found else "skipped"


@pytest.fixture
def quick(repository: Repository, tmp_path: Path) -> Repository:
    """A release repository under git, judged on 40 documents, with our workflow."""
    repository.make_quick(floor="0.4")
    listed = repository.run("keys", "add", "release", "--key", str(repository.home / KEY))
    assert listed.returncode == 0, listed.stderr
    policy = f"gates/policy/{SLUG}.toml"
    repository.edit(policy, 'verifiers = ["local"]', 'verifiers = ["release"]')
    workflow = (WORKFLOWS / "release-gates.yml").read_text()
    assert workflow.count("  queue: max\n") == 1
    place = repository.root / ".github" / "workflows" / "release-gates.yml"
    place.parent.mkdir(parents=True)
    place.write_text(workflow.replace("  queue: max\n", ""))
    shutil.copy(ROOT / "noxfile.py", repository.root)
    (repository.root / ".gitignore").write_text("artifacts/\n")
    (repository.root / "gates" / "shared.toml").write_text(SHARED)
    _git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    _git(repository.root, "init", "--quiet", "--initial-branch=main")
    _git(repository.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    stub = tmp_path / "bin" / "uvx"
    stub.parent.mkdir()
    # The packages of the tests, in place of an environment that uv would make.
    stub.write_text(f'#!/bin/sh\nshift\nexec "{sys.executable}" -m nox --no-venv "$@"\n')
    stub.chmod(0o755)
    return repository


def _run(repository: Repository, event: str, *arguments: str) -> Day:
    _push(repository)
    return _act(repository, repository.root.parent / "kept", event, *arguments)


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def _push(repository: Repository) -> None:
    """What a person does: commit, and push to the remote."""
    _git(repository.root, "add", "--all")
    _git(repository.root, "commit", "--quiet", "--message", "reviewed")
    _git(repository.root, "push", "--quiet", "origin", "HEAD:main")


def _act(repository: Repository, kept: Path, event: str, *arguments: str) -> Day:
    kept.mkdir()
    key = (repository.home / KEY).read_text()
    text = (WORKFLOWS / "release-gates.yml").read_text()
    stubs = [
        f"--local-repository={name}={ACTIONS / name.partition('@')[0].rpartition('/')[2]}"
        for name in sorted(set(re.findall(r"uses: (\S+)", text)))
    ]
    done = subprocess.run(
        [
            BIN / "act", event, "-P", "ubuntu-24.04=-self-hosted", "--secret",
            "OPENMED_SIGNING_KEY", "--concurrent-jobs", "2", "--pull=false", *stubs, *arguments,
        ],
        cwd=repository.root,
        env={
            "PATH": f"{repository.root.parent / 'bin'}:{BIN}:{os.environ['PATH']}",
            "HOME": str(repository.home),
            "LANG": "C.UTF-8",
            "OPENMED_SIGNING_KEY": key,
            "OPENMED_TEST_ACTIONS": str(ACTIONS),
            "OPENMED_TEST_ARTIFACTS": str(kept),
        },
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )  # fmt: skip
    return Day(
        repository=repository, kept=kept, code=done.returncode, said=done.stdout + done.stderr
    )


def test_a_good_day_releases(quick: Repository) -> None:
    """On schedule: every job succeeds, and the run report says released."""
    day = _run(quick, "schedule")
    assert day.code == 0, day.said
    assert (day.report["exit_code"], day.standings) == (0, {SLOT: "RELEASED"})
    assert (day.kept / "release/gates/pointer.json").is_file()
    assert not (day.kept / "outbox").exists()


def test_two_nights_on_fresh_checkouts_know_each_other(
    quick: Repository, bad_models: dict[str, Path], tmp_path: Path
) -> None:
    """What was quarantined in the first is not released in the second, under a looser policy.

    The state has a branch of its own: the plan and the parts of the second night take it in.
    """
    shutil.rmtree(quick.root / "models" / "tiny")
    shutil.copytree(bad_models["dead-head"], quick.root / "models" / "tiny")
    _push(quick)
    nights = []
    for number in (1, 2):
        root = tmp_path / f"night-{number}"
        _git(tmp_path, "clone", "--quiet", str(tmp_path / "remote.git"), root.name)
        night = Repository(root=root, home=quick.home)
        nights.append(_act(night, tmp_path / f"kept-{number}", "schedule"))
        if number == 1:
            _git(quick.root, "pull", "--quiet", "--no-edit", "origin", "main")
            quick.make_quick(floor="0.01")
            _push(quick)
    assert [day.report["exit_code"] for day in nights] == [3, 3], nights[1].said
    assert "RELEASED" not in nights[1].standings[SLOT]
    assert nights[1].result("plan") == "succeeded", nights[1].said
    ledger = subprocess.run(
        ["git", "ls-tree", "--name-only", "openmed-state", "gates/ledger/"],
        cwd=tmp_path / "remote.git",
        check=True,
        capture_output=True,
    ).stdout.split()
    assert len(ledger) == 1


def test_a_flip_whose_state_nobody_would_learn_is_refused(quick: Repository) -> None:
    """Not by CI=true, but because the state is not shared; the line to add is named."""
    (quick.root / "gates" / "shared.toml").unlink()
    done = quick.run("release", "flip", "--shared-only")
    assert done.returncode == 2
    assert "the release state is not shared" in done.stderr
    assert 'gates/shared.toml with: remote = "origin"; branch = "openmed-state"' in done.stderr
    assert not (quick.root / "gates" / "pointer.json").exists()


def test_a_bad_day_is_red_and_has_an_issue_to_open(
    quick: Repository, bad_models: dict[str, Path]
) -> None:
    """The part and the flip are red, nothing is live, and the outbox has the text."""
    shutil.rmtree(quick.root / "models" / "tiny")
    shutil.copytree(bad_models["dead-head"], quick.root / "models" / "tiny")
    day = _run(quick, "repository_dispatch", "-e", _event(quick, "model-staged"))
    assert day.code == 1
    assert (day.report["exit_code"], day.standings) == (3, {SLOT: "QUARANTINED"})
    assert "live" not in (day.kept / "release/gates/pointer.json").read_text()
    (path,) = (day.kept / "outbox").iterdir()
    notice = json.loads(path.read_text())
    assert (notice["kind"], notice["slot"]) == ("held", SLOT)
    assert f"::error title=QUARANTINED%3A {SLOT.replace(':', '%3A')}" in day.said
    assert day.result("report") == "succeeded"


def test_without_a_candidate_nothing_moves_and_that_is_told(quick: Repository) -> None:
    """An empty queue is a mistake: no part, no flip, a report that names the job that failed."""
    queue = quick.root / "gates" / "candidates.toml"
    queue.write_text(queue.read_text().partition("[[candidate]]")[0])
    day = _run(quick, "schedule")
    assert day.code == 1, day.said
    assert [day.result(job) for job in ("plan", "gates", "flip", "report")] == [
        "failed", "skipped", "skipped", "succeeded",
    ]  # fmt: skip
    assert "**Job plan failed.**" in day.said
    assert "::error title=job failed::plan" in day.said


def test_a_dry_run_measures_and_flips_nothing(quick: Repository) -> None:
    """By hand, which is dry unless said otherwise."""
    day = _run(quick, "workflow_dispatch", "--input", "dry-run=true")
    assert day.code == 0, day.said
    assert [day.result(job) for job in ("plan", "gates", "flip", "report")] == [
        "succeeded", "succeeded", "skipped", "succeeded",
    ]  # fmt: skip
    assert len(list(day.kept.glob(f"evidence-*-of-*/runs/{SLUG}/smoke.json"))) == 1


def _event(repository: Repository, kind: str) -> str:
    path = repository.home / "event.json"
    path.write_text(json.dumps({"action": kind, "client_payload": {}}))
    return str(path)
