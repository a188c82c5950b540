"""Lines that fit a width."""

import pytest
from rich.cells import cell_len

from openmed.cli.render import layout

WIDTHS = (40, 80, 200)
NAMES = ("pii::tiny::onnx", "a-family-of-notes::xlarge::onnx-int8::a-second-line", "病歷::小::onnx")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "text", ["x" * 300, "漢字" * 150, "e\u0301" * 300, "word " * 80, "  indented " + "w " * 200]
)
def test_a_folded_line_fits_and_loses_nothing(text: str, width: int) -> None:
    """Long words are broken; a wide character counts as two columns."""
    lines = layout.folded(text, width=width)
    assert max(map(cell_len, lines)) <= width
    assert "".join(text.split()) == "".join("".join(lines).split())


def test_what_follows_hangs_below() -> None:
    """Deeper than the first line, so that the next entry stands out."""
    first, *others = layout.folded("  " + "word " * 20, width=40)
    assert first.startswith("  word")
    assert {"    word"} == {line[:8] for line in others}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_fits_and_keeps_every_cell(width: int) -> None:
    """As columns where there is room, else one record a row."""
    rows = [
        (name, "QUARANTINED", f"Org/{name}", "9 gates: " + "recall_floor " * 9) for name in NAMES
    ]
    lines = layout.table(("SLOT", "RESULT", "CANDIDATE", "WHY"), rows, width=width)
    assert max(map(cell_len, lines)) <= width
    whole = "".join("".join(lines).split())
    assert all(name in whole or width > 40 for name in NAMES)
    assert ("SLOT" in lines[0]) == (width > 40)


def test_a_narrow_table_names_each_cell() -> None:
    """A reader of a narrow terminal sees which number is which."""
    rows = [("pii::tiny::onnx-quantised", "42", "rejected-by-a-long-word", "x" * 30)]
    lines = layout.table(("SLOT", "SPANS", "RESULT", "ARTIFACT"), rows, width=40)
    assert "pii::tiny::onnx-quantised" == lines[0]
    assert "  spans: 42" in lines


def test_a_cut_sentence_says_so() -> None:
    """Whole words, then an ellipsis, within the lines there are."""
    lines = layout.clipped("one two three " * 40, width=40, lines=2)
    assert (2, True) == (len(lines), lines[-1].endswith(" …"))
    assert max(map(len, lines)) <= 40
    assert ["short"] == layout.clipped("short", width=40, lines=2)


def test_three_names_and_how_many_more() -> None:
    """A list of nine is not read."""
    assert "a, b, c and 6 more" == layout.named(tuple("abcdefghi"))
    assert "a, b" == layout.named(("a", "b"))


def test_a_count_has_its_noun() -> None:
    """One slot, two slots, thousands in groups."""
    assert ("1 slot", "0 slots", "2,266 slots") == tuple(
        layout.counted(number, "slot") for number in (1, 0, 2266)
    )
