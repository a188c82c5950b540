"""Copies of a revoked model, run for real: what wraps it does not matter, what it finds does."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.places import BACK
from support.repositories import Repository

from openmed.app.explain import explain_slot
from openmed.app.release import run_release
from openmed.app.rollback import run_rollback
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR
from openmed.domain.ledger.changes import Revoked
from openmed.domain.release.results.slot_result import Result, SlotOutcome

TINY = "models/tiny"


@pytest.fixture(scope="module")
def _revoked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredPlace]:
    """A build that finds less is live again; the one that found more was taken back."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        place = measured_place(tmp_path_factory.mktemp("copies") / "r", monkeypatch)
        place.add_model(TINY, misses=30)
        assert SlotOutcome.RELEASED is _run(place)[SLOT].standing
        place.add_model(TINY, misses=0)
        assert SlotOutcome.RELEASED is _run(place)[SLOT].standing
        run_rollback(place.world, BACK, is_dry_run=False)
        (row,) = place.world.releases.state().quarantines
        assert isinstance(row.fact, Revoked)
        yield place


@pytest.fixture
def place(_revoked: MeasuredPlace, tmp_path: Path) -> MeasuredPlace:
    """A copy of it."""
    return _revoked.copied(tmp_path / "r")


def _run(place: MeasuredPlace) -> dict[str, Result]:
    return {row.slot: row for row in run_release(place.world).candidates}


def _note(place: MeasuredPlace) -> None:
    (place.root / TINY / "note.txt").write_text("one more byte", encoding="utf-8")


def _renamed_code(place: MeasuredPlace) -> None:
    folder = place.root / TINY
    (folder / "model.py").rename(folder / "finder.py")
    profile = folder / "runner_profile.json"
    profile.write_text(profile.read_text().replace("model:find", "finder:find"))


def _more_data(place: MeasuredPlace) -> None:
    """What is known of a text that no suite has."""
    gold = place.root / TINY / "gold.json"
    gold.write_text(gold.read_text().replace("{", '{"' + "0" * 64 + '": [], ', 1))


def _surer(place: MeasuredPlace) -> None:
    gold = place.root / TINY / "gold.json"
    gold.write_text(gold.read_text().replace("1.0]", "0.9]"))


@pytest.mark.parametrize("wrap", [_note, _renamed_code, _more_data, _surer])
def test_a_copy_is_quarantined(wrap: Callable[[MeasuredPlace], None], place: MeasuredPlace) -> None:
    """Exit 3, by the one result, and explained by name."""
    wrap(place)
    result = _run(place)[SLOT]
    assert (SlotOutcome.QUARANTINED, 3) == (result.standing, result.exit_code)
    assert (CONDEMNED_BEHAVIOUR,) == result.gates
    assert "predicts on first, second the same as artifact" in result.reason
    explained = explain_slot(place.world, slot=SLOT, gate="")
    (gate,) = (gate for gate in explained.gates if gate.id == CONDEMNED_BEHAVIOUR)
    assert gate.rule == "It does not predict the same as a condemned artifact."


def test_a_copy_in_another_slot_is_quarantined(place: MeasuredPlace) -> None:
    """Another family, another repository, a first release of its own."""
    other = "other::tiny::onnx"
    repository = Repository(root=place.root, home=place.root / "home")
    shutil.copytree(place.root / TINY, place.root / "models/other")
    (place.root / "models/other/note.txt").write_text("mine", encoding="utf-8")
    repository.add_slot(other, "file:models/other")
    result = _run(place)[other]
    assert SlotOutcome.QUARANTINED is result.standing
    assert CONDEMNED_BEHAVIOUR in result.gates


def test_a_build_that_differs_in_one_document_is_judged_by_its_gates(place: MeasuredPlace) -> None:
    """It predicts otherwise: only copies are refused here."""
    gold = place.root / TINY / "gold.json"
    text = gold.read_text()
    start = text.index('"PATIENT_NAME"')
    gold.write_text(f'{text[:start]}"PROVIDER_NAME"{text[start + 14 :]}')
    result = _run(place)[SLOT]
    assert CONDEMNED_BEHAVIOUR not in result.gates
    assert SlotOutcome.RELEASED is result.standing, result.reason
