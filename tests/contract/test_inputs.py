"""Queue, policies and pins: every fault is one sentence that names file and key."""

from pathlib import Path

import pytest

from openmed.adapters.inputs.input_files import FileInputs
from openmed.errors import OpenMedError, PolicyError, UsageError

ROW = """
[[candidate]]
slot = "pii::tiny::onnx"
title = "Tiny"
repo_id = "org/tiny"
source = "file:models/tiny"
labels = ["SSN"]
languages = ["en"]
licence = "Apache-2.0"
max_bytes = 1000
"""


def _queue(root: Path, text: str | bytes) -> FileInputs:
    path = root / "gates" / "candidates.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return FileInputs(root)


def test_a_row_becomes_a_candidate(tmp_path: Path) -> None:
    """With its slot."""
    assert [row.slot for row in _queue(tmp_path, ROW).queue()] == ["pii::tiny::onnx"]


BAD_QUEUES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "the queue is empty"),
    "two rows for one slot": (ROW + ROW, "two rows for slot pii::tiny::onnx"),
    "two rows for one repository": (
        ROW + ROW.replace("pii::tiny::onnx", "pii::tiny::onnx::nl"),
        "two rows for org/tiny; one repository is served by one slot",
    ),
    "not TOML": ("[[candidate", "not valid TOML"),
    "not UTF-8": (b"\xff\xfe", "not UTF-8"),
    "single brackets": (ROW.replace("[[candidate]]", "[candidate]"), "two brackets"),
    "typo in a key": (ROW.replace("licence", "license"), "licence"),
    "unknown label": (ROW.replace('"SSN"', '"SNS"'), "unknown label SNS"),
    "label twice": (ROW.replace('"SSN"', '"SSN","SSN"'), "listed twice"),
    "no labels": (ROW.replace('"SSN"', ""), "labels"),
    "unknown source": (ROW.replace("file:", "ftp:"), "source"),
    "slot not normal": (ROW.replace("pii::tiny", "PII::tiny"), "slot"),
    "hostile title": (ROW.replace('"Tiny"', '""'), "title"),
    "negative size": (ROW.replace("1000", "-1"), "max_bytes"),
    "size as text": (ROW.replace("1000", '"1000"'), "max_bytes"),
    "not a number": (ROW.replace("1000", "nan"), "NaN"),
    "unknown table": (ROW + "[candidat]\n", "candidat"),
    "ten megabytes": ("#" * 10_000_000, "at most"),
    "deep nesting": ("x = " + "[" * 20_000, "not valid TOML"),
}


@pytest.mark.parametrize("name", sorted(BAD_QUEUES))
def test_a_queue_that_cannot_be_used_is_refused(name: str, tmp_path: Path) -> None:
    """Exit 2, one sentence, naming file and key."""
    text, reason = BAD_QUEUES[name]
    with pytest.raises(UsageError) as caught:
        _queue(tmp_path, text).queue()
    assert reason in caught.value.message
    assert "gates/candidates.toml" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_missing_queue_says_where_to_stand(tmp_path: Path) -> None:
    """Most likely the wrong folder."""
    with pytest.raises(UsageError) as caught:
        FileInputs(tmp_path).queue()
    assert "--root" in caught.value.next_step


def _policy(root: Path, name: str, text: str) -> None:
    path = root / "gates" / "policy" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


POLICY = """
schema = "openmed.policy/1"
milestone = "v2.0"
grade = "green"
reason = "r"
suites = ["golden"]
performance_suite = "smoke"
max_age_hours = 24
verifiers = ["release"]
[gates.evidence]
reason = "r"
suites = ["golden"]
min_support = 1
"""


def test_the_nearest_policy_wins(tmp_path: Path) -> None:
    """Slot, then family, then default."""
    inputs = FileInputs(tmp_path)
    names = []
    for name in ("default", "pii", "pii--tiny--onnx"):
        _policy(tmp_path, name, POLICY)
        names.append(inputs.policy("pii::tiny::onnx").name)
    assert names == ["default", "pii", "pii--tiny--onnx"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        POLICY.replace("openmed.policy/1", "openmed.policy/9"),
        POLICY.replace('schema = "openmed.policy/1"', ""),
        POLICY.replace("24", "0"),
        POLICY.replace('["golden"]', "[]"),
        POLICY.replace('["release"]', "[]"),
        POLICY.replace('["release"]', '["release", "local"]'),
        POLICY.replace("reason", "reasn"),
        POLICY + "[gates.evidence.more]\nx = 2026-11-24\n",
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(text: str, tmp_path: Path) -> None:
    """Never a default in code."""
    _policy(tmp_path, "default", text)
    with pytest.raises(PolicyError):
        FileInputs(tmp_path).policy("pii::tiny::onnx")


def test_no_policy_is_refused(tmp_path: Path) -> None:
    """Nothing is judged by nothing."""
    with pytest.raises(PolicyError, match="no policy"):
        FileInputs(tmp_path).policy("pii::tiny::onnx")


@pytest.mark.parametrize("text", ["", "[[suite]]\nname = 'golden'\n"])
def test_pins_are_complete_or_refused(text: str, tmp_path: Path) -> None:
    """No pins is an empty list; half a pin is a fault."""
    path = tmp_path / "gates" / "suites.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    if not text:
        assert FileInputs(tmp_path).pins() == ()
        return
    with pytest.raises(OpenMedError):
        FileInputs(tmp_path).pins()


def test_a_policy_that_extends_another_holds_what_differs(tmp_path: Path) -> None:
    """A family's file changes one number; the rest is read from the default."""
    folder = tmp_path / "gates" / "policy"
    folder.mkdir(parents=True)
    (folder / "default.toml").write_text(POLICY, encoding="utf-8")
    text = 'extends = "default"\nreason = "the steward\'s"\nmax_age_hours = 1\n'
    (folder / "pii.toml").write_text(text, encoding="utf-8")
    policy = FileInputs(tmp_path).policy("pii::tiny::onnx")
    assert (policy.name, policy.max_age_hours) == ("pii", 1)
    assert policy.gates == FileInputs(tmp_path).policy("ner::tiny::onnx").gates


@pytest.mark.parametrize("named", ['"pii"', '"../default"', '"nowhere"', "1", '""'])
def test_a_policy_that_extends_nothing_is_refused(tmp_path: Path, named: str) -> None:
    """Itself, a path, a file that is not there, not a name."""
    folder = tmp_path / "gates" / "policy"
    folder.mkdir(parents=True)
    (folder / "pii.toml").write_text(f'extends = {named}\nreason = "r"\n', encoding="utf-8")
    with pytest.raises(PolicyError):
        FileInputs(tmp_path).policy("pii::tiny::onnx")


def test_the_catalogue_says_what_it_lists_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    """A broken one is a fault for the gate to tell, never an exception, never an empty one."""
    assert "cannot read models.jsonl" in FileInputs(tmp_path).listed("org/a").fault
    row = '{"repo_id":"org/a","family":"PII","tier":null,"formats":["onnx"],"languages":[],'
    path = tmp_path / "models.jsonl"
    path.write_text(row + '"license":null,"new":1}\n', encoding="utf-8")
    inputs = FileInputs(tmp_path)
    listed = inputs.listed("org/a").row
    assert listed is not None
    assert (listed.repo_id, inputs.listed("org/b").row) == ("org/a", None)
    path.write_text(row + "\n", encoding="utf-8")
    broken = FileInputs(tmp_path)
    assert broken.listed("org/a").fault.endswith("has no row of org/a that can be read; see line 1")
    found = broken.catalogue()
    assert not isinstance(found, str)
    assert "models.jsonl line 1 is not valid JSON" in found.faults[0].message


FLOOR = """
schema = "openmed.floor/1"
reason = "r"
suites = ["golden"]
max_age_hours = 24
[gates.evidence]
reason = "r"
suites = ["golden"]
min_support = 1
min_families = 1
"""


def test_the_floor_is_read_where_it_is_there(tmp_path: Path) -> None:
    """No file is no floor; whatever else stands there is a fault."""
    assert FileInputs(tmp_path).floor() is None
    _policy(tmp_path, "floor", FLOOR)
    floor = FileInputs(tmp_path).floor()
    assert floor is not None
    assert [gate.id for gate in floor.gates] == ["evidence"]
    path = tmp_path / "gates" / "policy" / "floor.toml"
    path.unlink()
    path.mkdir()
    with pytest.raises(PolicyError, match=r"cannot read gates/policy/floor\.toml"):
        FileInputs(tmp_path).floor()


def test_policy_files_are_listed_with_what_they_extend(tmp_path: Path) -> None:
    """Also misspelt endings; not what editors and people leave beside them."""
    assert FileInputs(tmp_path).policy_files() == {}
    _policy(tmp_path, "default", POLICY)
    _policy(tmp_path, "pii", 'extends = "default"\nreason = "r"\n')
    folder = tmp_path / "gates" / "policy"
    for name in ("pii.tml", "PII.TOML"):
        (folder / name).write_text("", encoding="utf-8")
    for name in ("README.md", ".default.toml.swp", "default.toml~", ".hidden.toml"):
        (folder / name).write_text("[", encoding="utf-8")
    assert FileInputs(tmp_path).policy_files() == {
        "PII.TOML": "",
        "default.toml": "",
        "pii.tml": "",
        "pii.toml": "default",
    }
