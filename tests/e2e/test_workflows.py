"""The workflows: no finding, and the release run for real by act; see tests/support/act.py."""

import shutil
import subprocess
from pathlib import Path

import pytest
from support.act import BIN, GITHUB, KEY, WORKFLOWS, Day, act, event_file, git, prepare, push
from support.repositories import ROOT, Repository

SLOT = "pii::tiny::onnx"
SLUG = "pii--tiny--onnx"
JOBS = ("plan", "gates", "flip", "tell/tell/report")
FILES = tuple(str(path) for path in sorted(WORKFLOWS.glob("*.yml")))
COMPOSITES = tuple(str(path) for path in sorted(GITHUB.glob("actions/*/action.yml")))
OFFLINE = [
    ("zizmor", "--offline", "--persona=auditor", ".github"),
    ("jactionlint", *FILES),
    ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FILES),
    ("check-jsonschema", "--builtin-schema", "vendor.github-actions", *COMPOSITES),
    ("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"),
]


@pytest.mark.parametrize(
    "command", OFFLINE, ids=["zizmor", "jactionlint", "workflows", "actions", "dependabot"]
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


@pytest.fixture
def quick(repository: Repository, tmp_path: Path) -> Repository:
    """A release repository under git, judged on 40 documents, with our workflows."""
    repository.make_quick(floor="0.4")
    listed = repository.run("keys", "add", "release", "--key", str(repository.home / KEY))
    assert listed.returncode == 0, listed.stderr
    policy = f"gates/policy/{SLUG}.toml"
    repository.edit(policy, 'verifiers = ["local"]', 'verifiers = ["release"]')
    prepare(repository, tmp_path)
    return repository


def _run(repository: Repository, event: str, *arguments: str) -> Day:
    push(repository)
    return act(repository, repository.root.parent / "kept", event, *arguments)


def test_a_good_day_releases(quick: Repository) -> None:
    """On schedule: every job succeeds, the state is committed and pushed, the pages are shown."""
    day = _run(quick, "schedule")
    assert day.code == 0, day.said
    assert (day.report["exit_code"], day.standings) == (0, {SLOT: "RELEASED"})
    pushed = git(quick.root.parent / "remote.git", "show", "openmed-state:gates/pointer.json")
    assert (day.kept / "release/gates/pointer.json").read_text() == pushed
    assert "OpenMed/pii-tiny-onnx" in (day.kept / "shown/status/index.html").read_text()
    assert not (day.kept / "outbox").exists()


def test_two_nights_on_fresh_checkouts_know_each_other(
    quick: Repository, bad_models: dict[str, Path], tmp_path: Path
) -> None:
    """What was quarantined in the first is not released in the second, under a looser policy.

    The state has a branch of its own: the plan and the parts of the second night take it in.
    """
    shutil.rmtree(quick.root / "models" / "tiny")
    shutil.copytree(bad_models["dead-head"], quick.root / "models" / "tiny")
    push(quick)
    nights = []
    for number in (1, 2):
        root = tmp_path / f"night-{number}"
        git(tmp_path, "clone", "--quiet", str(tmp_path / "remote.git"), root.name)
        night = Repository(root=root, home=quick.home)
        nights.append(act(night, tmp_path / f"kept-{number}", "schedule"))
        if number == 1:
            git(quick.root, "pull", "--quiet", "--no-edit", "origin", "main")
            quick.make_quick(floor="0.01")
            push(quick)
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
    """The part and the flip are red, nothing is live, and the trouble is told."""
    shutil.rmtree(quick.root / "models" / "tiny")
    shutil.copytree(bad_models["dead-head"], quick.root / "models" / "tiny")
    day = _run(quick, "repository_dispatch", "-e", _staged(quick))
    assert day.code == 1
    assert (day.report["exit_code"], day.standings) == (3, {SLOT: "QUARANTINED"})
    assert "live" not in (day.kept / "release/gates/pointer.json").read_text()
    assert "files: 1 of 1 delivered" in day.said
    assert not (day.kept / "outbox").exists()
    assert f"::error title=QUARANTINED%3A {SLOT.replace(':', '%3A')}" in day.said
    assert day.result("tell/tell/report") == "succeeded"


def test_without_a_candidate_nothing_moves_and_that_is_told(quick: Repository) -> None:
    """An empty queue is a mistake: no part, no flip, a report that names the job that failed."""
    queue = quick.root / "gates" / "candidates.toml"
    queue.write_text(queue.read_text().partition("[[candidate]]")[0])
    day = _run(quick, "schedule")
    assert day.code == 1, day.said
    assert [day.result(job) for job in JOBS] == [
        "failed", "skipped", "skipped", "succeeded",
    ]  # fmt: skip
    assert "**Job plan failed.**" in day.said
    assert "::error title=job failed::plan" in day.said


def test_a_dry_run_measures_and_flips_nothing(quick: Repository) -> None:
    """By hand, which is dry unless said otherwise."""
    day = _run(quick, "workflow_dispatch", "--input", "dry-run=true")
    assert day.code == 0, day.said
    assert [day.result(job) for job in JOBS] == [
        "succeeded", "succeeded", "skipped", "succeeded",
    ]  # fmt: skip
    assert len(list(day.kept.glob(f"evidence-*-of-*/runs/{SLUG}/smoke.json"))) == 1


def test_a_pull_request_shows_what_it_would_change(quick: Repository) -> None:
    """A weaker gate: which key, for whom, and what the candidate measures; nothing moves."""
    push(quick)
    base = git(quick.root, "rev-parse", "HEAD").strip()
    git(quick.root, "checkout", "--quiet", "-b", "edit")
    quick.edit(
        f"gates/policy/{SLUG}.toml", "[gates.precision]", "[gates.precision]\nblocking = false"
    )
    git(quick.root, "commit", "--quiet", "--all", "--message", "edited")
    event = event_file(quick, {"pull_request": {"base": {"sha": base}, "head": {"ref": "edit"}}})
    day = act(quick, quick.root.parent / "kept", "pull_request", "-e", event, workflow="plan")
    assert day.code == 0, day.said
    assert "| precision.blocking | true | false | weaker |" in day.said
    assert f"Against `{base[:12]}`" in day.said
    assert "RELEASABLE" in day.said
    assert not (quick.root / "gates" / "pointer.json").exists()


def _staged(repository: Repository) -> str:
    return event_file(repository, {"action": "model-staged", "client_payload": {}})
