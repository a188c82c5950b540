"""The checkpoint of the ledger: with it and without it the same answers and the same refusals."""

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.places import SLOT, Place

from openmed.adapters.stores.fold_checkpoint import NAME
from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fold_index import IndexedState
from openmed.errors import OpenMedError

OTHER = "phi::tiny::onnx"
STEPS = 30
SEEDS = range(6)


def _store(place: Place) -> FileReleaseStore:
    """As a new process opens it."""
    memory = Place(place.root).world.memory
    return FileReleaseStore(place.root, lock_seconds=1, memory=memory, checkpoint_from=1)


def _answer(read: Callable[[], FleetState]) -> object:
    """Every list of a state, or what is said instead."""
    try:
        state = read()
        facts = {name: getattr(state, name) for name in FleetState.model_fields}
        slots = [name for name, _ in state.counts]
        return facts, state.marks, [(state.live_in(s), state.last_served(s)) for s in slots]
    except OpenMedError as error:
        return type(error), error.message, error.next_step


def _without(place: Place) -> object:
    """As it is without a checkpoint, which stays as it was."""
    file = place.root / "artifacts" / NAME
    kept = file.read_bytes() if file.exists() else None
    facts = file.stat() if kept is not None else None
    file.unlink(missing_ok=True)
    try:
        return _answer(_store(place).state)
    finally:
        file.unlink(missing_ok=True)
        if kept is not None and facts is not None:
            file.write_bytes(kept)
            os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


class _Hand:
    """Does random things to a repository, by the engine and behind its back."""

    def __init__(self, place: Place, seed: int, foreign: bytes) -> None:
        self.place = place
        self.done: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._foreign = foreign
        self._old: list[tuple[bytes, bytes]] = []
        self._number = 0

    @property
    def _checkpoint(self) -> Path:
        return self.place.root / "artifacts" / NAME

    @property
    def _pointer(self) -> Path:
        return self.place.root / "gates" / "pointer.json"

    def step(self) -> None:
        acts = [
            *(self._release,) * 4,
            self._quarantine,
            self._roll_back,
            self._rewind,
            self._edit,
            self._delete,
            self._tear,
            self._swap,
            self._forget,
        ]
        act = self._random.choice(acts)
        try:
            act()
            self.done[act.__name__] += 1
        except (OpenMedError, AssertionError):
            self.done["refused"] += 1

    def mend(self) -> None:
        """Put back what was edited, so that sequences go on."""
        whole = self.place.root.parent / "whole"
        if whole.exists():
            shutil.rmtree(self.place.root / "gates" / "ledger")
            shutil.copytree(whole / "ledger", self.place.root / "gates" / "ledger")
            shutil.copy(whole / "pointer.json", self._pointer)

    def keep(self) -> None:
        """Remember the state as whole."""
        whole = self.place.root.parent / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir()
        shutil.copytree(self.place.root / "gates" / "ledger", whole / "ledger")
        shutil.copy(self._pointer, whole / "pointer.json")
        if self._checkpoint.exists():
            self._old.append((self._pointer.read_bytes(), self._checkpoint.read_bytes()))

    def _release(self) -> None:
        self._number += 1
        content = f"w{self._number}".encode()
        self.place.release(content, slot=self._random.choice([SLOT, OTHER]))

    def _quarantine(self) -> None:
        self._number += 1
        self.place.release(f"w{self._number}".encode(), covered={"SSN": 0})

    def _roll_back(self) -> None:
        self.place.roll_back()

    def _rewind(self) -> None:
        pointer, checkpoint = self._random.choice(self._old)
        self._pointer.write_bytes(pointer)
        if self._random.random() < 0.5:
            self._checkpoint.write_bytes(checkpoint)

    def _edit(self) -> None:
        file = self._random.choice(sorted((self.place.root / "gates" / "ledger").iterdir()))
        facts, data = file.stat(), file.read_bytes()
        file.write_bytes(data.replace(b"promoted", b"demotedd"))
        if self._random.random() < 0.5:  # As one does who hides it.
            os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    def _delete(self) -> None:
        self._random.choice(sorted((self.place.root / "gates" / "ledger").iterdir())).unlink()

    def _tear(self) -> None:
        data = self._checkpoint.read_bytes()
        self._checkpoint.write_bytes(data[: self._random.randrange(len(data))])

    def _swap(self) -> None:
        older = [checkpoint for _, checkpoint in self._old]
        noise = self._random.randbytes(300)
        self._checkpoint.write_bytes(self._random.choice([*older, self._foreign, noise]))

    def _forget(self) -> None:
        self._checkpoint.unlink()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two slots live, one release each; a checkpoint is written."""
    place = Place(tmp_path_factory.mktemp("template") / "r")
    place.release(b"a")
    place.release(b"b", slot=OTHER)
    _store(place).state()
    return place.root


@pytest.mark.parametrize("seed", SEEDS)
def test_with_and_without_it_is_the_same(
    template: Path, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Releases, quarantines, rollbacks, rewinds, edits, deletions; torn, older, foreign files."""
    root = tmp_path / "r"
    shutil.copytree(template, root)
    foreign = (template / "artifacts" / NAME).read_bytes()
    hand = _Hand(Place(root), seed, foreign)
    used = refused = 0
    hand.keep()
    for _ in range(STEPS):
        hand.step()
        wanted = _without(hand.place)
        assert _answer(_store(hand.place).shown_state) == wanted, dict(hand.done)
        if isinstance(wanted, tuple) and isinstance(wanted[0], type):
            refused += 1
            hand.mend()
        else:
            hand.keep()
        try:
            used += isinstance(_store(hand.place).shown_state(), IndexedState)
        except OpenMedError:
            refused += 1
    assert used
    with capsys.disabled():
        print(f"\nseed {seed}: {used} by checkpoint, {refused} refused, {dict(hand.done)}")  # noqa: T201 - what was tried is the finding


def test_one_that_lies_is_asked_by_nobody_who_decides(template: Path, tmp_path: Path) -> None:
    """A checkpoint with a right checksum that leaves a quarantine out: `state` knows it still."""
    root = tmp_path / "r"
    shutil.copytree(template, root)
    place = Place(root)
    place.release(b"leaks")
    place.roll_back()
    truth = _store(place).state()
    assert truth.quarantines
    file = root / "artifacts" / NAME
    _, head, body = file.read_bytes().split(b"\n", 2)
    lie = json.loads(body) | {"quarantines": []}
    rest = head + b"\n" + json.dumps(lie).encode()
    file.write_bytes(sha256_hex(rest).encode() + b"\n" + rest)
    assert not _store(place).shown_state().quarantines
    assert _store(place).state() == truth
    refused = Place(root).releases.state().refusal(truth.quarantines[0].fact.artifact, slot=SLOT)
    assert "revoked" in refused


def test_places_that_fit_no_entry_are_added_up_again(template: Path, tmp_path: Path) -> None:
    """A release at a change that is none, or in another slot's entry: the entries decide."""
    root = tmp_path / "r"
    shutil.copytree(template, root)
    place = Place(root)
    truth = _store(place).state()
    file = root / "artifacts" / NAME
    _, head, body = file.read_bytes().split(b"\n", 2)
    lie = json.loads(body)
    lie["history"] = [[slot, number, 1 - entry, 7] for slot, number, entry, _ in lie["history"]]
    rest = head + b"\n" + json.dumps(lie).encode()
    file.write_bytes(sha256_hex(rest).encode() + b"\n" + rest)
    found = _store(place).shown_state()
    assert isinstance(found, IndexedState)
    assert found.live == truth.live
    assert found.live_in(SLOT) == truth.live_in(SLOT)
    assert found.history == truth.history


def test_a_short_ledger_has_none(tmp_path: Path) -> None:
    """Reading it whole takes no longer."""
    place = Place(tmp_path / "r")
    place.release(b"a")
    place.releases.state()
    assert not (place.root / "artifacts" / NAME).exists()
