"""`openmed doctor`: one line and one fix for each thing a release needs; nothing is written."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable

import pytest
from filelock import FileLock
from support.repositories import ROOT, Repository

from openmed.adapters.host.environment_probe import EnvironmentProbe
from openmed.app.doctor import EXTRAS, examine
from openmed.context import Context
from openmed.domain.release.results.examination import Health


def _broken(repository: Repository) -> list[dict[str, str]]:
    """What needs a fix, as a program reads it."""
    done = repository.run("doctor", "--json")
    answer = json.loads(done.stdout)
    found = [row for row in answer["data"]["checks"] if row["health"] == Health.BROKEN]
    assert (2 if found else 0, True) == (done.returncode, answer["ok"])
    return found


def test_a_healthy_repository_needs_nothing(released: Repository) -> None:
    """Exit 0, a line for each thing, not a file is written."""
    before = released.files("gates", "artifacts", "models")
    done = released.run("doctor")
    *lines, verdict = done.stdout.splitlines()
    assert (0, "", "Everything a release needs is there.") == (
        done.returncode,
        done.stderr,
        verdict,
    )
    assert {"ok", "--"} >= {line.split()[0] for line in lines}
    names = {line.split()[1] for line in lines}
    assert {
        "python", "packages", "keys", "queue", "policy", "suite", "ledger", "clock", "disk",
        "target", "lock", "plug-ins",
    } <= names  # fmt: skip
    assert before == released.files("gates", "artifacts", "models")


def _open_key(repository: Repository) -> None:
    (repository.home / ".config" / "openmed" / "keys" / "local.pem").chmod(0o644)


def _lose_key(repository: Repository) -> None:
    shutil.rmtree(repository.home / ".config")


def _unlist_key(repository: Repository) -> None:
    shutil.rmtree(repository.root / "artifacts" / "keys")


def _unparse_queue(repository: Repository) -> None:
    (repository.root / "gates" / "candidates.toml").write_text("[[")


def _misname_gate(repository: Repository) -> None:
    repository.edit("gates/policy/pii--tiny--onnx.toml", "[gates.memory]", "[gates.memry]")


def _change_suite(repository: Repository) -> None:
    path = repository.root / "gates" / "suites" / "golden.jsonl"
    path.write_text(path.read_text().rstrip() + " \n")


def _unpin_suite(repository: Repository) -> None:
    repository.edit("gates/suites.toml", 'name = "smoke"', 'name = "smoky"')


def _cut_ledger(repository: Repository) -> None:
    for path in (repository.root / "gates" / "ledger").iterdir():
        path.write_text("{}")


@pytest.mark.parametrize(
    ("spoil", "name", "says", "fix"),
    [
        (_open_key, "keys", "others than its owner may read the signing key", "chmod 600 "),
        (_lose_key, "keys", "no signing key", "openmed keys init"),
        (_unlist_key, "keys", "is not listed", "openmed keys init"),
        (_unparse_queue, "queue", "gates/candidates.toml is not valid TOML", "correct it"),
        (_misname_gate, "policy", "unknown gate memry", "correct it"),
        (_change_suite, "suite", "gates/suites/golden.jsonl has sha256", "git checkout -- "),
        (_unpin_suite, "suite", "smoke is named by a policy and pinned nowhere", "pin it in "),
        (_cut_ledger, "ledger", "", "openmed release recover --forward"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_is_broken_is_named_with_its_fix(
    spoil: Callable[[Repository], None], name: str, says: str, fix: str, released: Repository
) -> None:
    """Exit 2; every other thing is looked at all the same."""
    spoil(released)
    found = [row for row in _broken(released) if row["name"] == name]
    assert any(says in row["says"] and row["fix"].startswith(fix) for row in found), found


def test_a_held_lock_is_named(released: Repository) -> None:
    """Another process is moving the pointer."""
    with FileLock(released.root / "artifacts" / "flip.lock"):
        assert ["lock"] == [row["name"] for row in _broken(released)]


def test_a_registry_that_cannot_be_made_is_named(released: Repository) -> None:
    """A file stands where its folder would be."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", "doctor"],
        cwd=released.root,
        env={
            **released.environment,
            "OPENMED_REGISTRY": str(released.root / "dodo.py" / "registry"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (2, True) == (done.returncode, "FIX  target" in done.stdout)


def test_a_clock_before_the_last_entry_is_named(
    released: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tags and freshness would be wrong."""
    monkeypatch.setenv("HOME", str(released.home))
    world = Context(root=released.root, now="2020-01-01T00:00:00Z", quiet=True)
    broken = [row for row in examine(world).checks if row.health is Health.BROKEN]
    assert [("clock", "set the clock, or find out whose clock was wrong")] == [
        (row.name, row.fix) for row in broken
    ]


def test_every_extra_says_what_it_is_for() -> None:
    """No extra of the package is without a word."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == set(EXTRAS)


def test_a_missing_package_is_under_its_extra() -> None:
    """Nothing that is always needed is missing where tests run."""
    missing = EnvironmentProbe().missing_packages()
    assert () == missing.pop("")
    assert set(EXTRAS) == set(missing)
