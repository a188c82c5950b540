"""A full disk, a folder that cannot be written, a held lock, state of another version.

One sentence, the documented exit code, nothing changed; afterwards the next run goes on.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from support.repositories import ROOT, Repository

SLOT = "pii::tiny::onnx"
LIMITS = ROOT / "tests" / "support" / "limits.py"
NOBODY_CAN_TELL = 77
HURRIED = """
import sys
from openmed.context import repository_record
from openmed.__main__ import main
repository_record.LOCK_SECONDS = 0.2
sys.argv = ["openmed", *sys.argv[1:]]
main()
"""


def _limited(
    repository: Repository, *words: str, size: int = 0, modes: str = "any", registry: str = ""
) -> subprocess.CompletedProcess[str]:
    named = {"OPENMED_REGISTRY": registry} if registry else {}
    done = subprocess.run(
        [sys.executable, LIMITS, str(size), modes, *words],
        cwd=repository.root,
        env={**repository.environment, **named},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if done.returncode == NOBODY_CAN_TELL:
        pytest.skip("root here cannot give up its right to write everywhere")
    return done


@contextmanager
def _read_only(*folders: Path) -> Iterator[None]:
    was = [folder.stat().st_mode for folder in folders]
    for folder in folders:
        folder.chmod(0o555)
    try:
        yield
    finally:
        for folder, mode in zip(folders, was, strict=True):
            folder.chmod(mode)


@pytest.fixture
def pending(released: Repository) -> Repository:
    """One release, and another artifact in the queue."""
    released.make_another("models/tiny", items=7)
    return released


@pytest.mark.parametrize("size", [1_500, 60_000])
def test_a_full_disk_moves_nothing(size: int, pending: Repository) -> None:
    """Our fault, exit 1, no traceback; with room the next run releases it."""
    before = pending.facts("gates")
    done = _limited(pending, "release", "run", size=size)
    told = done.stderr + done.stdout
    assert (1, False) == (done.returncode, "Traceback" in told)
    assert "next: " in told
    assert told.rstrip().endswith("openmed doctor")
    assert before == pending.facts("gates")
    assert 0 == pending.run("release", "run").returncode


def test_a_full_disk_is_told_of_one_command_too(released: Repository) -> None:
    """The file, and why; the ledger is as it was."""
    before = released.facts("gates")
    done = _limited(released, "release", "freeze", SLOT, "--reason", "audit", size=100)
    assert (1, "") == (done.returncode, done.stdout)
    said = ["openmed: system error: File too large", "next: openmed doctor"]
    assert said == done.stderr.splitlines()
    assert before == released.facts("gates")


@pytest.mark.parametrize("folder", ["gates", "artifacts"])
def test_a_read_only_folder_stops_a_run_before_it_begins(folder: str, pending: Repository) -> None:
    """Exit 2: which folder; not a file is written. An older report goes where it can."""
    report = "artifacts/run-report.json"
    before = pending.facts("gates", "artifacts")
    with _read_only(pending.root / folder):
        done = _limited(pending, "release", "run", modes="modes")
    said = [f"openmed: {folder} cannot be written", "next: openmed doctor"]
    assert (2, "", said) == (done.returncode, done.stdout, done.stderr.splitlines())
    after = pending.facts("gates", "artifacts")
    assert {**before, report: b""} == {**after, report: b""}
    assert (report in after) == (folder == "artifacts")


def test_a_registry_that_cannot_be_made_stops_a_run(pending: Repository) -> None:
    """A file stands in its way."""
    done = _limited(pending, "release", "run", registry=str(pending.root / "dodo.py" / "registry"))
    assert (2, "openmed: dodo.py/registry cannot be written") == (
        done.returncode,
        done.stderr.splitlines()[0],
    )


def test_a_registry_that_refuses_holds_the_release(pending: Repository) -> None:
    """It looked writable and was not: nothing moves, exit 1."""
    before = pending.files("gates/ledger", "gates/evidence")
    done = _limited(pending, "release", "run", registry="/proc/nowhere")
    assert (1, False) == (done.returncode, "Traceback" in done.stdout + done.stderr)
    assert before == pending.files("gates/ledger", "gates/evidence")


@pytest.mark.parametrize(
    "words",
    [
        ("release", "freeze", SLOT, "--reason", "audit"),
        ("release", "rollback", "pii"),
        ("release", "run"),
        ("release", "recover"),
        ("keys", "rotate"),
    ],
)
def test_a_held_lock_is_a_conflict(words: tuple[str, ...], pending: Repository) -> None:
    """Exit 6, nothing moved."""
    before = pending.facts("gates")
    with FileLock(pending.root / "artifacts" / "flip.lock"):
        done = subprocess.run(
            [sys.executable, "-c", HURRIED, *words],
            cwd=pending.root,
            env=pending.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert 6 == done.returncode
    assert "another process has held the lock for more than 0 s" in done.stdout + done.stderr
    assert before == pending.facts("gates")


def test_a_held_lock_may_be_tried_again(released: Repository) -> None:
    """A program is told so."""
    with FileLock(released.root / "artifacts" / "flip.lock"):
        done = subprocess.run(
            [sys.executable, "-c", HURRIED, "release", "thaw", SLOT, "--json"],
            cwd=released.root,
            env=released.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    error = json.loads(done.stdout)["error"]
    assert ("FlipConflictError", 6, True) == (error["code"], error["exit_code"], error["retryable"])


def _another_version(path: Path, old: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(rf'"{old}/\d"', text)
    path.write_text(re.sub(rf'"{old}/\d"', f'"{old}/9"', text, count=1), encoding="utf-8")


def _one(repository: Repository, pattern: str) -> Path:
    (found,) = repository.root.glob(pattern)
    return found


@pytest.mark.parametrize(
    ("pattern", "schema", "words", "code"),
    [
        ("gates/policy/pii--tiny--onnx.toml", "openmed.policy", ("release", "run"), 2),
        ("gates/pointer.json", "openmed.pointer", ("release", "status"), 7),
        ("gates/ledger/*.json", "openmed.entry", ("release", "status"), 7),
    ],
)
def test_another_schema_version_is_refused(
    pattern: str, schema: str, words: tuple[str, ...], code: int, released: Repository
) -> None:
    """What was written by a later engine is not guessed at; a run says the same."""
    path = _one(released, pattern)
    _another_version(path, schema)
    before = released.facts("gates", "artifacts/registry", "artifacts/trust")
    done = released.run(*words)
    sentence = done.stderr.splitlines()[0]
    assert (code, "", True) == (done.returncode, done.stdout, sentence.startswith("openmed: "))
    assert code == released.run("release", "run").returncode
    assert before == released.facts("gates", "artifacts/registry", "artifacts/trust")


def test_a_profile_of_another_version_has_no_verdict(pending: Repository) -> None:
    """The candidate alone is not evaluated; what is live stays."""
    _another_version(pending.root / "models/tiny/runner_profile.json", "openmed.runner-profile")
    before = pending.facts("gates")
    assert 5 == pending.run("release", "run").returncode
    assert before == pending.facts("gates")


def test_a_product_of_another_version_is_made_again(released: Repository) -> None:
    """It is work, not record."""
    path = released.root / "artifacts/runs/pii--tiny--onnx/smoke.json"
    was = path.read_bytes()
    _another_version(path, "openmed.product")
    assert 0 == released.run("release", "run").returncode
    assert was == path.read_bytes()
