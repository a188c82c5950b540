"""Tables that tools write into pages are what the code and the policies say."""

import gate_numbers_document
import pytest
import readme_tables
from support.repositories import ROOT


def test_the_exit_codes_of_readme_are_those_of_the_code() -> None:
    """If not: python tools/readme_tables.py."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme_tables.filled(text) == text


def test_a_row_that_was_edited_by_hand_is_seen() -> None:
    """The table is made again, what stands around it stays."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    edited = text.replace("| 3 | held |", "| 3 | fine |", 1)
    assert edited != text
    assert readme_tables.filled(edited) == text


def test_a_readme_without_the_marks_is_refused() -> None:
    """Nothing is written in a place that nobody marked."""
    with pytest.raises(SystemExit, match="lacks the mark"):
        readme_tables.filled("# Title\n")


def test_the_numbers_of_gates_are_those_of_the_policies() -> None:
    """If not: python tools/gate_numbers_document.py."""
    assert gate_numbers_document.PLACE.read_text(encoding="utf-8") == (
        gate_numbers_document.document()
    )
