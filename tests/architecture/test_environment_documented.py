"""Every environment variable that is read stands in its document, and no other does."""

import re
from pathlib import Path

import pytest
from environment_document import MEANINGS, PLACE, document, reads
from support.repositories import ROOT

OURS = re.compile(r"\b_?OPENMED_[A-Z_]+\b")
READ = re.compile(r'(?:environ|environment)(?:\.get|\.pop|\.setdefault)?[(\[]"(\w+)"(?!\] = )')


def test_the_page_is_what_the_code_says() -> None:
    """If not: python tools/environment_document.py."""
    assert PLACE.read_text(encoding="utf-8") == document()


def _sources() -> list[Path]:
    folders = [*(ROOT / "openmed").rglob("*.py"), *(ROOT / ".github" / "workflows").glob("*.yml")]
    return [*folders, ROOT / "noxfile.py", ROOT / "Makefile", *(ROOT / "openmed").rglob("Makefile")]


def test_a_plain_search_finds_no_other() -> None:
    """Names of ours, and reads by a name in quotes, however they are written."""
    found = set()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        found |= set(OURS.findall(text)) | set(READ.findall(text))
    assert found - MEANINGS.keys() == set()


@pytest.mark.parametrize(
    "line",
    [
        'import os\nA = os.environ["SECRET"]\n',
        'import os\nA = os.environ.get("SECRET", "")\n',
        'import os\nA = os.getenv("SECRET")\n',
        'import os\nNAME = "SECRET"\nA = os.environ.get(NAME)\n',
        'import os\nA = "SECRET" in os.environ\n',
        'def read(environ):\n    return environ["SECRET"]\n',
        'NAMES = ("A", "SECRET")\ndef read(environ):\n    return [environ[n] for n in NAMES]\n',
    ],
)
def test_a_seeded_read_is_found(tmp_path: Path, line: str) -> None:
    """Each way in which the source may read one."""
    (tmp_path / "openmed").mkdir()
    (tmp_path / "openmed" / "seeded.py").write_text(line, encoding="utf-8")
    assert reads(tmp_path)["SECRET"] == ["openmed/seeded.py"]


def test_a_read_that_names_nothing_is_told(tmp_path: Path) -> None:
    """Not passed over."""
    (tmp_path / "openmed").mkdir()
    seeded = "import os\ndef read(name):\n    return os.environ.get(name.upper())\n"
    (tmp_path / "openmed" / "seeded.py").write_text(seeded, encoding="utf-8")
    assert [name for name in reads(tmp_path) if name.startswith("unknown: ")] != []
