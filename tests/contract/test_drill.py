"""The drill: the whole way on a scratch copy, and not a byte of the real repository."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.simulators.dying_disk import DiedError

from openmed.app.drill import drill, find_broken_bytes, note_of_drill, take_from_outbox
from openmed.context import Context
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.regression_event import RegressionEvent
from openmed.domain.release.results.drill_report import DrillReport
from openmed.errors import UsageError


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A slot with its first release, which no rollback could leave."""
    made = Place(tmp_path_factory.mktemp("drill"))
    made.release(b"good")
    made.regenerate()
    return made


@pytest.fixture(scope="module")
def held(place: Place) -> tuple[DrillReport, bool]:
    """One drill, and whether the real repository is as it was."""
    before = _digests(place.root)
    report = drill(_context(place))
    return report, before == _digests(place.root)


def _context(place: Place, *, ticks: Callable[[], float] | None = None) -> Context:
    context = Context(place.root, builders.NOW, quiet=True)
    return replace(context, ticks=ticks) if ticks else context


def _digests(root: Path) -> dict[str, str]:
    """Every file and every link, by what it holds, with its mode and time."""
    return {
        str(path.relative_to(root)): f"{sha256_hex(path.read_bytes())} {path.stat().st_mode} "
        f"{path.stat().st_mtime_ns}"
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_planted_regression_is_undone(held: tuple[DrillReport, bool]) -> None:
    """Monitor, event, reaction, rollback, pages, push, delivery: each stage was reached."""
    report, _ = held
    assert (SLOT, "integrity", (), True) == (
        report.slot, report.found, report.faults, report.is_undone,
    )  # fmt: skip
    times = report.times
    assert times is not None
    reached = (times.decided, times.flipped, times.regenerated, times.persisted, times.told)
    assert None not in reached
    assert (0, False) == (report.exit_code, report.is_slow)
    assert times == note_of_drill(report).times


def test_the_real_repository_is_only_read(held: tuple[DrillReport, bool]) -> None:
    """Every file: content, mode and time."""
    assert held[1]


def _dies(context: Context, live: LiveRelease) -> RegressionEvent | None:
    del context, live
    raise DiedError


def _dies_telling(context: Context) -> int:
    del context
    raise DiedError


@pytest.mark.parametrize("at", ["the monitor", "delivery"])
def test_a_drill_that_is_killed_touched_nothing(at: str, place: Place) -> None:
    """Before the rollback, and after it."""
    before = _digests(place.root)
    find = _dies if at == "the monitor" else find_broken_bytes
    deliver = _dies_telling if at == "delivery" else take_from_outbox
    with pytest.raises(DiedError):
        drill(_context(place), find=find, deliver=deliver)
    assert before == _digests(place.root)


def test_a_drill_that_finds_nothing_is_no_success(place: Place) -> None:
    """A monitor that is blind is what a drill is for."""
    report = drill(_context(place), find=lambda *_: None)
    assert (1, False, ("the monitor found nothing",)) == (
        report.exit_code, report.is_undone, report.faults,
    )  # fmt: skip


def test_a_slow_drill_says_so(place: Place) -> None:
    """Exit 3, on a clock that jumps; and nobody told is not undone."""
    readings = count(0, 250)
    report = drill(_context(place, ticks=lambda: float(next(readings))))
    assert (3, True, True) == (report.exit_code, report.is_undone, report.is_slow)
    report = drill(_context(place), deliver=lambda _: 0)
    assert (1, ("people were not told",)) == (report.exit_code, report.faults)


def test_where_nothing_is_live_there_is_no_drill(tmp_path: Path, place: Place) -> None:
    """Usage, with the slot named."""
    empty = Place(tmp_path)
    with pytest.raises(UsageError):
        drill(_context(empty))
    with pytest.raises(UsageError, match="ner::tiny::onnx serves nothing"):
        drill(_context(place), slot="ner::tiny::onnx")
