"""No power cut leaves pointer, ledger, evidence and served bytes in disagreement.

Every state that a cut may leave is laid down and looked at: readers see the old fleet or the new
one, what was acknowledged is never lost, what is live is served and verifies, and the next release
works. Prints how many states it tried; more than the cap is a failure.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import builders
from support.places import LEAKS, Place
from support.simulators.power_cut import (
    RecordingDisk,
    State,
    TooManyStatesError,
    lay_down,
    start_of,
    states,
)

from openmed.adapters.disk import atomic
from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.app.maintenance import recover
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.wire import pretty

MOST = 5_000
A, B, C = b"first", b"second", b"third"


def _two(place: Place) -> None:
    place.release(A)
    place.release(B)


def _one(place: Place) -> None:
    place.release(A)


def _one_and_staged(place: Place) -> None:
    place.release(A)
    place.stage(C)


def _nothing(place: Place) -> None:
    place.stage(C)


SCENARIOS: dict[str, tuple[Callable[[Place], None], Callable[[Place], object]]] = {
    "first release": (_nothing, lambda place: place.release(C)),
    "second release": (_one, lambda place: place.release(C)),
    "quarantine": (_one_and_staged, lambda place: place.release(C, covered=LEAKS)),
    "rollback, which revokes": (_two, lambda place: place.roll_back()),
    "rollback onto lost bytes": (_two, lambda place: place.roll_back()),
    "freeze": (_one, lambda place: place.hold.freeze(builders.SLOT, reason="audit")),
}


def _tried(
    base: Path, work: Path, scenario: str, *, disk: RecordingDisk | None = None
) -> Iterator[str]:
    """Record a scenario, then say of every state what is wrong with it; empty when nothing is."""
    prepare, act = SCENARIOS[scenario]
    root = base / "root"
    root.mkdir()
    prepare(Place(root))
    if scenario == "rollback onto lost bytes":
        _lose_served_bytes(root)
    start = start_of(root)
    before = _facts(Place(root))
    known = frozenset(Place(root).verify().faults)
    recorder = disk or RecordingDisk(root)
    act(Place(root, disk=recorder))
    after = _facts(Place(root))
    assert before != after
    for instant, state in states(start, recorder.verbs, most=MOST):
        is_over = instant == len(recorder.verbs)
        with _laid_down(state, work) as place:
            fault = _fault(place, known, allowed=(after,) if is_over else (before, after))
        yield f"after verb {instant}: {fault}" if fault else ""


def _facts(place: Place) -> tuple[object, ...]:
    state = place.releases.state()
    return (
        tuple((row.generation, row.release.artifact) for row in state.live),
        tuple(row.fact.artifact for row in state.quarantines),
        tuple(row.slot for row in state.freezes),
        len(state.entries),
    )


def _lose_served_bytes(root: Path) -> None:
    trees = root / "artifacts" / "registry" / "trees"
    atomic.remove_tree(trees / builders.artifact_of(A))


@contextlib.contextmanager
def _laid_down(state: State, work: Path) -> Iterator[Place]:
    root = work / "state"
    lay_down(state, root)
    try:
        yield Place(root)
    finally:
        shutil.rmtree(root)


def _fault(place: Place, known: frozenset[str], *, allowed: tuple[tuple[object, ...], ...]) -> str:
    """What is wrong with a state; empty when nothing is. Then the place is used again."""
    try:
        facts = _facts(place)
        if facts not in allowed:
            return f"neither old nor new: {facts}"
        faults = sorted(set(place.verify().faults) - known)
        if faults:
            return faults[0]
        if place.releases.state().freezes:
            place.hold.thaw(builders.SLOT, reason="the audit is over")
        place.release(b"the next one")
    except Exception as error:  # noqa: BLE001 - whatever it is, the state is broken
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_no_power_cut_breaks(
    scenario: str, tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every state, at every instant."""
    tried = list(_tried(tmp_path, work, scenario))
    faults = [fault for fault in tried if fault]
    with capsys.disabled():
        print(f"\npower cut, {scenario}: {len(tried)} states, {len(faults)} broken")  # noqa: T201 - how much was tried is the finding
    assert faults == []
    assert len(tried) > 10


def _derived(root: Path) -> dict[str, bytes]:
    """Bytes of every derived file."""
    folders = ("artifacts/trust", "gates/quarantine", "gates/baseline.json")
    paths = [path for name in folders for path in ((root / name), *(root / name).rglob("*"))]
    whole = [path for path in paths if path.is_file() and not path.name.startswith(".tmp-")]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in whole}


def test_no_power_cut_breaks_what_is_derived(
    tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file is old or new, never part of one; written again they are as if undisturbed."""
    root = tmp_path / "root"
    _two(Place(root))
    Place(root).regenerate()
    Place(root).roll_back()
    start, old = start_of(root), _derived(root)
    recorder = RecordingDisk(root)
    Place(root, disk=recorder).regenerate()
    new, count = _derived(root), 0
    assert old != new
    for _, state in states(start, recorder.verbs, most=MOST):
        with _laid_down(state, work) as place:
            got = _derived(place.root)
            # What is no longer derived may be gone or not; what is new may not be there yet.
            assert [name for name in got if got[name] not in (old.get(name), new.get(name))] == []
            assert set(old) & set(new) <= set(got)
            place.regenerate()
            assert _derived(place.root) == new
        count += 1
    with capsys.disabled():
        print(f"\npower cut, regenerate: {count} states, 0 broken")  # noqa: T201 - how much was tried is the finding
    assert count > 20


def test_no_power_cut_breaks_recovery(
    tmp_path: Path, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An entry that never took effect is in the ledger or aside, whole; the fleet is as it was."""
    root = tmp_path / "root"
    _two(Place(root))
    Place(root).regenerate()
    facts, known = _facts(Place(root)), set((root / "gates/ledger").iterdir())
    Place(root).release(C)
    pointer = pretty(pointer_of(fold(Place(root).releases.state().entries[:2])))
    (root / "gates/pointer.json").write_bytes(pointer)
    shutil.rmtree(root / "artifacts/witness")  # As if it had died before its commit point.
    (left,) = set((root / "gates/ledger").iterdir()) - known
    content, start = left.read_bytes(), start_of(root)
    recorder = RecordingDisk(root)
    recover(Place(root, disk=recorder).world)
    new, count = _derived(root), 0
    for _, state in states(start, recorder.verbs, most=MOST):
        with _laid_down(state, work) as place:
            assert _facts(place) == facts
            places = [
                place.root / where / left.name for where in ("gates/ledger", "artifacts/aside")
            ]
            assert content in [path.read_bytes() for path in places if path.exists()]
            recover(place.world)
            assert [path.exists() for path in places] == [False, True]
            assert _derived(place.root) == new
        count += 1
    with capsys.disabled():
        print(f"\npower cut, recover: {count} states, 0 broken")  # noqa: T201 - how much was tried
    assert count > 10


class _Forgetful(RecordingDisk):
    """Forgets to sync what it should: files, names, or both, where the path says so."""

    def __init__(self, root: Path, *, files: str | None, names: str | None) -> None:
        super().__init__(root)
        self._files, self._names = files, names

    def fsync(self, descriptor: int, path: Path) -> None:
        if self._files is None or self._files not in str(path):
            super().fsync(descriptor, path)

    def fsync_folder(self, path: Path) -> None:
        if self._names is None or self._names not in str(path):
            super().fsync_folder(path)


PLANTED: dict[str, Callable[[Path], RecordingDisk]] = {
    "no fsync of any file": lambda root: _Forgetful(root, files="", names=None),
    "no fsync of any folder": lambda root: _Forgetful(root, files=None, names=""),
    "no fsync of the ledger": lambda root: _Forgetful(root, files="/ledger/", names="/ledger"),
    "no fsync at all": lambda root: _Forgetful(root, files="", names=""),
}


@pytest.mark.parametrize("planted", sorted(PLANTED))
def test_a_forgotten_sync_is_caught(planted: str, tmp_path: Path, work: Path) -> None:
    """A crash test that has never failed proves nothing."""
    disk = PLANTED[planted](tmp_path / "root")
    with contextlib.suppress(TooManyStatesError):
        assert any(_tried(tmp_path, work, "second release", disk=disk))


class _InPlace(FileReleaseStore):
    """Writes the pointer over itself."""

    def _replace_pointer(self, content: bytes) -> None:
        path = self._gates / "pointer.json"
        if path.exists():
            self._disk.unlink(path)
        atomic.create(path, (content,), disk=self._disk)
        self._disk.fsync_folder(path.parent)


class _LedgerLast(FileReleaseStore):
    """Moves the pointer before the entry it names is written."""

    _late: Entry | None = None

    def _write_entry(self, entry: Entry) -> None:
        self._late = entry

    def _replace_pointer(self, content: bytes) -> None:
        super()._replace_pointer(content)
        assert self._late is not None
        super()._write_entry(self._late)


@pytest.mark.parametrize("kind", [_InPlace, _LedgerLast])
def test_a_wrong_order_is_caught(
    kind: type[FileReleaseStore], tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pointer overwritten in place, a ledger written after the flip."""
    monkeypatch.setattr("support.places.FileReleaseStore", kind)
    assert any(_tried(tmp_path, work, "second release"))
