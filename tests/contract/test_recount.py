"""Every report is counted again where its verdict is signed; what differs is an error."""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.chunk_files import plain_bytes
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.mutations import sealed, spoilt_fields

from openmed.app.pipeline_stages import run_flip, run_gate
from openmed.domain.digest import digest_of
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.exit_codes import ExitCode
from openmed.pipeline.release_graph import open_graph

GOOD = f"{SLOT}::second"
"""The model of `SLOT` forgets half of the names; this one forgets nothing."""


@pytest.fixture(scope="module")
def _measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredPlace]:
    """Two candidates, measured; one of them must not be released."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        place = measured_place(tmp_path_factory.mktemp("recount") / "r", monkeypatch, GOOD)
        place.add_model("models/tiny", misses=2)
        decisions = {row.slot: row.decision for row in run_gate(place.world).judged}
        assert decisions == {SLOT: Decision.QUARANTINED, GOOD: Decision.RELEASABLE}
        yield place


@pytest.fixture
def place(_measured: MeasuredPlace, tmp_path: Path) -> MeasuredPlace:
    """A copy of it that is this test's own."""
    return _measured.copied(tmp_path / "r")


def _table(place: MeasuredPlace, slot: str, name: str) -> tuple[Path, dict[str, Any]]:
    path = place.world.products.path(slot, name)
    return path, json.loads(plain_bytes(path))


def _edit(place: MeasuredPlace, slot: str, name: str, change: Callable[[Any], object]) -> None:
    """Change the content of a product, under a checksum that fits."""
    path, table = _table(place, slot, name)
    change(table["content"])
    path.write_bytes(sealed(table["materials"], table["content"]))


def _flipped(place: MeasuredPlace) -> dict[str, Result]:
    return {row.slot: row for row in run_flip(place.world).candidates}


def _is_integrity_error(row: Result, name: str) -> None:
    assert (row.standing, row.exit_code) == (SlotOutcome.NOT_EVALUATED, ExitCode.INTEGRITY)
    assert f"report {name} is not what its predictions count to" in row.reason, row.reason


def test_an_honest_measurement_is_released(place: MeasuredPlace) -> None:
    """And the bad one is not: or the tests below prove nothing."""
    rows = _flipped(place)
    assert rows[GOOD].standing is SlotOutcome.RELEASED
    assert rows[SLOT].standing is SlotOutcome.QUARANTINED


def test_the_report_of_a_better_build_releases_nothing(place: MeasuredPlace) -> None:
    """Under the artifact of the bad one, with every checksum right; the other slot is released."""
    for name in ("first", "second"):
        _, better = _table(place, GOOD, name)
        path, table = _table(place, SLOT, name)
        content = {**better["content"], "subject": table["content"]["subject"]}
        path.write_bytes(sealed(table["materials"], content))
    rows = _flipped(place)
    _is_integrity_error(rows[SLOT], "first")
    assert rows[GOOD].standing is SlotOutcome.RELEASED
    # What was found wrong is no evidence any more: it is measured anew.
    assert {r.slot: r.decision for r in run_gate(place.world).judged}[SLOT] is Decision.QUARANTINED


def test_no_field_of_a_report_can_be_edited(place: MeasuredPlace) -> None:
    """Each field spoilt in each way, one of eight: none is signed as releasable."""
    path, table = _table(place, GOOD, "second")
    graph = open_graph(place.world, pattern=GOOD)
    compare = graph.compare(graph.candidates[0])
    read = partial(place.world.products.read, GOOD, "second", BenchmarkReport)
    good, known, tried = path.read_bytes(), read(), 0
    mutants = spoilt_fields(
        table["content"], partial(sealed, table["materials"]), wanted=lambda *n: _is_eighth(n)
    )
    for mutant in mutants:
        assert mutant.data is not None
        path.write_bytes(mutant.data)
        if read() == known:
            continue  # The same report, written in another way.
        decision = compare.judged().decision
        assert decision is Decision.NOT_EVALUATED, (mutant.where, mutant.how)
        tried += 1
    assert tried >= 50
    path.write_bytes(good)
    assert compare.judged().decision is Decision.RELEASABLE


def _is_eighth(name: tuple[str, ...]) -> bool:
    return int(digest_of(list(name))[0], 16) % 8 == 0


def test_predictions_that_count_to_something_else_are_found(place: MeasuredPlace) -> None:
    """Edited under a fitting checksum, the report left as it was."""
    edited = 0
    for path in sorted((place.root / "artifacts" / "predictions").iterdir()):
        chunk = json.loads(plain_bytes(path))
        rows = [row for row in chunk["records"] if len(row["spans"]) > 1]
        rows[0]["spans"] = rows[0]["spans"][1:]
        chunk["checksum"] = digest_of(chunk["records"])
        path.write_text(json.dumps(chunk))
        edited += 1
    assert edited
    rows_ = _flipped(place)
    _is_integrity_error(rows_[GOOD], "first")


@pytest.mark.parametrize("way", ["removed", "of other documents", "in another order"])
def test_predictions_that_are_missing_are_an_error_where_nothing_runs(
    way: str, place: MeasuredPlace
) -> None:
    """The flip names suite and documents; where a candidate may run it is measured again."""
    for path in sorted((place.root / "artifacts" / "predictions").iterdir()):
        if way == "removed":
            path.unlink()
            continue
        chunk = json.loads(plain_bytes(path))
        if way == "in another order":
            chunk["records"].reverse()
        else:
            chunk["records"][0]["document"] += "x"
        chunk["checksum"] = digest_of(chunk["records"])
        path.write_text(json.dumps(chunk))
    row = _flipped(place)[GOOD]
    assert (row.standing, row.exit_code) == (SlotOutcome.NOT_EVALUATED, ExitCode.NO_VERDICT)
    assert "suite first: predictions of documents 1 to 32 are missing" in row.reason
    assert {r.slot: r.decision for r in run_gate(place.world).judged}[GOOD] is Decision.RELEASABLE
    assert _flipped(place)[GOOD].standing is SlotOutcome.RELEASED


def test_a_suite_whose_text_is_not_here_is_an_error_by_name(place: MeasuredPlace) -> None:
    """Data under a licence may be where it was measured and not where verdicts are signed."""
    (place.root / "gates" / "suites" / "second.jsonl").unlink()
    row = _flipped(place)[GOOD]
    assert (row.standing, row.exit_code) == (SlotOutcome.NOT_EVALUATED, ExitCode.NO_VERDICT)
    assert "suite second: cannot read gates/suites/second.jsonl" in row.reason


@pytest.fixture
def released(place: MeasuredPlace) -> MeasuredPlace:
    """The good one is live, and another artifact that predicts the same is measured."""
    assert _flipped(place)[GOOD].standing is SlotOutcome.RELEASED
    note = place.root / "models" / "second" / "note.txt"
    note.write_text("another artifact")
    run_gate(place.world, pattern=GOOD)
    return place


def test_a_recorded_report_of_the_live_release_cannot_be_edited(released: MeasuredPlace) -> None:
    """Earlier engines copied it: it is the one whose digest the ledger has, or it is none."""
    (row,) = (r for r in released.world.releases.state().live if r.release.slot == GOOD)
    (own,) = (r.report for r in row.release.reports if r.suite == "first")
    report = json.loads(released.world.releases.evidence(own))
    path, table = _table(released, GOOD, "baseline-first")
    assert table["content"]["recorded"] == own
    assert path.stat().st_size < 1000
    content = {
        "schema": "openmed.baseline-report/1",
        "report": {**report, "overlapping_predictions": 7},
    }
    path.write_bytes(sealed(table["materials"], content))
    _is_integrity_error(_flipped(released)[GOOD], "baseline-first")


@pytest.mark.parametrize("recorded", ["of another suite", "gone"])
def test_a_recorded_report_is_named_truly_or_is_none(
    recorded: str, released: MeasuredPlace
) -> None:
    """The baseline is made again, and where nothing is measured there is no verdict."""
    _, other = _table(released, GOOD, "baseline-second")
    path, table = _table(released, GOOD, "baseline-first")
    name = "0" * 64 if recorded == "gone" else other["content"]["recorded"]
    path.write_bytes(sealed(table["materials"], {**table["content"], "recorded": name}))
    row = _flipped(released)[GOOD]
    assert (row.standing, row.exit_code) == (SlotOutcome.NOT_EVALUATED, ExitCode.NO_VERDICT)
    assert "made for these inputs; nothing is measured here" in row.reason


def test_a_baseline_that_was_measured_again_is_counted_again(released: MeasuredPlace) -> None:
    """On another suite its report is not the recorded one; predictions decide here too."""
    released.shorten("first")
    run_gate(released.world, pattern=GOOD)
    _edit(
        released,
        GOOD,
        "baseline-first",
        lambda content: content["report"].update(overlapping_predictions=7),
    )
    _is_integrity_error(_flipped(released)[GOOD], "baseline-first")


def test_what_this_process_counted_is_not_counted_twice(place: MeasuredPlace) -> None:
    """Unless report or predictions are not those it counted: both are found."""
    shutil.rmtree(place.root / "artifacts" / "runs")
    graph = open_graph(place.world, pattern=GOOD)
    (candidate,) = graph.candidates
    for step in graph.measuring(candidate):
        graph.run(step)
    counted = dict(graph.bench.known)
    compare = graph.compare(candidate)
    assert compare.judged().decision is Decision.RELEASABLE
    assert graph.bench.known == counted
    _edit(place, GOOD, "first", lambda content: content.update(overlapping_predictions=7))
    assert compare.judged().decision is Decision.NOT_EVALUATED
    for step in graph.measuring(candidate):
        graph.run(step)
    assert compare.judged().decision is Decision.RELEASABLE
    test_predictions_that_count_to_something_else_are_found(place)
