"""The linter refuses what import contracts cannot see; each ban catches a violation seeded here."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from support.repositories import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BANNED = PROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
OPEN = 'HANDLE = open("notes.jsonl", encoding="utf-8")\n'
CORE = (
    "domain/seeded", "domain/gates/rules/seeded", "steps/seeded", "ports/seeded", "app/seeded",
    "pipeline/seeded",
)  # fmt: skip
EDGE = ("adapters/seeded", "cli/seeded")
Found = dict[str, list[tuple[str, str]]]


def _use_of(name: str) -> str:
    module, _, attribute = name.rpartition(".")
    top = module.partition(".")[0]
    return f"import {top}\n\nVALUE = {module}.{attribute}\n"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Codes and messages of one run of the linter, by seeded file."""
    root = tmp_path_factory.mktemp("banned")
    shutil.copy(ROOT / "pyproject.toml", root)
    for place in (*CORE, *EDGE):
        for name in BANNED:
            _write(root, f"{place}_{name.replace('.', '_')}", _use_of(name))
        _write(root, f"{place}_open", OPEN)
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "json", "."],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    by_file: Found = defaultdict(list)
    for row in json.loads(done.stdout):
        path = Path(row["filename"]).relative_to(root / "openmed").with_suffix("")
        by_file[path.as_posix()].append((row["code"], row["message"]))
    return by_file


def _write(root: Path, module: str, text: str) -> None:
    path = root / "openmed" / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'"""Seeded."""\n\n{text}', encoding="utf-8")


@pytest.mark.parametrize("place", CORE)
@pytest.mark.parametrize("name", sorted(BANNED))
def test_a_banned_name_is_refused_inside(name: str, place: str, found: Found) -> None:
    """With the sentence that says where it belongs."""
    message = f"`{name}` is banned: {BANNED[name]['msg']}"
    assert ("TID251", message) in found[f"{place}_{name.replace('.', '_')}"]


@pytest.mark.parametrize("place", EDGE)
@pytest.mark.parametrize("name", sorted(BANNED))
def test_it_is_allowed_at_the_edge(name: str, place: str, found: Found) -> None:
    """Or nobody could do it."""
    codes = {code for code, _ in found[f"{place}_{name.replace('.', '_')}"]}
    assert "TID251" not in codes


@pytest.mark.parametrize("place", [*CORE, *EDGE])
def test_the_builtin_open_is_refused_everywhere(place: str, found: Found) -> None:
    """Import contracts see modules only, and `open` comes without one."""
    assert "PTH123" in {code for code, _ in found[f"{place}_open"]}
