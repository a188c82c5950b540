"""Every run leaves a record, whatever ends it, and a record stands in nobody's way."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import LEAKS, SLOT, Place

from openmed.adapters.records.run_records import RunRecords
from openmed.app import run_recording
from openmed.cli.main import run
from openmed.cli.release import rollback
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.records.run_record import RunRecord
from openmed.errors import IntegrityError
from openmed.pipeline import regeneration


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases; made once."""
    place = Place(tmp_path_factory.mktemp("template") / "r")
    place.release(b"good")
    place.release(b"better")
    place.write_queue()
    place.regenerate()
    return place.root


@pytest.fixture
def root(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, with the key of the place, at a desk."""
    shutil.copytree(template, tmp_path / "r", symlinks=True)
    monkeypatch.setenv("HOME", str(tmp_path / "r" / "me"))
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "OPENMED_NEXT_BY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "r"


def in_ci(monkeypatch: pytest.MonkeyPatch, event: str = "schedule") -> None:
    """As a job of CI."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", event)


def records(root: Path) -> tuple[RunRecord, ...]:
    """Every record."""
    return RunRecords(root / "gates").all()


def said(root: Path) -> list[tuple[str, int]]:
    """Command and exit code of each."""
    return [(one.command, one.exit_code) for one in records(root)]


def call(root: Path, *words: str) -> int:
    """One command line."""
    return run([*words, "--root", str(root)])


def tree(root: Path) -> dict[str, bytes]:
    """Every file but those of the person, and what each run writes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and "me" not in path.relative_to(root).parts
        and not path.name.endswith(".lock")
    }


ROLL_BACK = ("release", "rollback", "pii", "--reason", "it leaks")


def test_a_rollback_is_recorded_with_its_stages_and_shown(root: Path) -> None:
    """And what the page shows is what verify makes of the committed facts."""
    assert 0 == call(root, *ROLL_BACK)
    (one,) = records(root)
    assert ("release rollback", "desk", 0) == (one.command, one.trigger, one.exit_code)
    assert one.tag
    assert one.times is not None
    assert one.times.flipped is not None
    page = (root / "artifacts/trust/status/index.html").read_text(encoding="utf-8")
    assert f"Last run: {one.ended}, release rollback, exit 0" in page
    assert "<h2>Rollbacks</h2>" in page
    status = json.loads((root / "artifacts/trust/status/status.json").read_text())
    assert one.ended == status["runs"]["last"][0]["ended"]
    assert [] == _outdated(root)


def _outdated(root: Path) -> list[str]:
    steps = regeneration.derived_steps(Place(root).world)
    return [path for step in steps for path in step.outdated()]


def test_a_refused_rollback_is_visible(root: Path) -> None:
    """Nothing moved, the alarm is on the page."""
    assert 0 == call(root, *ROLL_BACK)
    assert 4 == call(root, *ROLL_BACK, "--generation", "2")
    assert {("release rollback", 0), ("release rollback", 4)} == set(said(root))
    page = (root / "artifacts/trust/status/index.html").read_text(encoding="utf-8")
    assert "4 (nothing to roll back to)</td>" in page
    assert SLOT in next(one.detail for one in records(root) if one.exit_code == 4)


def test_a_run_that_was_refused_leaves_a_record(root: Path) -> None:
    """A queue that cannot be read: nothing ran, and the page says so."""
    (root / "gates" / "candidates.toml").write_text("[[candidate]]\nslot = 3\n")
    assert 2 == call(root, "release", "run")
    assert [("release run", 2)] == said(root)
    assert "UsageError" == records(root)[0].detail
    page = (root / "artifacts/trust/status/index.html").read_text(encoding="utf-8")
    assert "exit 2 (usage or configuration)" in page


def test_a_mistyped_line_is_recorded_in_ci_only(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There it is a pipeline that does nothing, at a desk a slip."""
    before = tree(root)
    assert 2 == call(root, "release", "run", "--no-such-option")
    assert before == tree(root)
    in_ci(monkeypatch)
    assert 2 == call(root, "release", "run", "--no-such-option")
    assert [("release run", 2)] == said(root)


INTERRUPTIONS: dict[str, tuple[type[BaseException], int]] = {
    "interrupted": (KeyboardInterrupt, 130),
    "a fault of ours": (ZeroDivisionError, 1),
    "a full disk": (OSError, 1),
    "integrity": (IntegrityError, 7),
}


@pytest.mark.parametrize("name", sorted(INTERRUPTIONS))
def test_whatever_ends_a_command_is_recorded(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """By the name of its kind only: a message may quote what was in hand."""
    kind, code = INTERRUPTIONS[name]

    def fail(*_: object, **__: object) -> None:
        raise kind("PATIENT Doe")

    monkeypatch.setattr(rollback, "run_rollback", fail)
    assert code == call(root, *ROLL_BACK)
    assert [("release rollback", code)] == said(root)
    assert b"Doe" not in b"".join(
        data for path, data in tree(root).items() if "runs/" in path or "trust/" in path
    )


def test_a_run_that_died_is_recorded_by_the_next_one(root: Path) -> None:
    """Nobody knows how it ended; that it ran is known."""
    mark = root / "artifacts" / "started" / "x.json"
    mark.parent.mkdir()
    mark.write_text(
        json.dumps({"command": "release run", "trigger": "desk", "started": builders.NOW})
    )
    assert 0 == call(root, *ROLL_BACK)
    assert {("release run", 137), ("release rollback", 0)} == set(said(root))
    assert not mark.parent.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"command": "release status", "trigger": "desk", "started": builders.NOW},
        {"command": "release run", "trigger": "desk", "started": "yesterday"},
        {"command": ["release run"], "trigger": {}, "started": 1},
        [1],
    ],
)
def test_a_mark_that_is_not_ours_makes_no_record(root: Path, facts: object) -> None:
    """It is taken away."""
    mark = root / "artifacts" / "started" / "x.json"
    mark.parent.mkdir()
    mark.write_text(json.dumps(facts))
    assert 0 == call(root, *ROLL_BACK)
    assert [("release rollback", 0)] == said(root)
    assert not mark.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("release", "status"),
        ("release", "history", "--runs"),
        ("release", "rollback", "pii", "--dry-run"),
        ("release", "rollback", "--help"),
        ("release", "list"),
    ],
)
def test_what_only_reads_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """In CI neither."""
    in_ci(monkeypatch)
    before = tree(root)
    assert 0 == (run(list(words)) if "--help" in words else call(root, *words))
    assert before == tree(root)


def _refuse(code: int) -> Callable[..., int]:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_record_that_cannot_be_written_fails_no_rollback(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: int,
) -> None:
    """It is one line on stderr; the slot went back."""
    monkeypatch.setattr(RunRecords, "append", _refuse(code))
    assert 0 == call(root, *ROLL_BACK, "--json")
    assert "the record of this run is not whole" in capsys.readouterr().err
    assert 3 == Place(root).releases.state().generation_of(SLOT)
    assert () == records(root)


def test_no_repository_is_no_place_for_a_record(tmp_path: Path) -> None:
    """Nothing is made there."""
    assert 2 == call(tmp_path, "release", "run")
    assert 2 == call(tmp_path / "none", "release", "run")
    assert [] == list(tmp_path.iterdir())


def test_a_scheduled_run_says_when_the_next_one_is_expected(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the workflow tells it; what cannot be understood is said."""
    in_ci(monkeypatch)
    monkeypatch.setenv("OPENMED_NEXT_BY", "2030-01-01T03:17:00Z")
    call(root, *ROLL_BACK)
    (one,) = records(root)
    assert ("schedule", "2030-01-01T03:17:00Z") == (one.trigger, one.next_by)
    page = (root / "artifacts/trust/status/index.html").read_text(encoding="utf-8")
    assert 'data-next-by="2030-01-01T03:17:00Z"' in page
    monkeypatch.setenv("OPENMED_NEXT_BY", "soon")
    call(root, *ROLL_BACK)
    assert "OPENMED_NEXT_BY is neither" in capsys.readouterr().err


def test_messages_that_wait_are_counted(root: Path) -> None:
    """On the page nobody asks the outbox."""
    notice = Notice(
        kind=NoticeKind.HELD, slot=SLOT, about=("x",), title="held", created=builders.NOW
    )
    Place(root).world.outbox.put(notice)
    call(root, *ROLL_BACK)
    # One more is about the rollback itself.
    assert ("undelivered", 2) in records(root)[0].counts


def test_a_run_with_nothing_to_do_is_recorded_in_ci_and_not_at_a_desk(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that is live is served: there is nothing to publish again."""
    before = tree(root)
    assert 0 == call(root, "publish")
    assert before == tree(root)
    in_ci(monkeypatch)
    assert 0 == call(root, "publish")
    assert [("publish", 0)] == said(root)


def test_the_gate_leaves_a_record_in_ci_and_shares_and_renders_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard of many; the job that flips renders."""
    in_ci(monkeypatch)

    def shown(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(run_recording.RunRecording, "_show", shown)
    call(root, "release", "gate", "no::such::slot")
    assert [("release gate", 2)] == said(root)


def test_history_lists_every_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Newest first; for programs as they were recorded."""
    call(root, *ROLL_BACK)
    call(root, *ROLL_BACK, "--generation", "2")
    capsys.readouterr()
    assert 0 == call(root, "release", "history", "--runs", "--json")
    rows = json.loads(capsys.readouterr().out)["data"]
    assert {4, 0} == {row["exit_code"] for row in rows}
    assert 0 == call(root, "release", "history", "--runs", "--limit", "1")
    text = capsys.readouterr().out
    assert ("release" in text, "desk" in text) == (True, True)
    assert 2 == call(root, "release", "history", SLOT, "--runs")


def test_status_begins_to_tell_of_the_last_run(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Apart from what the ledger says."""
    call(root, *ROLL_BACK)
    capsys.readouterr()
    call(root, "release", "status")
    assert "Last run: " in capsys.readouterr().out
    call(root, "release", "status", "--json")
    assert "release rollback" == json.loads(capsys.readouterr().out)["data"]["last_run"]["command"]


def test_a_quarantine_is_told_by_count_and_slot(root: Path) -> None:
    """The reason stands in the ledger."""
    place = Place(root)
    place.release(b"worse", covered=LEAKS)
    assert [] == said(root)  # Steps without the command leave nothing.
