"""Offsets in UTF-16 code units and UTF-8 bytes."""

import pytest

from openmed.domain.text.offsets import Unit, from_code_points, to_code_points
from openmed.errors import EvidenceError

NOTE = "\U0001f600 Jose\u0301 seen"
NAME = (2, 7)


@pytest.mark.parametrize(("unit", "offsets"), [(Unit.UTF16, (3, 8)), (Unit.UTF8, (5, 11))])
def test_a_name_after_an_emoji(unit: Unit, offsets: tuple[int, int]) -> None:
    """An emoji is two UTF-16 units and four bytes, a combining mark one and two."""
    assert offsets == from_code_points(NOTE, NAME, unit=unit)
    assert NAME == to_code_points(NOTE, offsets, unit=unit)


@pytest.mark.parametrize(
    ("unit", "offset", "said"),
    [
        (Unit.UTF16, 1, "UTF-16 code unit offset 1 lies inside a character"),
        (Unit.UTF8, 10, "UTF-8 byte offset 10 lies inside a character"),
        (Unit.UTF8, 17, "UTF-8 byte offset 17 lies outside the text, which ends at 16"),
        (Unit.UTF16, -1, "UTF-16 code unit offset -1 lies outside the text, which ends at 13"),
        (Unit.UTF8, 2**80, f"UTF-8 byte offset {2**80} lies outside the text, which ends at 16"),
    ],
)
def test_what_is_no_edge_of_a_character_is_named(unit: Unit, offset: int, said: str) -> None:
    """Rounding would move a redaction."""
    with pytest.raises(EvidenceError, match=said):
        to_code_points(NOTE, [0, offset], unit=unit)


def test_code_points_past_the_end_are_named() -> None:
    """The other way round too."""
    with pytest.raises(EvidenceError, match="code point offset 13 lies outside the text"):
        from_code_points(NOTE, [13], unit=Unit.UTF8)


def test_half_a_surrogate_pair() -> None:
    """One UTF-16 unit, as JavaScript has it; no UTF-8 at all."""
    assert to_code_points("a\ud800b", [2], unit=Unit.UTF16) == (2,)
    with pytest.raises(EvidenceError, match="half a surrogate pair"):
        to_code_points("a\ud800b", [2], unit=Unit.UTF8)


def test_an_empty_text_has_one_edge() -> None:
    """Nothing begins and ends at 0."""
    assert to_code_points("", [0, 0], unit=Unit.UTF8) == (0, 0)
    assert to_code_points("", [], unit=Unit.UTF16) == ()
