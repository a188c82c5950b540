"""One broken row of the catalogue holds its own slot, and is named before anything is measured."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from support import builders
from support.following import Desk
from support.measured_places import SLOT, MeasuredPlace, measured_place

from openmed.adapters.inputs.input_files import FileInputs
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules.manifest_coherence import coherence

OTHER = "pii::tiny::onnx::other"
ROWS: Final = tuple(
    builders.a_candidate(slot=f"pii::tiny::onnx::line{number}") for number in range(4)
)
"""Candidates that the catalogue lists as they are."""

Break = Callable[[dict[str, object]], object]
FIELDS = ("repo_id", "family", "tier", "formats", "languages", "license")
VALUES: tuple[object, ...] = (0, [], {}, "", "x" * 300, [None])


def _without(name: str) -> Break:
    return lambda row: {key: value for key, value in row.items() if key != name}


def _with(name: str, value: object) -> Break:
    return lambda row: {**row, name: value}


BREAKS: dict[str, Break] = {
    **{f"without {name}": _without(name) for name in FIELDS},
    **{f"{name} is {value!r}": _with(name, value) for name in FIELDS for value in VALUES},
    "no table": lambda row: [row],
    "cut": lambda row: json.dumps(row)[:-3],
    "two in a line": lambda row: json.dumps(row) * 2,
    "other bytes": lambda row: json.dumps(row) + "\x00",
    "another repository's": lambda row: {**row, "repo_id": "org/nobody"},
}
"""What may be wrong with a row."""


def _listed(row: Candidate) -> dict[str, object]:
    return json.loads(builders.a_catalogue_row(row).model_dump_json())  # type: ignore[no-any-return]


def _outcomes(root: Path, lines: list[object]) -> list[Outcome]:
    """What the gate says of each candidate."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (root / "models.jsonl").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    inputs = FileInputs(root)
    found = [coherence(row, inputs.listed(row.repo_id)) for row in ROWS]
    return [Outcome.PASSED if one is None else one.outcome for one in found]


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_whatever_is_wrong_with_a_row_no_other_slot_is_held(name: str, tmp_path: Path) -> None:
    """Row by row."""
    good: list[object] = [_listed(row) for row in ROWS]
    assert _outcomes(tmp_path, good) == [Outcome.PASSED] * len(ROWS)
    for number, row in enumerate(ROWS):
        lines = [*good]
        lines[number] = BREAKS[name](_listed(row))
        outcomes = _outcomes(tmp_path, lines)
        own = outcomes.pop(number)
        assert [Outcome.PASSED] * len(outcomes) == outcomes
        if lines[number] != good[number]:
            assert own is not Outcome.PASSED


def test_two_rows_of_one_repository_hold_only_it(tmp_path: Path) -> None:
    """Equal ones, too."""
    good: list[object] = [_listed(row) for row in ROWS]
    for number in range(len(ROWS)):
        outcomes = _outcomes(tmp_path, [*good, good[number]])
        assert outcomes.pop(number) is Outcome.ERROR
        assert [Outcome.PASSED] * len(outcomes) == outcomes


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    """Two candidates; the catalogue's first row has no languages, and one line is no row."""
    with pytest.MonkeyPatch.context() as patch:
        made = measured_place(tmp_path_factory.mktemp("broken") / "r", patch, OTHER)
    path = made.root / "models.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (own,) = (row for row in rows if row["repo_id"] == "OpenMed/pii-tiny-onnx")
    del own["languages"]
    lines = [own, *(row for row in rows if row is not own)]
    text = "".join(f"{json.dumps(row)}\n" for row in lines)
    path.write_text(f"{text}{{\n", encoding="utf-8")
    return made


def test_the_others_are_released(place: MeasuredPlace) -> None:
    """Line 1 without `languages` held every slot; now doctor, plan and its own gate name it."""
    desk = Desk(place.root, place.root / "home")
    said = "models.jsonl line 1"
    planned = desk.openmed("release", "plan")
    assert (0, True) == (planned.code, said in planned.text)
    looked = desk.openmed("doctor")
    assert (2, True) == (looked.code, said in looked.text)
    assert "is not valid JSON" in looked.text
    ran = desk.openmed("release", "run", "--json")
    assert ran.code == 5, ran.text
    report = json.loads((place.root / "artifacts" / "run-report.json").read_text("utf-8"))
    standing = {row["slot"]: (row["standing"], row["reason"]) for row in report["candidates"]}
    assert standing[OTHER][0] == "RELEASED"
    assert standing[SLOT][0] == "NOT_EVALUATED"
    assert said in standing[SLOT][1]
    assert "languages" in standing[SLOT][1]
