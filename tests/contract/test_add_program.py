"""`openmed candidate add` of a program: its function, its packages pinned by hash, its labels."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from support.following import Desk
from support.measured_places import measured_place
from support.wheels import Entry, write_zip

from openmed.context import open_context
from openmed.domain.inference.label_maps import LABEL_MAPS

FINDER = b"def find(text):\n    return [(0, 3, 'NAME')] if text else []\n"
DETECT = "from finder import find as found\n\n\ndef find(text):\n    return found(text)\n"
PINS = "models/mine/requirements.lock"
PROFILE = "gates/profiles/mine--none--python.json"
LABEL = ("--label", "NAME=PATIENT_NAME")
LANGUAGE = ("--language", "en")
PACKAGE = ("--package", "finder==1.0")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release repository with two small suites in English."""
    root = tmp_path_factory.mktemp("add-program") / "r"
    with pytest.MonkeyPatch.context() as patch:
        measured_place(root, patch)
    return root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy of it with a program, and a person whose only index is a folder."""
    root, index = tmp_path / "r", tmp_path / "index"
    shutil.copytree(made, root)
    index.mkdir()
    place = root / "models" / "mine"
    place.mkdir()
    (place / "detect.py").write_text(DETECT, encoding="utf-8")
    pip = {"PIP_FIND_LINKS": str(index), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"}
    return Desk(root, root / "home", environment=pip)


def wheel(desk: Desk, name: str = "finder", *, needs: str = "", licence: str = "MIT") -> str:
    """A wheel in the index; its pin."""
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: {licence}\n"
    metadata += f"Requires-Dist: {needs}\n" if needs else ""
    path = write_zip(
        Path(desk.environment["PIP_FIND_LINKS"]) / f"{name}-1.0-py3-none-any.whl",
        Entry(f"{name}/__init__.py", FINDER),
        Entry(f"{info}/METADATA", metadata.encode()),
        Entry(f"{info}/WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        Entry(f"{info}/RECORD", b""),
    )
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def add(desk: Desk, *more: str, code: int = 0) -> str:
    """Type the command; where it does not work nothing is written."""
    said = desk.openmed("candidate", "add", "file:models/mine", *more)
    assert said.code == code, said.text
    is_written = (desk.root / PROFILE).exists()
    assert is_written == (code == 0)
    return said.text


def test_packages_are_pinned_by_hash_with_what_they_need(desk: Desk) -> None:
    """The candidate then runs with them, and its licence is that of the package."""
    pins = [wheel(desk, needs="helper"), wheel(desk, "helper", licence="Apache-2.0")]
    add(desk, *LANGUAGE, *LABEL, *PACKAGE)
    text = (desk.root / PINS).read_text(encoding="utf-8")
    assert [line + "\n" for line in text.splitlines() if not line.startswith("#")] == pins
    profile = json.loads((desk.root / PROFILE).read_text(encoding="utf-8"))
    assert profile["spans"]["function"] == "detect:find"
    assert profile["spans"]["requirements"] == "requirements.lock"
    world = open_context(desk.root, quiet=True)
    (row,) = (one for one in world.inputs.queue() if one.slot == "mine::none::python")
    assert (row.licence, row.labels) == ("MIT", ("PATIENT_NAME",))
    assert "requirements.lock" in {file.path for file in world.sources.stage(row)}


def test_a_package_is_never_taken_from_the_name_of_an_import(desk: Desk) -> None:
    """Anybody may have registered it; all that is missing is asked at once."""
    wheel(desk)
    said = add(desk, code=2)
    for words in ("imports: finder (--package", "--label", "--licence", "--language"):
        assert words in said


def test_packages_that_a_file_names_are_not_asked(desk: Desk) -> None:
    """`requirements.txt` with versions; pins by hash are taken as they are."""
    pin = wheel(desk)
    folder = desk.root / "models" / "mine"
    (folder / "requirements.txt").write_text("finder==1.0  # ours\n")
    add(desk, *LANGUAGE, *LABEL)
    assert (desk.root / PINS).read_text().endswith(pin)


def test_pins_of_the_folder_are_used_as_they_are(desk: Desk) -> None:
    """Then `--package` would say something else."""
    (desk.root / PINS).write_text(wheel(desk))
    before = (desk.root / PINS).read_bytes()
    assert "leave --package out" in add(desk, *LANGUAGE, *LABEL, *PACKAGE, code=2)
    add(desk, *LANGUAGE, *LABEL, "--licence", "MIT")
    assert (desk.root / PINS).read_bytes() == before


@pytest.mark.parametrize(
    ("program", "asked"),
    [
        ("def other(text):\n    return []\n", "what runs it"),
        ("import finder\n\nfind = finder.find\n", ""),
        ("def find(text:\n", "what runs it"),
    ],
)
def test_the_function_is_found_or_asked(program: str, asked: str, desk: Desk) -> None:
    """`find` of the one module that has it; nothing is run to find out."""
    wheel(desk)
    (desk.root / "models" / "mine" / "detect.py").write_text(program)
    said = add(desk, *LANGUAGE, *LABEL, *PACKAGE, code=2 if asked else 0)
    assert asked in said


def test_of_two_functions_one_is_named(desk: Desk) -> None:
    """By `--function`."""
    wheel(desk)
    (desk.root / "models" / "mine" / "second.py").write_text(DETECT)
    said = add(desk, *LANGUAGE, *LABEL, *PACKAGE, code=2)
    assert "detect:find, second:find (--function" in said
    add(desk, *LANGUAGE, *LABEL, *PACKAGE, "--function", "second:find")


def test_a_label_without_a_meaning_is_told_before_anything_is_written(desk: Desk) -> None:
    """By name: it is seen in the answers."""
    wheel(desk)
    said = add(desk, *LANGUAGE, *PACKAGE, code=2)
    assert "1 label of the model mean: NAME (--label" in said
    assert "mean: NAME" in add(desk, *LANGUAGE, *PACKAGE, "--label", "TEL=PHONE", code=2)


def test_a_family_that_a_program_has_is_filled(desk: Desk) -> None:
    """Whole, for documents may have labels that these do not."""
    (desk.root / "models/mine/detect.py").write_text(
        "LABELS = ('US_SSN', 'PERSON', 'US_PASSPORT', 'EMAIL_ADDRESS', 'PHONE_NUMBER')\n\n\n"
        "def find(text):\n    return [(0, 3, name) for name in LABELS] if text else []\n"
    )
    add(desk, *LANGUAGE, "--licence", "MIT")
    rules = json.loads((desk.root / PROFILE).read_text())["spans"]["label_map"]
    table = {rule["model"]: rule["canonical"] for rule in rules}
    assert table == LABEL_MAPS["presidio/1"].table
    (row,) = (
        one
        for one in open_context(desk.root, quiet=True).inputs.queue()
        if one.slot == "mine::none::python"
    )
    assert set(row.labels) < set(table.values())
    assert "SSN" in row.labels


def test_a_document_without_an_answer_is_told(desk: Desk) -> None:
    """A program that fails is not added."""
    (desk.root / "models/mine/detect.py").write_text("def find(text):\n    return [(0, 3)]\n")
    said = add(desk, *LANGUAGE, *LABEL, "--licence", "MIT", code=5)
    assert "documents were not answered" in said


def test_a_package_that_the_index_has_not_is_told(desk: Desk) -> None:
    """By name."""
    wheel(desk)
    said = add(desk, *LANGUAGE, *LABEL, "--package", "findr==1.0", code=5)
    assert "no wheels of findr==1.0" in said


@pytest.mark.parametrize("name", ["finder", "-rpins.txt", "--index-url=x", "finder==1.0 other", ""])
def test_what_is_no_package_with_a_version_never_reaches_pip(name: str, desk: Desk) -> None:
    """An option least of all."""
    said = add(desk, *LANGUAGE, *LABEL, f"--package={name}", code=2)
    assert "wanted NAME==VERSION" in said


def test_a_wheel_takes_no_pins(desk: Desk) -> None:
    """They are a file of the candidate, and a wheel's files are not changed."""
    wheel(desk)
    said = desk.openmed("candidate", "add", "pypi:finder==1.0", *PACKAGE)
    assert (said.code, "its source is file:FOLDER" in said.text) == (2, True), said.text


def test_a_function_of_a_wheel_needs_no_folder(desk: Desk) -> None:
    """The sha256 of the wheel is found out."""
    pin = wheel(desk)
    said = desk.openmed(
        "candidate", "add", "pypi:finder==1.0", "--function", "finder:find",
        *LANGUAGE, *LABEL, "--licence", "MIT",
    )  # fmt: skip
    assert said.code == 0, said.text
    (row,) = (
        one
        for one in open_context(desk.root, quiet=True).inputs.queue()
        if one.source == "pypi:finder==1.0"
    )
    assert f"sha256:{row.sha256}" in pin
