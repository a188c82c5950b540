"""Pointer, ledger and evidence on disk."""

from pathlib import Path

import pytest
from support import builders

from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.domain.digest import sha256_hex
from openmed.domain.gates.gate import Against
from openmed.domain.ledger.fleet import fold
from openmed.domain.release.flip import FlipPlan, plan_flip
from openmed.domain.release.flip_preconditions import Proposal
from openmed.domain.wire import dump
from openmed.errors import FlipConflictError, IntegrityError


def _store(root: Path) -> FileReleaseStore:
    return FileReleaseStore(root, lock_seconds=0.2)


def _plan(store: FileReleaseStore, proposal: Proposal | None = None) -> FlipPlan:
    return plan_flip(store.state(), (proposal or builders.a_proposal(),), now=builders.NOW)


def _evidence(content: bytes = b"weights") -> tuple[bytes, ...]:
    """What an entry about this content names."""
    staged = builders.a_staged(content=content)
    verdict = builders.a_verdict(content=content)
    return (
        dump(verdict),
        dump(builders.a_report(staged)),
        dump(builders.a_performance(staged)),
        builders.a_policy().content,
    )


def _commit(
    store: FileReleaseStore, plan: FlipPlan, *, evidence: tuple[bytes, ...] | None = None
) -> None:
    assert plan.entry is not None
    assert plan.pointer is not None
    store.commit(plan.entry, plan.pointer, evidence=_evidence() if evidence is None else evidence)


def _released(root: Path) -> FileReleaseStore:
    store = _store(root)
    _commit(store, _plan(store))
    return _store(root)


def test_a_fresh_repository_has_no_state(tmp_path: Path) -> None:
    """No pointer, no ledger, nothing live."""
    assert _store(tmp_path).state() == fold(())


def test_a_commit_is_read_back(tmp_path: Path) -> None:
    """By another process, from the files alone."""
    live = _released(tmp_path).state().live_in(builders.SLOT)
    assert live is not None
    assert live.tag == "2026.11.24-1"


def test_what_is_written_before_the_pointer_is_not_state(tmp_path: Path) -> None:
    """A crash before the commit point leaves files that nothing names."""
    store = _released(tmp_path)
    (tmp_path / "gates" / "pointer.json").unlink()
    assert _store(tmp_path).state() == fold(())
    assert store.evidence(_evidence_name(tmp_path)) in _evidence()


def test_a_plan_for_another_pointer_is_refused(tmp_path: Path) -> None:
    """Compare and swap: the second of two flips planned from one state loses."""
    store, other = _store(tmp_path), _store(tmp_path)
    mine, theirs = _plan(store), _plan(other, _other_proposal())
    _commit(other, theirs, evidence=_evidence(b"other"))
    with pytest.raises(FlipConflictError):
        _commit(store, mine)
    assert len(_store(tmp_path).state().entries) == 1


def test_the_lock_keeps_a_second_writer_out(tmp_path: Path) -> None:
    """It says so after its time, with exit code 6."""
    with _store(tmp_path).lock(), pytest.raises(FlipConflictError), _store(tmp_path).lock():
        pytest.fail("two writers at once")


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b'{"a":1,"a":2}', b"\xff"])
def test_a_damaged_pointer_is_never_an_empty_fleet(content: bytes, tmp_path: Path) -> None:
    """Unreadable is not the same as absent."""
    _released(tmp_path)
    (tmp_path / "gates" / "pointer.json").write_bytes(content)
    with pytest.raises(IntegrityError):
        _store(tmp_path).state()


@pytest.mark.parametrize("how", ["missing", "edited", "cut"])
def test_a_damaged_ledger_is_refused(how: str, tmp_path: Path) -> None:
    """Each entry is what its name says, or nothing is read."""
    _released(tmp_path)
    entry = next((tmp_path / "gates" / "ledger").iterdir())
    data = entry.read_bytes()
    entry.unlink()
    if how == "edited":
        entry.write_bytes(data.replace(b"12:00:00", b"12:00:01"))
    elif how == "cut":
        entry.write_bytes(data[:-1])
    with pytest.raises(IntegrityError):
        _store(tmp_path).state()


def test_edited_evidence_is_refused(tmp_path: Path) -> None:
    """It is named by its content."""
    store = _released(tmp_path)
    name = _evidence_name(tmp_path)
    (tmp_path / "gates" / "evidence" / f"{name}.json").write_bytes(b"other")
    with pytest.raises(IntegrityError):
        store.evidence(name)


@pytest.mark.parametrize("missing", range(3))
def test_an_entry_that_names_unwritten_evidence_is_refused(missing: int, tmp_path: Path) -> None:
    """Nothing is written, not even the evidence that is there; with all of it the flip goes on."""
    store = _store(tmp_path)
    plan = _plan(store)
    kept = tuple(data for place, data in enumerate(_evidence()) if place != missing)
    with pytest.raises(IntegrityError):
        _commit(store, plan, evidence=kept)
    assert not (tmp_path / "gates").exists()
    _commit(store, plan)
    assert len(_store(tmp_path).state().entries) == 1


def test_evidence_that_is_whole_on_disk_need_not_be_written_again(tmp_path: Path) -> None:
    """An earlier flip that died before its commit point had written it."""
    store = _store(tmp_path)
    folder = tmp_path / "gates" / "evidence"
    folder.mkdir(parents=True)
    for data in _evidence():
        (folder / f"{sha256_hex(data)}.json").write_bytes(data)
    _commit(store, _plan(store), evidence=())
    assert len(_store(tmp_path).state().entries) == 1


def _evidence_name(root: Path) -> str:
    return next((root / "gates" / "evidence").iterdir()).stem


def _other_proposal() -> Proposal:
    verdict = builders.a_verdict(content=b"other", against=Against(generation=0, artifact=None))
    return builders.a_proposal(verdict)
