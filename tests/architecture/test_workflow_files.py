"""Workflows are thin and least privileged: a person reads each at a glance, and what it may do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from support.act import GITHUB, WORKFLOWS, has_command
from support.repositories import ROOT

from openmed.adapters.inputs.scaffold_files import scaffold_files
from openmed.app.scaffold import ON_GITHUB

MOST_LINES = 130
NOX = re.compile(r"uvx(?: --python \S+)? nox(?: -t (?P<tag>\w+))?(?: -s (?P<session>\w+))?$")
WRITES_STATE = {"release-gates/flip", "nightly/react", "monitor/react", "rollback/rollback",
                "drill/drill"}  # fmt: skip
RUNS_MODELS = {"release-gates/gates", "release-gates/fresh", "release-gates/recheck",
               "nightly/measure", "monitor/look", "plan/plan"}  # fmt: skip
OURS_ONLY = {"gates"}
"""On a desk it is the whole release graph."""
PENDING = {("monitor", "nightly"), ("monitor", "status"), ("release", "react"),
           ("release", "drill"), ("notify",)}  # fmt: skip
"""Commands that sessions call and other changes bring; each is asked for once it is there."""
FILES = sorted(WORKFLOWS.glob("*.yml"))


def _workflow(path: Path) -> dict[str, Any]:
    table = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    assert isinstance(table, dict)
    return table


def _jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in FILES:
        for name, job in _workflow(path)["jobs"].items():
            yield f"{path.stem}/{name}", job


JOBS = dict(_jobs())
OWN_JOBS = {name: job for name, job in JOBS.items() if "uses" not in job}


def _steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    return job["steps"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_is_read_at_a_glance(path: Path) -> None:
    """Fewer than 130 lines; what grows is an action of its own, or a session."""
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_allowed_where_nothing_is_said(path: Path) -> None:
    """Every right is given to one job."""
    assert _workflow(path)["permissions"] == {}


@pytest.mark.parametrize("name", sorted(OWN_JOBS))
def test_a_job_ends_and_runs_nothing_but_sessions(name: str) -> None:
    """A limit of time, one line of nox a step, no credentials left in the checkout."""
    job = OWN_JOBS[name]
    assert isinstance(job["timeout-minutes"], int)
    runs = [step["run"] for step in _steps(job) if "run" in step]
    assert [run for run in runs if not NOX.fullmatch(run)] == []
    checkouts = [s for s in _steps(job) if s.get("uses", "").startswith("actions/checkout@")]
    assert [one["with"]["persist-credentials"] for one in checkouts] == [False] * len(checkouts)


def test_rights_that_write_are_where_they_are_used() -> None:
    """State is pushed by five jobs, issues and pages are written by one each."""
    writers: dict[str, set[str]] = {}
    for name, job in OWN_JOBS.items():
        for right, level in job["permissions"].items():
            if level == "write":
                writers.setdefault(right, set()).add(name)
    assert writers == {
        "contents": WRITES_STATE,
        "issues": {"tell/report"},
        "pages": {"tell/pages"},
        "id-token": {"tell/pages"},
    }


def test_no_job_runs_a_model_where_a_key_or_a_token_is() -> None:
    """The suite secret is no key; what it writes is in memory only."""
    for name in RUNS_MODELS:
        told = str(OWN_JOBS[name])
        assert set(re.findall(r"secrets\.(\w+)", told)) <= {"OPENMED_SUITE_SECRET"}
        assert "github.token" not in told
    assert RUNS_MODELS.isdisjoint(WRITES_STATE)


def test_what_reads_a_secret_names_its_environment() -> None:
    """So that a person can say which branch may have it."""
    bare = [
        name
        for name, job in OWN_JOBS.items()
        if "secrets." in str(job) and "environment" not in job
    ]
    assert bare == []


def test_a_rollback_waits_for_nothing_else() -> None:
    """Its group is its own, nothing in it is cancelled, and none is lost while one runs."""
    groups = {path.stem: _workflow(path).get("concurrency", {}) for path in FILES}
    mine = groups.pop("rollback")
    assert mine == {"group": "rollback", "cancel-in-progress": False, "queue": "max"}
    assert "rollback" not in {one.get("group") for one in groups.values()}
    types = {
        path.stem: _workflow(path)["on"].get("repository_dispatch", {}).get("types")
        for path in FILES
    }
    assert [name for name, found in types.items() if "release-regression" in (found or ())] == [
        "rollback"
    ]


def test_nothing_is_cached() -> None:
    """What one job leaves never comes into another but as evidence that is counted again."""
    text = "".join(path.read_text(encoding="utf-8") for path in GITHUB.rglob("*.yml"))
    assert "actions/cache" not in text
    assert text.count("enable-cache") == text.count('enable-cache: "false"') == 2


def _sessions(source: str) -> dict[str, str]:
    """Sessions of a noxfile, each as its own text."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and "session(" in "".join(
            map(ast.unparse, node.decorator_list)
        ):
            found[node.name] = ast.unparse(node)
    return found


OURS = _sessions((ROOT / "noxfile.py").read_text(encoding="utf-8"))
THEIRS = _sessions(scaffold_files(is_on_github=True)["noxfile.py"].decode())


def test_sessions_of_a_new_repository_are_ours() -> None:
    """They differ only in what is installed, and `gates` in what it does on a desk."""
    assert OURS_ONLY < set(THEIRS)
    assert {name: OURS[name] for name in THEIRS if name not in OURS_ONLY} == {
        name: text for name, text in THEIRS.items() if name not in OURS_ONLY
    }


def test_files_of_a_new_repository_are_ours() -> None:
    """Byte for byte, and every workflow but the one that tests the engine."""
    made = scaffold_files(is_on_github=True)
    named = [name for name in ON_GITHUB if name.startswith((".github/", "requirements/"))]
    assert [name for name in named if made[name] != (ROOT / name).read_bytes()] == []
    whole = {path.relative_to(ROOT).as_posix() for path in GITHUB.rglob("*.yml")}
    assert whole - set(named) == {".github/workflows/tests.yml"}


def test_every_line_that_runs_has_its_session() -> None:
    """In ours and in a new repository."""
    wanted = {
        found["session"]
        for name, job in OWN_JOBS.items()
        for step in _steps(job)
        if (found := NOX.fullmatch(step.get("run", "")))
        if not name.startswith("tests/")
    }
    assert wanted
    assert wanted <= set(OURS)
    assert wanted == set(THEIRS)


def _commands() -> Iterator[tuple[str, ...]]:
    """What sessions of a new repository call: the words before the first that is no command."""
    for text in THEIRS.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_openmed":
                words = [one.value for one in node.args[1:] if isinstance(one, ast.Constant)]
                yield tuple(
                    word for word in words if isinstance(word, str) and not word.startswith("-")
                )


@pytest.mark.parametrize("words", sorted(set(_commands())), ids=" ".join)
def test_every_command_of_a_session_is_there(words: tuple[str, ...]) -> None:
    """A session whose command was renamed would be found at night only."""
    if words in PENDING and not has_command(*words):
        pytest.skip(f"openmed {' '.join(words)} is made by another change")
    assert has_command(*words)
