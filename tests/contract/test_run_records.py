"""Files of run records: appended by many at once, torn, full, foreign; marks of runs that died."""

import json
import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from openmed.adapters.records import month_lines
from openmed.adapters.records.run_records import RunRecords
from openmed.adapters.records.start_marks import MOST, StartMarks
from openmed.domain.records.run_record import RunRecord
from openmed.domain.wire import dump

NOW = "2026-11-29T12:00:00Z"
EACH = 40


def record(number: int, *, detail: str = "") -> RunRecord:
    """One run, told apart by its second."""
    ended = f"2026-11-29T12:{number // 60 % 60:02}:{number % 60:02}Z"
    return RunRecord(
        command="release run",
        trigger="desk",
        started=NOW,
        ended=ended,
        exit_code=number % 256,
        detail=detail,
    )


def append_many(gates: str, who: str) -> None:
    """What one of several processes does."""
    records = RunRecords(Path(gates))
    for number in range(EACH):
        records.append(record(number, detail=f"{who} {number}"))


def unite_many(gates: str, who: str) -> None:
    """What another one does meanwhile: takes in lines of another machine."""
    records = RunRecords(Path(gates))
    for number in range(EACH // 8):
        records.unite("2026-11", dump(record(number, detail=f"{who} {number}")) + b"\n")


def test_processes_that_append_and_unite_at_once_lose_no_line(tmp_path: Path) -> None:
    """Two append while a third one rewrites the month."""
    spawn = get_context("spawn")
    jobs = [(append_many, "one"), (append_many, "two"), (unite_many, "other")]
    found = [spawn.Process(target=job, args=(str(tmp_path), who)) for job, who in jobs]
    for process in found:
        process.start()
    for process in found:
        process.join(60)
    assert [0, 0, 0] == [process.exitcode for process in found]
    details = {row.detail for row in RunRecords(tmp_path).read("2026-11")}
    wanted = {f"{who} {n}" for who in ("one", "two") for n in range(EACH)}
    assert wanted | {f"other {n}" for n in range(EACH // 8)} == details


def test_a_line_is_added_without_reading_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month of many megabytes stays the same file and costs nothing."""
    records = RunRecords(tmp_path)
    records.append(record(1))
    path = tmp_path / "runs" / "2026-11.jsonl"
    before = path.stat().st_ino
    monkeypatch.setattr(month_lines.MonthLines, "_bytes", None)
    records.append(record(2))
    assert (before, 2) == (path.stat().st_ino, path.read_bytes().count(b"\n"))


def test_a_month_that_is_full_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there stays."""
    records = RunRecords(tmp_path)
    records.append(record(1))
    path = tmp_path / "runs" / "2026-11.jsonl"
    monkeypatch.setattr(month_lines, "MOST", path.stat().st_size + 10)
    with pytest.raises(OSError, match="full"):
        records.append(record(2))
    assert (record(1),) == records.all()


@pytest.mark.parametrize("shape", ["symlink", "folder", "device"])
def test_what_is_no_file_is_not_written_through(tmp_path: Path, shape: str) -> None:
    """And reads as no record."""
    folder, outside = tmp_path / "gates" / "runs", tmp_path / "outside"
    folder.mkdir(parents=True)
    outside.write_text("mine")
    path = folder / "2026-11.jsonl"
    if shape == "folder":
        path.mkdir()
    else:
        path.symlink_to(outside if shape == "symlink" else "/dev/full")
    records = RunRecords(tmp_path / "gates")
    with pytest.raises(OSError, match=r"."):
        records.append(record(1))
    assert ("mine", ()) == (outside.read_text(), records.all())


def test_records_are_in_one_order_whatever_the_order_of_lines(tmp_path: Path) -> None:
    """Two machines wrote the same lines in another order."""
    rows = [record(n) for n in (3, 1, 2, 1)]
    for place, order in (("one", rows), ("two", rows[::-1])):
        for row in order:
            RunRecords(tmp_path / place).append(row)
    one, two = (RunRecords(tmp_path / place) for place in ("one", "two"))
    assert (record(1), record(2), record(3)) == one.all() == two.all()
    assert record(3) == one.newest()


def test_other_files_are_no_months(tmp_path: Path) -> None:
    """A note of a person stays what it is."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "README.jsonl").write_text("x")
    assert () == RunRecords(tmp_path).months()
    assert None is RunRecords(tmp_path).newest()


def test_a_mark_of_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    """Its process holds it."""
    place = tmp_path / "artifacts"
    ours, theirs = StartMarks(place), StartMarks(place)
    ours.begin(command="release run")
    assert [] == list(theirs.take_left())
    ours.end()
    assert [] == list(tmp_path.iterdir())


def test_a_process_that_is_killed_leaves_its_mark(tmp_path: Path) -> None:
    """One other process takes it, once."""
    code = (
        "import sys, time; from pathlib import Path;"
        "from openmed.adapters.records.start_marks import StartMarks;"
        "StartMarks(Path(sys.argv[1])).begin(command='release run', started='x');"
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert [] == list(StartMarks(tmp_path).take_left())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    marks = StartMarks(tmp_path)
    assert [{"command": "release run", "started": "x"}] == list(marks.take_left())
    assert [] == list(marks.take_left())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 5000])
def test_a_damaged_mark_is_taken_away(tmp_path: Path, content: bytes) -> None:
    """It says nothing, and would be looked at each time."""
    path = tmp_path / "started" / "x.json"
    path.parent.mkdir()
    path.write_bytes(content)
    assert [] == list(StartMarks(tmp_path).take_left())
    assert not path.exists()


def test_only_so_many_marks_are_looked_at_in_one_run(tmp_path: Path) -> None:
    """The rest is for the next."""
    (tmp_path / "started").mkdir()
    for number in range(MOST + 5):
        (tmp_path / "started" / f"{number}.json").write_text(json.dumps({"n": number}))
    marks = StartMarks(tmp_path)
    assert (MOST, 5) == (len(list(marks.take_left())), len(list(marks.take_left())))
