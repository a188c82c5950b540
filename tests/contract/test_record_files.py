"""Events, run records and messages as files: what is written is read, what is damaged is none."""

from pathlib import Path

import pytest

from openmed.adapters.disk import atomic
from openmed.adapters.notices.delivery_records import DeliveryRecords
from openmed.adapters.records import month_lines
from openmed.adapters.records.event_files import EventFiles
from openmed.adapters.records.outbox import Outbox
from openmed.adapters.records.run_records import RunRecords
from openmed.adapters.stores.page_cache import PageCache
from openmed.adapters.stores.page_files import FilePages
from openmed.domain.monitoring.regression_event import RegressionEvent, RegressionKind
from openmed.domain.notices.delivery import Delivery, DeliveryOutcome
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.records.run_record import RunRecord, StageTimes
from openmed.errors import EvidenceError

NOW = "2026-11-29T12:00:00Z"


def event(at: str = NOW, detail: str = "3 spans more than allowed") -> RegressionEvent:
    """One finding."""
    return RegressionEvent(
        slot="pii::tiny::onnx",
        generation=2,
        artifact="a" * 64,
        kind=RegressionKind.CRITICAL_LEAK,
        monitor="nightly",
        detail=detail,
        detected_at=at,
    )


def record(ended: str, code: int = 0) -> RunRecord:
    """One run."""
    return RunRecord(
        command="release run", trigger="schedule", started=NOW, ended=ended, exit_code=code
    )


def notice(title: str, about: tuple[str, ...] = ("recall_floor", "precision")) -> Notice:
    """One message."""
    return Notice(
        kind=NoticeKind.HELD, slot="pii::tiny::onnx", about=about, title=title, created=NOW
    )


def test_an_event_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Its file is named after it."""
    files = EventFiles(tmp_path)
    path = files.write(event())
    assert (event(), [path]) == (files.read(path), list(files.paths()))


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b'{"schema": NaN}'])
def test_a_damaged_event_is_refused(tmp_path: Path, damage: bytes) -> None:
    """Nothing is decided from it."""
    files = EventFiles(tmp_path)
    path = files.write(event())
    path.write_bytes(damage)
    with pytest.raises(EvidenceError):
        files.read(path)


def test_an_event_that_was_edited_is_refused(tmp_path: Path) -> None:
    """Also when what it says is still an event."""
    files = EventFiles(tmp_path)
    path = files.write(event())
    path.write_bytes(path.read_bytes().replace(b"critical_leak", b"load_failure"))
    with pytest.raises(EvidenceError, match="was changed"):
        files.read(path)


def test_the_fingerprint_of_an_event_holds_no_time_and_no_value() -> None:
    """Two nights that find the same find one trouble."""
    assert event().fingerprint == event("2026-11-30T12:00:00Z", "4 spans").fingerprint
    assert event().digest != event(detail="4 spans").digest


def test_records_are_kept_by_month_and_in_order(tmp_path: Path) -> None:
    """Of the month in which a run ended."""
    records = RunRecords(tmp_path)
    rows = [record("2026-11-30T23:59:59Z"), record("2026-12-01T00:00:01Z", 7)]
    rows.append(record("2026-12-02T00:00:01Z", 3))
    for row in rows:
        records.append(row)
    assert ("2026-11", "2026-12") == records.months()
    assert tuple(rows) == records.read("2026-11") + records.read("2026-12")
    assert () == records.read("2027-01")


def test_a_torn_line_costs_that_line_only(tmp_path: Path) -> None:
    """What comes after it is on a line of its own."""
    records = RunRecords(tmp_path)
    records.append(record("2026-11-30T00:00:00Z"))
    path = tmp_path / "runs" / "2026-11.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    records.append(record("2026-11-30T00:00:01Z", 5))
    assert [5] == [row.exit_code for row in records.read("2026-11")]


def test_the_last_stage_is_the_latest_that_was_reached() -> None:
    """Stages that were not reached say nothing."""
    assert StageTimes(detected_at=NOW).last is None
    times = StageTimes(detected_at=NOW, decided=0.1, flipped=0.2, regenerated=1.5)
    assert times.last == 1.5


def test_one_trouble_is_one_message(tmp_path: Path) -> None:
    """The newest; gates are a set."""
    outbox = Outbox(tmp_path)
    outbox.put(notice("first"))
    outbox.put(notice("second", about=("precision", "recall_floor")))
    outbox.put(notice("other", about=("latency",)))
    assert {"second", "other"} == {one.title for one in outbox.waiting()}


def test_a_message_that_was_renewed_meanwhile_stays(tmp_path: Path) -> None:
    """What was delivered was the older one."""
    outbox = Outbox(tmp_path)
    outbox.put(notice("old"))
    outbox.put(notice("new"))
    outbox.take(notice("old"))
    assert ["new"] == [one.title for one in outbox.waiting()]
    outbox.take(notice("new"))
    assert () == outbox.waiting()


def test_a_month_that_cannot_be_read_is_not_taken_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of deliveries: it is not known who was told; of runs: none is shown."""
    deliveries, records = DeliveryRecords(tmp_path), RunRecords(tmp_path)
    line = Delivery(
        sink="github", outcome=DeliveryOutcome.LATER, at=NOW, notice=notice("not delivered")
    )
    deliveries.append([line])
    records.append(record("2026-11-30T00:00:00Z"))
    monkeypatch.setattr(month_lines, "MOST", 1)
    with pytest.raises(OSError, match="at most"):
        deliveries.read()
    assert () == records.read("2026-11")


def test_pages_leave_what_another_process_has_not_finished(tmp_path: Path) -> None:
    """A file that is being written is no page of its own; a sweep removes one that was left."""
    pages = FilePages(tmp_path / "trust", cache=PageCache(tmp_path / "cache"))
    page = RenderedFile(path="status/index.html", content="x")
    pages.write((page,), owns="status")
    folder = tmp_path / "trust" / "status"
    (folder / f"{atomic.TEMPORARY}0").write_text("half")
    (folder / "old.html").write_text("old")
    pages.write((page,), owns="status")
    assert {"index.html", f"{atomic.TEMPORARY}0"} == {path.name for path in folder.iterdir()}
    atomic.sweep(tmp_path / "trust")
    assert ["index.html"] == [path.name for path in folder.iterdir()]
