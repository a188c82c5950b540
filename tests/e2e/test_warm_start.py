"""A command that is forked from a process with our code loaded answers as a started one does."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.repositories import Repository
from support.warm_start import warm_start

COMMANDS = (
    ("--version",),
    ("release", "plan", "--json"),
    ("release", "nothing"),
    ("release", "explain", "pii::none::onnx"),
    ("release", "rollback", "pii", "--json"),
)
"""Answers, a slip, a refusal, a state without a target: exit codes 0, 2 and others."""


def _started(repository: Repository, words: Sequence[str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "openmed", *words],
        cwd=repository.root,
        env=repository.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_it_answers_as_one_that_was_started(words: Sequence[str], repository: Repository) -> None:
    """Exit code, stdout, stderr."""
    done = repository.run(*words)
    assert _started(repository, words) == (done.returncode, done.stdout, done.stderr)


def test_it_is_a_process_with_a_folder_and_an_environment_of_its_own(tmp_path: Path) -> None:
    """Nothing of it stays in the process it came from."""
    here, before = Path.cwd(), dict(os.environ)
    for home in ("one", "two"):
        (tmp_path / home).mkdir()
        env = {**os.environ, "HOME": str(tmp_path / home), "XDG_CONFIG_HOME": ""}
        done = warm_start().run(["keys", "init"], cwd=tmp_path / home, env=env, timeout=60)
        assert done is not None
        assert 0 == done.returncode, done.stderr
        assert (tmp_path / home / ".config/openmed/keys/local.pem").is_file()
    assert (here, before) == (Path.cwd(), dict(os.environ))


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    """And the next one is answered."""
    with pytest.raises(subprocess.TimeoutExpired):
        warm_start().run(["--help"], cwd=tmp_path, env=dict(os.environ), timeout=0.0)
    done = warm_start().run(["--version"], cwd=tmp_path, env=dict(os.environ), timeout=60)
    assert done is not None
    assert 0 == done.returncode


def test_what_an_interpreter_reads_when_it_starts_needs_one(tmp_path: Path) -> None:
    """A fork could not obey it."""
    env = {**os.environ, "PYTHONHASHSEED": "77"}
    assert warm_start().run(["--version"], cwd=tmp_path, env=env, timeout=60) is None
