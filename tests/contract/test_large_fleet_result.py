"""`benchmarks/large_fleet/`: what is said of what was measured."""

import json
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from large_fleet import changes, result
from large_fleet.bounds import lines
from large_fleet.changes import Change, strayed
from large_fleet.full_pass import MODELS, OF_BASE, Hardware, Measured, full_pass
from large_fleet.full_pass import as_table as as_pass_table
from large_fleet.processes import Row
from large_fleet.result import Size, as_json, as_svg, as_table
from support.repositories import ROOT

ONE_CORE: Final = Hardware("one core", cores=1, efficiency=1.0)
TINY: Final = Measured(
    tiny_seconds=0.147, documents=2900, scored_seconds=0.001, slot_seconds=0.5, slot_bytes=1e6
)
TRUST: Final = "artifacts/trust"


def _row(name: str, seconds: float, *, memory: int = 100_000_000) -> Row:
    return Row(name, 5, seconds, seconds, seconds, memory)


def _change(name: str, seconds: float, *, own: float = 0.0, strayed_pages: int = 0) -> Change:
    return Change(_row(name, seconds), own, 3, 20, 9, strayed_pages)


def _size(seconds: Mapping[str, float], *moved: Change, memory: int = 100_000_000) -> Size:
    rows = tuple(_row(name, value, memory=memory) for name, value in seconds.items())
    return Size(2266, 15866, 0.0, 0.5, {"gates/ledger": 1000}, rows, moved, {})


def _held(size: Size) -> dict[str, bool]:
    return {line.what: line.is_held for line in lines(size)}


def test_a_fleet_within_every_bound_holds_all_of_them() -> None:
    """And there is a line for each thing that is asked."""
    quick = {"python -c pass": 0.01, result.VERSION: 0.011, result.HELP: 0.04}
    fast = {result.RUN: 0.9, result.PLAN: 1.1, result.STATUS: 0.9, result.NINJA: 0.06, **quick}
    moved = (
        _change(changes.CHANGED, 9.0, own=8.0),
        _change(changes.ROLLED_BACK, 1.9),
        _change(changes.SITE, 11.0),
        _change(changes.PAGES_OF_SLOT, 0.4),
    )
    held = _held(_size(fast, *moved))
    assert len(held) == 15
    assert all(held.values())


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        (result.RUN, 1.1),
        (result.PLAN, 1.3),
        (result.STATUS, 1.1),
        (changes.ROLLED_BACK, 2.1),
        (changes.SITE, 12.1),
        (changes.PAGES_OF_SLOT, 0.6),
    ],
)
def test_what_takes_longer_than_asked_is_not_held(name: str, seconds: float) -> None:
    """Each program has its own bound."""
    assert _held(_size({name: seconds}))[name] is False


def test_a_run_is_held_against_ninja_of_the_same_rounds() -> None:
    """A quarter of a second is too much where ninja needs a hundredth."""
    assert _held(_size({result.RUN: 0.25, result.NINJA: 0.01}))[f"{result.RUN}, to ninja"] is False


def test_memory_is_held_against_a_bound() -> None:
    """Of each command that reads the fleet."""
    held = _held(_size({result.RUN: 0.5, result.PLAN: 0.5}, memory=251_000_000))
    assert [held[f"{name}, memory"] for name in (result.RUN, result.PLAN)] == [False, False]


def test_own_steps_of_the_changed_slot_do_not_count() -> None:
    """Only what is besides them, and a page of another slot is one too many."""
    what = f"{changes.CHANGED}, besides its own steps"
    assert _held(_size({}, _change(changes.CHANGED, 100.0, own=99.0)))[what]
    assert not _held(_size({}, _change(changes.CHANGED, 3.0, own=1.0)))[what]
    pages = f"{changes.CHANGED}, pages of slots that did not move"
    assert not _held(_size({}, _change(changes.CHANGED, 1.0, own=1.0, strayed_pages=1)))[pages]


def test_pages_that_show_only_other_slots_are_counted() -> None:
    """Pages of the fleet, of the slot that moved, and files that are no pages do not count."""
    written = (
        f"{TRUST}/index.html",
        f"{TRUST}/cards/family000--tiny--onnx--line3/index.html",
        f"{TRUST}/cards/family000--tiny--onnx--line4/index.html",
        f"{TRUST}/compare/family000--tiny--onnx--line3-family000--tiny--onnx--line4.html",
        "artifacts/runs/family000--tiny--onnx--line5/verdict.json",
    )
    assert strayed(written, moved=["family000::tiny::onnx::line3"]) == 1


def test_every_size_is_in_table_json_and_picture() -> None:
    """Ratios are to the peers of the same run."""
    size = _size({result.RUN: 3.0, result.NINJA: 0.1}, _change(changes.CHANGED, 9.0, own=8.0))
    assert "| release run, nothing to do | 5 | 3.0 | 3.0 | 3.0 | 30 |" in as_table(size)
    assert [one["slots"] for one in json.loads(as_json([size]))["sizes"]] == [2266]
    tree = ET.fromstring(as_svg([size]))  # noqa: S314 - written here
    assert len(tree.findall("{http://www.w3.org/2000/svg}circle")) == 3


def test_a_pass_of_measured_models_is_what_was_measured() -> None:
    """2,900 notes at 0.147 s each, a thousand times: 118 core hours."""
    found = full_pass(TINY, ONE_CORE, models={"Tiny": 1000})
    assert round(found.core_hours) == 118
    assert found.hours == pytest.approx(found.core_hours + 1000 * (5.8 + 0.5) / 3600)
    assert found.gigabytes == pytest.approx(1.0)


def test_the_public_fleet_is_counted_whole_and_every_tier_has_a_size() -> None:
    """Its catalogue has 2,266 rows."""
    assert sum(MODELS.values()) == 2266
    assert OF_BASE.keys() == MODELS.keys()


def test_the_document_says_what_is_computed() -> None:
    """The table of hardware is written by the function."""
    assert as_pass_table() in (ROOT / "docs/scale.md").read_text(encoding="utf-8")


@given(cores=st.integers(1, 4096), efficiency=st.floats(0.1, 1.0))
def test_more_cores_shorten_only_the_models(cores: int, efficiency: float) -> None:
    """The work stays the same, and the engine's own part does not shrink."""
    one, many = (full_pass(TINY, Hardware("", at, efficiency)) for at in (1, cores))
    assert many.core_hours == one.core_hours
    assert many.engine_hours <= many.hours <= one.hours
    assert many.hours - many.engine_hours == pytest.approx((one.hours - one.engine_hours) / cores)
