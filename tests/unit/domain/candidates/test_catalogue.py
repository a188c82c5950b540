"""The catalogue: tolerant of what we do not own, strict about what we use."""

import json

import pytest

from openmed.domain.candidates.catalogue import Catalogue, CatalogueRow, read_manifest

ROW = {
    "repo_id": "org/a",
    "family": "PII",
    "tier": "Tiny",
    "formats": ["mlx-fp", "pytorch"],
    "languages": ["en"],
    "license": "apache-2.0",
}


def _line(**changes: object) -> str:
    return json.dumps({**ROW, **changes})


def _read(text: str) -> Catalogue:
    return read_manifest(text.encode(), what="models.jsonl")


def test_unknown_fields_are_nobodys_business() -> None:
    """Whatever else a row says, in whatever order."""
    (row,) = _read(_line(script_coverage={"han": {"unk_rate": 1.0}}, benchmark=[]) + "\n\n").rows
    assert row.slots == ("pii::tiny::mlx-fp", "pii::tiny::pytorch")


def test_what_is_not_known_is_null() -> None:
    """987 of 2,266 rows of the public project have no tier."""
    (row,) = _read(_line(tier=None, license=None)).rows
    assert row.slots[0] == "pii::none::mlx-fp"


def test_an_empty_catalogue_has_no_rows() -> None:
    """The gate says that the row is missing."""
    assert Catalogue(what="models.jsonl", rows=()) == _read("")


NAMELESS = (
    "{",
    "[]",
    "null",
    _line()[:-1],
    _line() + "x",
    '{"repo_id":"org/b","repo_id":"org/c"}',
    _line(repo_id=None),
    _line(repo_id=["org/a"]),
    _line(repo_id=""),
    json.dumps({k: v for k, v in ROW.items() if k != "repo_id"}),
)
"""Rows that do not say whose they are."""
WRONG: tuple[dict[str, object], ...] = (
    {"family": ""},
    {"tier": 3},
    {"formats": []},
    {"formats": "onnx"},
    {"formats": ["onnx", "ONNX"]},
    {"formats": ["on nx"]},
    {"languages": None},
    {"languages": [1]},
    {"license": 1},
)
NAMED = (
    *(_line(**change) for change in WRONG),
    *(json.dumps({k: v for k, v in ROW.items() if k != name}) for name in ROW if name != "repo_id"),
)
"""Rows that say whose they are, and nothing that can be used."""
OTHERS = ("org/x", "org/y", "org/z")


def _among(bad: str, place: int) -> Catalogue:
    lines = [_line(repo_id=name) for name in OTHERS]
    return _read("\n".join([*lines[:place], bad, *lines[place:]]))


@pytest.mark.parametrize("place", range(len(OTHERS) + 1))
@pytest.mark.parametrize("bad", [*NAMELESS, *NAMED])
def test_a_row_that_cannot_be_used_holds_no_other_repository(bad: str, place: int) -> None:
    """Wherever it stands; it is named with its line."""
    found = _among(bad, place)
    listings = found.listings
    assert [_row_of(name) for name in OTHERS] == [listings[name].row for name in OTHERS]
    (fault,) = found.faults
    assert (place + 1, True) == (fault.line, f"models.jsonl line {place + 1}" in fault.message)
    assert fault.repo_id == ("org/a" if bad in NAMED else "")


def _row_of(name: str) -> CatalogueRow:
    (row,) = _read(_line(repo_id=name)).rows
    return row


@pytest.mark.parametrize("bad", NAMED)
def test_it_holds_its_own_repository(bad: str) -> None:
    """What it says is not believed in part."""
    listed = _among(bad, 0).listings["org/a"]
    assert (None, True) == (listed.row, "models.jsonl line 1" in listed.fault)


@pytest.mark.parametrize("bad", NAMELESS)
def test_who_has_no_row_hears_of_lines_that_cannot_be_read(bad: str) -> None:
    """One of them may be the row that is missed."""
    found = _among(bad, 1)
    assert "org/a" not in found.listings
    said = found.unlisted("org/a").fault
    assert said == "models.jsonl has no row of org/a that can be read; see line 2"


def test_the_field_is_named() -> None:
    """What a person has to correct."""
    (fault,) = _read(json.dumps({k: v for k, v in ROW.items() if k != "languages"})).faults
    assert "languages" in fault.message


@pytest.mark.parametrize("twin", [_line(), _line(tier="Base"), NAMED[0]])
def test_two_rows_of_one_repository_hold_it(twin: str) -> None:
    """Which one counts would be a choice; both lines are named, and no other is held."""
    found = _read(f"{_line()}\n{_line(repo_id='org/z')}\n{twin}\n")
    assert ["org/z"] == [row.repo_id for row in found.rows]
    listed = found.listings["org/a"]
    assert listed.row is None
    assert listed.fault == "models.jsonl line 1: org/a has 2 rows, in lines 1, 3"


@pytest.mark.parametrize("name", ["languages", "license"])
def test_its_slots_are_known_where_it_says_them(name: str) -> None:
    """A policy file that only this row explains is not taken for a misspelt one."""
    found = _read(_line(**{name: 1}))
    assert ("pii::tiny::mlx-fp", "pii::tiny::pytorch") == found.slots
    assert not found.has_unknown_slots
    lost = _read(_line(formats=1))
    assert (True, ()) == (lost.has_unknown_slots, lost.slots)
