"""The status monitor sees every damage of what is served, and takes no absence for one.

Each damage is made in a real local registry; what must follow is an event for the damaged slot and
none for the other.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.looks import LIMITS
from support.places import BACK, SLOT, Place

from openmed.adapters.disk import atomic
from openmed.app.monitor_status import StatusLimits, monitor_status
from openmed.cli.main import run
from openmed.context import Context
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.monitor_check import MonitorStatus
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode

OTHER = "ner::tiny::onnx"
FIRST, SECOND, ELSE = b"first", b"second", b"else"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of one slot and one of another; pages are written."""
    place = Place(tmp_path_factory.mktemp("made") / "r")
    place.write_queue()
    place.release(FIRST)
    place.release(SECOND)
    place.release(ELSE, slot=OTHER)
    place.regenerate()
    return place.root


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    """A copy of it."""
    shutil.copytree(made, tmp_path / "r")
    return Place(tmp_path / "r")


def look(place: Place, *, pattern: str = "*", limits: StatusLimits = LIMITS) -> MonitorStatus:
    """One look."""
    return monitor_status(replace(place.world), pattern=pattern, limits=limits)


def _tree(place: Place, content: bytes = SECOND) -> Path:
    return Path(place.served(builders.artifact_of(content)))


def _open(tree: Path) -> Path:
    for path in (tree.parent, tree, *tree.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return tree


def _flip_first(place: Place) -> None:
    _flip(place, at=0)


def _flip_last(place: Place) -> None:
    _flip(place, at=-1)


def _flip(place: Place, *, at: int) -> None:
    file = _open(_tree(place)) / "model.onnx"
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(bytes(data))


def _truncate(place: Place) -> None:
    file = _open(_tree(place)) / "model.onnx"
    file.write_bytes(file.read_bytes()[:-1])


def _empty(place: Place) -> None:
    (_open(_tree(place)) / "model.onnx").write_bytes(b"")


def _lengthen(place: Place) -> None:
    file = _open(_tree(place)) / "model.onnx"
    file.write_bytes(file.read_bytes() + b"\0")


def _delete_file(place: Place) -> None:
    (_open(_tree(place)) / "model.onnx").unlink()


def _add_file(place: Place) -> None:
    (_open(_tree(place)) / "evil.py").write_bytes(b"")


def _add_hidden(place: Place) -> None:
    folder = _open(_tree(place)) / ".hidden"
    folder.mkdir()
    (folder / "a").write_bytes(b"x")


def _link_file(place: Place) -> None:
    file = _open(_tree(place)) / "model.onnx"
    kept = place.root / "kept"
    kept.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(kept)


def _add_pipe(place: Place) -> None:
    os.mkfifo(_open(_tree(place)) / "pipe")


def _rename_file(place: Place) -> None:
    (_open(_tree(place)) / "model.onnx").rename(_tree(place) / "Model.onnx")


def _delete_tree(place: Place) -> None:
    atomic.remove_tree(_tree(place))


def _file_for_tree(place: Place) -> None:
    atomic.remove_tree(_tree(place))
    _tree(place).write_bytes(b"")


def _older_for_newer(place: Place) -> None:
    _open(_tree(place))
    _open(_tree(place, FIRST))
    atomic.remove_tree(_tree(place))
    _tree(place, FIRST).rename(_tree(place))


DAMAGES = [
    _flip_first,
    _flip_last,
    _truncate,
    _empty,
    _lengthen,
    _delete_file,
    _add_file,
    _add_hidden,
    _link_file,
    _add_pipe,
    _rename_file,
    _delete_tree,
    _file_for_tree,
    _older_for_newer,
]


def test_what_is_whole_is_calm(place: Place) -> None:
    """No event, no alarm, exit 0."""
    found = look(place)
    assert ((), (), ExitCode.DONE) == (found.events, found.alarms, found.exit_code)


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_an_event_of_its_slot(
    damage: Callable[[Place], None], place: Place
) -> None:
    """It names slot, generation and digest, and the other slot has none."""
    damage(place)
    found = look(place)
    (event,) = found.events
    assert RegressionKind.INTEGRITY is event.kind
    wanted = (SLOT, 2, builders.artifact_of(SECOND))
    assert wanted == (event.slot, event.generation, event.artifact)
    assert ExitCode.INTEGRITY is found.exit_code
    (path,) = place.world.events.paths()
    assert event == place.world.events.read(path)


def test_what_was_left_is_not_looked_at(place: Place) -> None:
    """Only what is live: after a rollback the damaged tree is nobody's."""
    place.roll_back(BACK)
    place.regenerate()
    _flip_last(place)
    assert () == look(place).events


def test_swapped_trees_of_two_slots_are_two_events(place: Place) -> None:
    """Each slot serves a release, and neither its own."""
    one, other = _open(_tree(place)), _open(_tree(place, ELSE))
    between = place.root / "between"
    one.rename(between)
    other.rename(one)
    between.rename(other)
    assert [OTHER, SLOT] == [event.slot for event in look(place).events]


def test_a_pattern_looks_at_its_slots_only(place: Place) -> None:
    """And says so when there is none."""
    _flip_last(place)
    assert () == look(place, pattern="ner::*").events
    with pytest.raises(UsageError, match="matches"):
        look(place, pattern="none-such*")


def test_a_registry_that_is_away_is_an_alarm_and_no_event(place: Place) -> None:
    """A disk that is not mounted says nothing about the releases on it."""
    atomic.remove_tree(place.root / "artifacts" / "registry")
    found = look(place)
    assert () == found.events
    assert ExitCode.NO_VERDICT is found.exit_code
    kinds = {(alarm.kind, alarm.slot) for alarm in found.alarms}
    assert {(AlarmKind.NO_SIGNAL, SLOT), (AlarmKind.NO_SIGNAL, OTHER)} == kinds


def test_a_tree_that_cannot_be_read_is_an_alarm(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An input error is the disk's, until somebody has read the bytes."""

    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error", "model.onnx")

    monkeypatch.setattr(place.world.registry.default, "verify", fails)
    found = monitor_status(place.world, pattern=SLOT, limits=LIMITS)
    assert () == found.events
    assert [AlarmKind.NO_SIGNAL] == [alarm.kind for alarm in found.alarms]


def test_a_clone_without_the_registry_says_that_it_saw_nothing(place: Place) -> None:
    """Nobody published from there: no event, and it is not calm either."""
    atomic.remove_tree(place.root / "artifacts" / "registry")
    atomic.remove_tree(place.world.memory.folder / "published")
    found = look(place)
    assert () == found.events
    assert ["not served from here" in alarm.detail for alarm in found.alarms] == [True]


def test_a_release_that_was_replaced_meanwhile_is_nobody_s_event(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer is read again when all was looked at."""
    _flip_last(place)
    before = place.world.outbox.waiting

    def replaced() -> tuple[object, ...]:
        place.roll_back(BACK)
        return before()

    monkeypatch.setattr(place.world.outbox, "waiting", replaced)
    found = monitor_status(place.world, pattern="*", limits=LIMITS)
    assert () == found.events
    assert [] == list(place.world.events.paths())


def test_nothing_live_is_calm(tmp_path: Path) -> None:
    """There is nothing to be missed."""
    place = Place(tmp_path / "r")
    place.write_queue()
    place.regenerate()
    found = look(place)
    assert ((), ()) == (found.events, found.alarms)


def test_outside_a_repository_nothing_is_written(tmp_path: Path) -> None:
    """An empty folder is not a fleet at rest."""
    with pytest.raises(UsageError, match="no gates/"):
        monitor_status(
            Context(root=tmp_path, now=builders.NOW, quiet=True), pattern="*", limits=LIMITS
        )
    assert not (tmp_path / "gates").exists()


def test_a_damaged_ledger_is_recorded_and_told(place: Place) -> None:
    """The look fails, and its record says that it was there."""
    entry = next((place.root / "gates" / "ledger").glob("*.json"))
    entry.write_bytes(entry.read_bytes() + b" ")
    assert ExitCode.INTEGRITY == run(["monitor", "status", "--root", str(place.root)])
    (month,) = place.world.run_records.months()
    (record,) = place.world.run_records.read(month)
    assert ("monitor status", int(ExitCode.INTEGRITY)) == (record.command, record.exit_code)
