"""Every command, as a process: its help, its examples, its answer to a program."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from schema_documents import FOLDER, files
from support.command_tree import Found, commands, everything
from support.json_schema import faults
from support.repositories import Repository

from openmed.cli.schemas.table import DATA
from openmed.domain.digest import Json

TAG = re.compile(r"^20\d\d\.\d\d\.\d\d-\d+$")
READERS = {
    "release plan", "release status", "release list", "release history", "release show",
    "release diff", "release explain", "release notes", "release verify", "release power",
    "monitor power",
    "benchmark show", "benchmark list", "suite lint", "suite digest", "suite sample", "suite stats",
    "keys list", "schema", "doctor", "completion", "policy lint",
}  # fmt: skip
"""Commands that never write."""
WRITERS = {
    "init", "release run", "release stage", "release gate", "release flip", "release regenerate",
    "release recover", "benchmark run", "benchmark table", "benchmark compare", "keys init",
    "release freeze", "release lift", "publish", "release reconcile", "release rollback",
    "monitor status", "release react", "release drill",
}  # fmt: skip
"""Commands whose first example works on a repository with one release."""
NOTED = {f"artifacts/standing/{name}.json" for name in ("decisions", "tables")}
CODES = {
    "release rollback": 4,  # there is nothing to go back to
    "release explain": 0,
}
MORE = {"benchmark compare": ("--language", "en")}
"""What an example needs besides, for the slot of the repository declares English only."""
COMMANDS = {found.name: found for found in commands()}


def _schema(name: str) -> Json:
    schema: Json = json.loads(files()[FOLDER / f"{name}.json"])
    return schema


def _example(found: Found, repository: Repository) -> list[str]:
    """The first example, about what is in the repository."""
    tag = repository.run("release", "status", "--json")
    live = str(json.loads(tag.stdout)["data"]["tag"])
    words = [live if TAG.match(word) else word for word in found.examples[0]]
    # The models and suites of the repository that tests start from.
    named = {"golden": "smoke", "file:models/mine": "file:models/tiny"}
    is_measured = found.words[0] in {"benchmark", "release"}
    return [named.get(word, word) if is_measured else word for word in words]


def test_every_command_is_run_here_or_elsewhere() -> None:
    """A new command is put into one of the sets, or named here with its own test."""
    elsewhere = {
        "init": "test_init.py",
        "release thaw": "test_rollback.py",
        "release waive": "test_trust.py",
        "release approve": "test_weaker_policy.py",
        "release report": "test_parts.py",
        "release gc": "test_every_write.py",
        "release sign-head": "../contract/test_head_statement.py",
        "fetch": "../contract/test_downloads.py",
        "resolve": "../contract/test_downloads.py",
        "monitor nightly": "../contract/test_nightly.py",
        "release recheck": "../contract/test_shard_uploads.py",
        "benchmark attest": "../contract/test_advice_measurements.py",
        "keys rotate": "test_trust.py",
        "keys add": "test_trust.py",
        "candidate add": "../contract/test_add_candidate.py",
        "notify": "../contract/test_advice_notices.py",
        "adopt": "../contract/test_advice_adoption.py",
        "policy suggest": "../contract/test_advice_suggestion.py",
        "upgrade": "../compat/test_released.py",
        "suite build": "test_corpus.py",
    }
    assert set(COMMANDS) <= READERS | WRITERS | set(elsewhere)


@pytest.mark.parametrize("found", list(everything()), ids=lambda found: found.name or "openmed")
def test_help_is_an_answer(found: Found) -> None:
    """On stdout, exit 0."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", *found.words, "--help"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith(f"Usage: openmed {found.name}".rstrip())


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_only_reads_writes_nothing(name: str, released: Repository) -> None:
    """Its example works: an answer on stdout, nothing on stderr, not a file changed.

    But what `stat` proved is noted by who only shows, as `git status` notes it in git's index.
    """
    example = _example(COMMANDS[name], released)
    before = released.files(".")
    done = released.run(*example)
    assert (CODES.get(name, 0), "") == (done.returncode, done.stderr)
    assert done.stdout
    after = released.files(".")
    assert before == {path: data for path, data in after.items() if path not in NOTED}


@pytest.mark.parametrize("name", sorted(READERS | WRITERS))
def test_an_answer_for_a_program_follows_its_schema(name: str, released: Repository) -> None:
    """One document on stdout, nothing on stderr."""
    example = [word for word in _example(COMMANDS[name], released) if word != "--json"]
    done = released.run(*example, *MORE.get(name, ()), "--json")
    answer = json.loads(done.stdout)
    assert [] == faults(answer, _schema("cli"))
    assert (CODES.get(name, 0), "", True) == (done.returncode, done.stderr, answer["ok"])
    assert name == answer["command"]
    if name in DATA:
        assert [] == faults(answer["data"], _schema(DATA[name]))


@pytest.mark.parametrize("name", ["release run", "benchmark run"])
def test_each_line_of_a_stream_follows_its_schema(name: str, released: Repository) -> None:
    """Events, then the result."""
    done = released.run(*name.split(), "--format", "jsonl")
    for line in done.stdout.splitlines():
        assert [] == faults(json.loads(line), _schema("events"))


def test_a_failure_for_a_program_follows_its_schema(released: Repository) -> None:
    """Where there is no repository, too."""
    for folder in ("gates", "artifacts"):
        shutil.rmtree(released.root / folder)
    for name in sorted(READERS - {"schema", "completion", "doctor", "keys list", "monitor power"}):
        done = released.run(*COMMANDS[name].examples[0], "--json")
        answer = json.loads(done.stdout)
        assert [] == faults(answer, _schema("cli")), name
        assert (False, 2) == (answer["ok"], done.returncode), name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_asks_the_program(shell: str, tmp_path: Path) -> None:
    """It names the variable that the program answers to."""
    done = subprocess.run(
        [sys.executable, "-m", "openmed", "completion", shell],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert f"_OPENMED_COMPLETE={shell}_complete" in done.stdout


def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    """Sourced in a real shell, the names of commands come out."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    program = tmp_path / "openmed"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openmed "$@"\n')
    program.chmod(0o755)
    script = (
        f'PATH="{tmp_path}:$PATH"; eval "$(openmed completion bash)"; '
        "COMP_WORDS=(openmed keys r); COMP_CWORD=2; "
        '_openmed_completion openmed; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [bash, "--norc", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert "rotate" == done.stdout.strip()
