"""The output contract: stdout is the answer, stderr the rest, one document for a program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.repositories import Repository
from support.terminals import ESCAPE, a_terminal, live_texts, shown_at_the_end

SLOT = "pii::tiny::onnx"
GROUPS = [(), ("release",), ("benchmark",), ("suite",), ("keys",)]
CRASH = """
import sys
from openmed.app import status
from openmed.__main__ import main
def unserved(*_, **__):
    raise ValueError("Jane Doe of 12 Elm Street")
status.unserved = unserved
sys.argv = ["openmed", *sys.argv[1:]]
main()
"""


def _openmed(
    *arguments: str, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _said(*arguments: str) -> list[str]:
    """What a command line that cannot be used gets on stderr."""
    done = _openmed(*arguments)
    assert (2, "") == (done.returncode, done.stdout)
    return done.stderr.splitlines()


@pytest.mark.parametrize("words", GROUPS)
def test_a_bare_group_is_no_success(words: tuple[str, ...]) -> None:
    """Its help goes to stderr; exit 2."""
    assert f"Usage: {' '.join(['openmed', *words])} [OPTIONS] COMMAND" in _said(*words)[0]


@pytest.mark.parametrize(
    ("arguments", "said", "step"),
    [
        (("doctoor",), "No such command 'doctoor'. Did you mean 'doctor'?", "openmed --help"),
        (
            ("release", "verfy"),
            "No such command 'verfy'. Did you mean 'verify'?",
            "openmed release --help",
        ),
        (
            ("release", "status", "--jsn"),
            "No such option '--jsn'. Did you mean '--json'?",
            "openmed release status --help",
        ),
        (("release", "show"), "Missing argument 'WHAT'.", "openmed release show --help"),
    ],
)
def test_a_slip_is_one_sentence_with_what_is_near(
    arguments: tuple[str, ...], said: str, step: str
) -> None:
    """What, and where to read on."""
    assert [f"openmed: {said}", f"next: {step}"] == _said(*arguments)


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("--json", "nothing"), "openmed"),
        (("release", "--json"), "release"),
        (("release", "staus", "--json"), "release"),
        (("release", "show", "--json"), "release show"),
        (("release", "history", "--json", "--limt"), "release history"),
        (("release", "status", "--json", "--root", "/proc/nowhere"), "release status"),
    ],
)
def test_every_failure_is_one_document(arguments: tuple[str, ...], command: str) -> None:
    """Those of the command line itself too; stderr is empty."""
    done = _openmed(*arguments)
    answer = json.loads(done.stdout)
    error = answer.pop("error")
    assert {"schema": "openmed.cli/1", "ok": False, "command": command} == answer
    assert (2, 2, "") == (done.returncode, error["exit_code"], done.stderr)
    assert {"code", "exit_code", "hint", "message", "retryable"} == set(error)


def test_what_fails_in_a_stream_is_its_last_line() -> None:
    """A program that follows reads lines only."""
    done = _openmed("release", "run", "--format", "jsonl", "--root", "/proc/nowhere")
    (line,) = done.stdout.splitlines()
    assert ("result", False, 2) == (
        json.loads(line)["type"],
        json.loads(line)["ok"],
        done.returncode,
    )


def _crash(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CRASH, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_bug_is_one_sentence_without_what_was_in_hand() -> None:
    """Type and place; a message may hold text of a document."""
    done = _crash("release", "status")
    assert (1, "") == (done.returncode, done.stdout)
    sentence, step = done.stderr.splitlines()
    assert sentence.startswith("openmed: a fault of openmed itself: ValueError in _page, line ")
    assert "next: run the command again with --debug" == step


@pytest.mark.parametrize(
    "arguments", [("--debug", "release", "status"), ("release", "status", "--debug")]
)
def test_debug_adds_frames_but_no_message(arguments: tuple[str, ...]) -> None:
    """File, line, function, type."""
    done = _crash(*arguments)
    lines = done.stderr.splitlines()
    assert any(line.endswith(" unserved") for line in lines)
    assert "ValueError" in lines
    assert "Jane" not in done.stderr + done.stdout


def test_a_bug_is_one_document_too() -> None:
    """For a program."""
    error = json.loads(_crash("release", "status", "--json").stdout)["error"]
    assert ("Unexpected", 1, False) == (error["code"], error["exit_code"], error["retryable"])


def _piped(*arguments: str, cwd: Path, environment: dict[str, str]) -> tuple[int, bytes]:
    """Run a command whose reader has gone before it says anything."""
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [sys.executable, "-m", "openmed", *arguments],
        cwd=cwd,
        env=environment,
        stdout=writing,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(writing)
        _, said = process.communicate(timeout=120)
    return process.returncode, said


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("release", "status"),
        ("release", "status", "--json"),
        ("release", "status", "--json", "--limt"),
        ("release", "run", "--format", "jsonl"),
    ],
)
def test_a_closed_pipe_ends_quietly(arguments: tuple[str, ...], released: Repository) -> None:
    """Exit 141 = 128 + SIGPIPE, as other programs; nothing on stderr."""
    assert (141, b"") == _piped(*arguments, cwd=released.root, environment=released.environment)


def test_a_closed_pipe_stops_no_release(repository: Repository) -> None:
    """What was begun is brought to its end: the release is live."""
    repository.make_quick()
    code, _ = _piped(
        "release",
        "run",
        "--format",
        "jsonl",
        cwd=repository.root,
        environment=repository.environment,
    )
    assert (141, 0) == (code, repository.run_report["exit_code"])


def test_a_stream_ends_with_its_result(repository: Repository) -> None:
    """One event a line: each step as it starts and ends, then the run report."""
    repository.make_quick()
    done = repository.run("release", "run", "--format", "jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert (0, "") == (done.returncode, done.stderr)
    assert ["result"] == [event["type"] for event in events if event["type"] != "step"][-1:]
    states = [e["state"] for e in events if e.get("task") == f"compare:{SLOT}"]
    assert ["started", "computed"] == states
    assert (True, repository.run_report) == (events[-1]["ok"], events[-1]["data"])


def test_a_stream_of_nothing_to_do_names_what_was_reused(released: Repository) -> None:
    """A program sees every step, also those that had nothing to do."""
    done = released.run("release", "run", "--format", "jsonl")
    *events, result = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"run", "step"} >= {event["type"] for event in events}
    steps = [event for event in events if event["type"] == "step"]
    assert {"reused"} == {step["state"] for step in steps} - {"started"}
    assert "result" == result["type"]


def test_measuring_can_be_followed_too(released: Repository) -> None:
    """The last line holds the reports."""
    done = released.run("benchmark", "run", "--suite", "smoke", "--format", "jsonl")
    result = json.loads(done.stdout.splitlines()[-1])
    assert ("result", "benchmark run") == (result["type"], result["command"])
    assert SLOT == result["data"][0]["subject"]["slot"]


@pytest.mark.parametrize("columns", [40, 200])
def test_on_a_terminal_there_is_one_live_line(columns: int, repository: Repository) -> None:
    """No line but the last word of each step stays; the live one never wraps; stdout has none."""
    with a_terminal(columns) as screen:
        done = subprocess.run(
            [sys.executable, "-m", "openmed", "benchmark", "run", "--suite", "smoke"],
            cwd=repository.root,
            env={**repository.environment, "TERM": "xterm", "COLUMNS": ""},
            stdout=subprocess.PIPE,
            stderr=screen.slave,
            timeout=120,
            check=False,
        )
        written = screen.text()
    assert (0, False) == (done.returncode, ESCAPE in written)
    kept = shown_at_the_end(written)
    task = f"benchmark:{SLOT}:smoke"
    assert 2 == " ".join(line.strip() for line in kept).count(": done in ")
    assert max(map(len, kept)) <= columns
    live = [text for text in live_texts(written) if text not in kept]
    assert f"{task} …"[: columns - 1] in {text[: len(task) + 2] for text in live}
    assert max(len(text) for text in live) < columns
    assert b"\r" not in done.stdout


@pytest.mark.parametrize(
    "variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"FORCE_COLOR": "1"}]
)
def test_a_pipe_never_holds_an_escape_sequence(
    variables: dict[str, str], released: Repository
) -> None:
    """Only a terminal is coloured, whoever asks; nor is a line overwritten."""
    environment = {**released.environment, **variables}
    for arguments in (
        ("release", "run"),
        ("release", "history"),
        ("--no-color", "release", "list"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "openmed", *arguments],
            cwd=released.root,
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert (0, 0) == (done.returncode, (done.stdout + done.stderr).count(ESCAPE.encode()))
        assert b"\r" not in done.stderr
