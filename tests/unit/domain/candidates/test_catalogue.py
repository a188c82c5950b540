"""The catalogue: tolerant of what we do not own, strict about what we use."""

import json

import pytest

from openmed.domain.candidates.catalogue import read_manifest
from openmed.errors import EvidenceError

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


def _fault(text: str) -> str:
    with pytest.raises(EvidenceError) as caught:
        read_manifest(text.encode(), what="models.jsonl")
    return caught.value.message


def test_unknown_fields_are_nobodys_business() -> None:
    """Whatever else a row says, in whatever order."""
    (row,) = read_manifest(
        (_line(script_coverage={"han": {"unk_rate": 1.0}}, benchmark=[]) + "\n\n").encode(),
        what="models.jsonl",
    )
    assert row.slots == ("pii::tiny::mlx-fp", "pii::tiny::pytorch")


def test_what_is_not_known_is_null() -> None:
    """987 of 2,266 rows of the public project have no tier."""
    (row,) = read_manifest(_line(tier=None, license=None).encode(), what="models.jsonl")
    assert row.slots[0] == "pii::none::mlx-fp"


def test_an_empty_catalogue_has_no_rows() -> None:
    """The gate says that the row is missing."""
    assert read_manifest(b"", what="models.jsonl") == ()


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        "null",
        _line()[:-1],
        _line() + "x",
        '{"repo_id":"org/b","repo_id":"org/c"}',
        _line(repo_id=None),
        _line(family=""),
        _line(tier=3),
        _line(formats=[]),
        _line(formats="onnx"),
        _line(formats=["onnx", "ONNX"]),
        _line(formats=["on nx"]),
        _line(languages=None),
        _line(license=1),
        json.dumps({k: v for k, v in ROW.items() if k != "languages"}),
    ],
)
def test_a_line_that_cannot_be_used_is_named(bad: str) -> None:
    """It might be the row we want."""
    assert "models.jsonl line 2" in _fault(f"{_line(repo_id='org/z')}\n{bad}\n")


def test_two_rows_of_one_repository_are_refused() -> None:
    """Which one counts would be a choice; both lines are named."""
    said = _fault(f"{_line()}\n{_line(repo_id='org/z')}\n{_line(tier='Base')}\n")
    assert said == "models.jsonl line 3: org/a has a row already, in line 1"
