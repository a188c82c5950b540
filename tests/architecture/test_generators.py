"""Every program that writes committed files has `--check`, and `nox -s check_docs` runs it."""

import importlib
import runpy
from pathlib import Path

import generated_files
import pytest
from support.repositories import ROOT

HELPER = generated_files.__name__
TOOLS = sorted(path.stem for path in (ROOT / "tools").glob("*.py") if path.stem != HELPER)


def test_every_tool_is_checked() -> None:
    """A new one is named in the noxfile, and none is named that is gone."""
    commands = runpy.run_path(str(ROOT / "noxfile.py"))["GENERATORS"]
    named = [Path(command[-1]).stem for command in commands if command[0] == "python"]
    assert TOOLS == sorted(named)


@pytest.mark.parametrize("tool", TOOLS)
def test_committed_files_are_what_a_tool_writes(tool: str) -> None:
    """If not: python tools/<name>.py."""
    module = importlib.import_module(tool)
    owned = module.owned() if hasattr(module, "owned") else ()
    assert {} == generated_files.differences(module.files(), owned=owned)


def _run(folder: Path, *arguments: str) -> int:
    files = {folder / "same.md": "as it is\n", folder / "new" / "page.md": "one\n"}
    return generated_files.write_or_check(
        "A tool.", files, owned=set(folder.glob("*.md")), arguments=arguments
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One file is up to date, one is stale, one is missing."""
    (tmp_path / "same.md").write_bytes(b"as it is\n")
    (tmp_path / "stale.md").write_bytes(b"of an earlier day\n")
    return tmp_path


def test_a_check_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It names what differs, and how."""
    assert 1 == _run(folder, "--check")
    assert {"same.md", "stale.md"} == {path.name for path in folder.iterdir()}
    said = capsys.readouterr().out
    assert f"{folder / 'new' / 'page.md'}: is missing\n" in said
    assert f"{folder / 'stale.md'}: is no longer generated\n" in said
    assert "same.md" not in said


def test_a_tool_brings_files_up_to_date(folder: Path) -> None:
    """It writes what is missing, removes what is stale, and a check then finds nothing."""
    assert 0 == _run(folder)
    assert {"same.md", "new"} == {path.name for path in folder.iterdir()}
    assert 0 == _run(folder, "--check")


def test_one_byte_more_is_a_difference(folder: Path) -> None:
    """Of a file whose name is right."""
    assert 0 == _run(folder)
    (folder / "same.md").write_bytes(b"as it is\r\n")
    assert 1 == _run(folder, "--check")
