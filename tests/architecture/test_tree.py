"""Folders, names and sizes: what a newcomer can rely on when looking for something."""

from collections.abc import Callable, Sized
from pathlib import Path

import pytest
from support.package_tree import crowded_folders, imported_by, repeated_classes, repeated_stems
from support.repositories import ROOT

PACKAGE = ROOT / "openmed"
TESTS = ROOT / "tests"
LONGEST = 400
SHORTEST = 20
"""`dodo.py` has fewer lines."""
MOST = 15
CLOSED_LISTS = {
    "app": "one module a use case",
    "domain/gates/rules": "one module a gate",
    "domain/corpus": "the generator of suites",
    "domain/corpus/families": "one module a group of templates",
}
"""Folders that may hold more modules, and what they list."""
KINDS = {
    *("unit", "property", "contract", "crash", "e2e", "hub", "browser", "compat", "architecture"),
    *("support", "cases"),
}
"""Folders of tests by what they may touch, and the two for helpers and data."""


def test_no_file_has_more_than_one_duty() -> None:
    """Nobody reads a file of more than 400 lines."""
    folders = ("openmed", "gates", "tests", "tools", "benchmarks", "examples")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files += ROOT.glob("*.py")
    assert [] == [path for path in files if _lines(path) > LONGEST]


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_dodo_holds_no_logic() -> None:
    """It is a door."""
    assert _lines(ROOT / "dodo.py") < SHORTEST


def test_no_class_name_is_used_twice() -> None:
    """One thing, one name, in the whole package."""
    assert {} == repeated_classes(PACKAGE)


def test_no_module_name_is_used_twice_within_a_layer() -> None:
    """In two layers one name means one topic: its command, its use case, its step."""
    assert {} == repeated_stems(PACKAGE)


def test_no_folder_is_crowded() -> None:
    """A folder's listing is read at a glance; lists with one module an entry apart."""
    assert {} == {
        folder: number
        for folder, number in crowded_folders(PACKAGE, most=MOST).items()
        if folder not in CLOSED_LISTS
    }


SEEDED: dict[str, tuple[Callable[[Path], Sized], dict[str, str]]] = {
    "a private class in two modules": (
        repeated_classes,
        {"cli/one.py": "class _Row: ...\n", "app/two.py": "class _Row: ...\n"},
    ),
    "a class inside a function": (
        repeated_classes,
        {"app/one.py": "class Row: ...\ndef late():\n    class Row: ...\n"},
    ),
    "a module of one name in two folders of a layer": (
        repeated_stems,
        {"cli/plan.py": "", "cli/release/plan.py": ""},
    ),
    "a module of one name in two folders of a topic": (
        repeated_stems,
        {"domain/suites/lint/counts.py": "", "domain/suites/counts.py": ""},
    ),
    "a folder of sixteen": (
        lambda package: crowded_folders(package, most=MOST),
        {f"steps/step_{number}.py": "" for number in range(MOST + 1)},
    ),
}
ALLOWED: dict[str, str] = {
    "cli/plan.py": "class PlanOptions: ...\n",
    "app/plan.py": "class Plan: ...\n",
    "domain/gates/power.py": "class Power: ...\n",
    "domain/suites/power.py": "",
    **{f"steps/step_{number}.py": "" for number in range(MOST)},
    "steps/__init__.py": "",
    "cli/__init__.py": "",
}


def _package(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", sorted(SEEDED))
def test_a_seeded_violation_is_found(name: str, tmp_path: Path) -> None:
    """Each rule above is able to fail."""
    find, files = SEEDED[name]
    assert 1 == len(find(_package(tmp_path, files)))


def test_what_is_allowed_is_not_found(tmp_path: Path) -> None:
    """One topic in two layers, two topics of the core, a folder of fifteen, every `__init__`."""
    package = _package(tmp_path, ALLOWED)
    found = (
        repeated_classes(package),
        repeated_stems(package),
        crowded_folders(package, most=MOST),
    )
    assert ({}, {}, {}) == found


def test_folders_of_tests_say_what_a_test_may_touch() -> None:
    """No loose helper beside them."""
    assert ["conftest.py"] == [path.name for path in TESTS.glob("*.py")]
    folders = {path.name for path in TESTS.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders <= KINDS


def test_unit_tests_mirror_the_package() -> None:
    """A test of a module is found by the path of the module."""
    found = {path.parent.relative_to(TESTS / "unit") for path in TESTS.glob("unit/**/test_*.py")}
    assert found
    assert [] == [folder for folder in sorted(found) if not (PACKAGE / folder).is_dir()]


def test_no_test_imports_a_test() -> None:
    """What two tests need is in `support`, also what a test hands to another process as text."""
    found = {
        f"{path.relative_to(TESTS)} imports {name}"
        for path in set(TESTS.rglob("*.py")) - {Path(__file__)}
        for name in imported_by(path)
        if name.split(".")[-1].startswith("test_") or name.split(".")[0] in {"conftest", "tests"}
    }
    assert set() == found


def test_an_import_of_a_test_is_seen(tmp_path: Path) -> None:
    """As a statement, inside a function, and inside a text of code; not inside prose."""
    path = tmp_path / "test_this.py"
    path.write_text(
        'import test_one\ndef late():\n    from test_two import x\nA = "import test_3"\n'
    )
    assert {"test_one", "test_two", "test_3"} == set(imported_by(path))
    path.write_text('"""It is important to import nothing."""\n')
    assert set() == set(imported_by(path))
