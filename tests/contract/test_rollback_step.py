"""The rollback step on real ledger, evidence, keys and bytes: which targets it takes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, SLOT, Place

from openmed.domain.digest import sha256_hex


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty release repository."""
    return Place(tmp_path)


def test_a_whole_target_is_restored(place: Place) -> None:
    """Evidence, signature, bytes and repro_hash are looked at, and the release before is live."""
    place.release(b"first")
    place.release(b"second")
    plan = place.rollback.commit(BACK, decided=lambda: None)
    assert plan.slots[0].artifact == builders.artifact_of(b"first")
    live = place.releases.state().live_in(SLOT)
    assert live is not None
    assert (live.generation, live.kind) == (3, "rollback")


def test_a_target_whose_repro_hash_does_not_recompute_is_passed_over(place: Place) -> None:
    """Signed or not: what it says of its build is not true, so the next older green one it is."""
    place.release(b"first")
    place.release(b"second", repro_hash=sha256_hex(b"another build"))
    place.release(b"third")
    plan = place.rollback.commit(BACK, decided=lambda: None)
    assert plan.slots[0].artifact == builders.artifact_of(b"first")
    (passed,) = plan.slots[0].passed_over
    assert passed.generation == 2
    assert "does not recompute" in passed.reason


def test_if_no_repro_hash_recomputes_the_rollback_is_refused(place: Place) -> None:
    """Nothing moves."""
    place.release(b"first", repro_hash=sha256_hex(b"another build"))
    place.release(b"second")
    plan = place.rollback.commit(BACK, decided=lambda: None)
    assert (plan.entry, plan.exit_code) == (None, 4)
    assert len(place.releases.state().entries) == 2


def _stray_key(root: Path) -> None:
    (root / "gates/keys/release.pub").unlink()


def _edited_verdict(root: Path) -> None:
    for path in (root / "gates" / "evidence").iterdir():
        if b'"payload"' in path.read_bytes():
            path.write_bytes(path.read_bytes().replace(b'"sig"', b'"Sig"'))


@pytest.mark.parametrize("harm", [_stray_key, _edited_verdict])
def test_a_target_whose_signature_does_not_count_is_refused(
    harm: Callable[[Path], None], tmp_path: Path
) -> None:
    """A rollback verifies what a flip verifies."""
    place = Place(tmp_path)
    place.release(b"first")
    place.release(b"second")
    harm(tmp_path)
    assert place.rollback.plan(BACK).exit_code == 4


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    """Every file as it was."""
    place = Place(tmp_path)
    place.release(b"first")
    place.release(b"second")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert place.rollback.plan(BACK).entry is not None
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
