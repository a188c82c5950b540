"""`adopted = true`: what is published is measured once, and the slot's first release is compared.

On a real repository whose candidates are run.
"""

import json
from pathlib import Path

import pytest
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.places import BACK

from openmed.app.history import read_revisions
from openmed.app.maintenance import verify_releases
from openmed.app.plan import plan_release
from openmed.app.release import run_release
from openmed.app.rollback import run_rollback
from openmed.app.status import read_stages
from openmed.cli.render.status_text import status_text
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.changes import Adopted, Promoted, Quarantined
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.retention import needed_artifacts
from openmed.domain.ledger.revisions import State
from openmed.domain.release.product import VerdictProduct
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.exit_codes import ExitCode

QUEUE = "gates/candidates.toml"
FIRST, ADOPTED = "bootstrap = true", "adopted = true"
WEAK, WORSE = 4, 12
"""Every fourth name forgotten fails the floor of 0.9, every twelfth does not."""


@pytest.fixture(scope="module")
def _weak(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    return _adopted(tmp_path_factory, misses=WEAK)


@pytest.fixture(scope="module")
def _good(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    return _adopted(tmp_path_factory, misses=0)


@pytest.fixture
def weak(_weak: MeasuredPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MeasuredPlace:
    """A slot that adopted a model which the gates would refuse."""
    return _copy(_weak, tmp_path / "r", monkeypatch)


@pytest.fixture
def good(_good: MeasuredPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MeasuredPlace:
    """A slot that adopted a model which finds everything."""
    return _copy(_good, tmp_path / "r", monkeypatch)


def _adopted(factory: pytest.TempPathFactory, *, misses: int) -> MeasuredPlace:
    with pytest.MonkeyPatch.context() as patch:
        place = measured_place(factory.mktemp("adopted") / "r", patch)
        _edit(place, FIRST, ADOPTED)
        place.add_model("models/tiny", misses=misses)
        result = _run(place)
    assert (result.standing, result.exit_code) == (SlotOutcome.ADOPTED, 0), result.reason
    return place


def _copy(place: MeasuredPlace, root: Path, patch: pytest.MonkeyPatch) -> MeasuredPlace:
    """The same elsewhere; the key is in the home of the person there."""
    patch.setenv("HOME", str(root / "home"))
    return place.copied(root)


def _edit(place: MeasuredPlace, old: str, new: str) -> None:
    path = place.root / QUEUE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _run(place: MeasuredPlace) -> Result:
    (result,) = run_release(place.world).candidates
    return result


def _update(place: MeasuredPlace, *, misses: int) -> Result:
    """The row asks to be judged, with another build."""
    _edit(place, f"{ADOPTED}\n", "")
    place.add_model("models/tiny", misses=misses)
    return _run(place)


def _state(place: MeasuredPlace) -> FleetState:
    return place.world.releases.state()


def _changes(place: MeasuredPlace) -> list[type]:
    return [type(change) for entry in _state(place).entries for change in entry.changes]


def test_it_is_recorded_and_nothing_moves(weak: MeasuredPlace) -> None:
    """One entry of version 4; nothing is live, nothing is quarantined, no generation."""
    state = _state(weak)
    (entry,) = state.entries
    (change,) = entry.changes
    assert isinstance(change, Adopted)
    assert entry.schema_ == "openmed.entry/4"
    assert (state.live, state.quarantines, state.counts) == ((), (), ())
    adopted = state.adopted_in(SLOT)
    assert adopted is not None
    assert adopted.release == change
    assert not list((weak.root / "artifacts/registry").rglob("model.py"))


def test_its_gates_are_told_and_decide_nothing(weak: MeasuredPlace) -> None:
    """A floor fails in the verdict; no marker, no quarantine, and the statement is no pass."""
    made = weak.world.products.read(SLOT, "verdict", VerdictProduct)
    assert made is not None
    assert isinstance(made.value, VerdictProduct)
    verdict = made.value.verdict
    outcomes = {result.id: result.outcome for result in verdict.results}
    assert verdict.decision is Decision.ADOPTED
    assert outcomes["name_recall"] is Outcome.FAILED
    assert outcomes["regression"] is Outcome.NOT_APPLICABLE
    assert not weak.world.products.is_marked(SLOT)


def test_a_second_run_does_nothing(weak: MeasuredPlace) -> None:
    """It is recorded once."""
    before = _state(weak)
    again = _run(weak)
    assert (again.standing, again.exit_code) == (SlotOutcome.ADOPTED, 0)
    assert _state(weak) == before
    assert not plan_release(weak.world).has_changes


def test_a_better_update_is_released(weak: MeasuredPlace) -> None:
    """Compared with what was adopted, without bootstrap; it is generation 1."""
    result = _update(weak, misses=0)
    assert (result.standing, result.generation) == (SlotOutcome.RELEASED, 1), result.reason
    assert _changes(weak) == [Adopted, Promoted]
    live = _state(weak).live_in(SLOT)
    assert live is not None
    assert live.release.policy.grade is Grade.PREVIEW
    reports = {row.suite for row in live.release.reports}
    assert {"baseline-first", "baseline-second"} <= reports
    assert verify_releases(weak.world).faults == ()


def test_it_is_never_gone_back_to(weak: MeasuredPlace) -> None:
    """The first release has no target; what was adopted was never released."""
    assert _update(weak, misses=0).standing is SlotOutcome.RELEASED
    before = _state(weak)
    report = run_rollback(weak.world, BACK, is_dry_run=False)
    assert report.exit_code == ExitCode.NO_TARGET
    assert _state(weak) == before


def test_history_and_status_show_it_as_what_it_is(weak: MeasuredPlace) -> None:
    """Adopted, never live and never green, in the terminal and on the page."""
    (row,) = read_revisions(weak.world, SLOT)
    assert (row.revision.kind, row.revision.state, row.revision.generation) == (
        "adoption", State.ADOPTED, None,
    )  # fmt: skip
    stages = read_stages(weak.world)
    text = status_text(_state(weak), stages, slot="", program="openmed", width=200)
    assert "No release yet. 1 adopted model not released yet." in text
    assert "not released; adopted artifact" in text
    page = (weak.root / "artifacts/trust/status/index.html").read_text(encoding="utf-8")
    assert "<h2>Adopted</h2>" in page
    assert "neither judged nor released here" in page
    facts = json.loads((weak.root / "artifacts/trust/status/status.json").read_bytes())
    assert [row["release"]["slot"] for row in facts["adopted"]] == [SLOT]
    assert facts["live"] == []


def test_verify_looks_at_what_was_adopted(weak: MeasuredPlace) -> None:
    """A damaged report of it is named."""
    assert verify_releases(weak.world).faults == ()
    adopted = _state(weak).adopted_in(SLOT)
    assert adopted is not None
    damaged = weak.root / f"gates/evidence/{adopted.release.reports[0].report}.json"
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes() + b" ")
    assert verify_releases(weak.world).faults


def test_other_bytes_are_not_adopted_later(good: MeasuredPlace) -> None:
    """A second adoption would be a way round the comparison with the first."""
    good.add_model("models/tiny", misses=WORSE)
    result = _run(good)
    assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, ExitCode.USAGE)
    assert "remove adopted = true" in result.reason
    assert _changes(good) == [Adopted]


def test_a_released_slot_adopts_nothing(weak: MeasuredPlace) -> None:
    """What is live is what the next one is compared with."""
    assert _update(weak, misses=0).standing is SlotOutcome.RELEASED
    _edit(weak, "max_bytes", f"{ADOPTED}\nmax_bytes")
    weak.add_model("models/tiny", misses=WORSE)
    result = _run(weak)
    assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, ExitCode.USAGE)
    assert _changes(weak) == [Adopted, Promoted]


def test_its_bytes_stay_while_they_are_compared_with(weak: MeasuredPlace) -> None:
    """Nothing collects them before the slot had a second release."""
    adopted = _state(weak).adopted_in(SLOT)
    assert adopted is not None
    assert adopted.release.artifact in needed_artifacts(_state(weak))


def test_a_worse_update_is_held_by_the_comparison(good: MeasuredPlace) -> None:
    """Every floor passes; it finds less than what was adopted, and nothing is live."""
    result = _update(good, misses=WORSE)
    assert (result.standing, result.exit_code) == (SlotOutcome.QUARANTINED, ExitCode.HELD)
    assert result.gates == ("regression", "shield_regression")
    assert _changes(good) == [Adopted, Quarantined]
    assert _state(good).live == ()
