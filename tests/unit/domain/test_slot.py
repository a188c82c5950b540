"""Slots are read the way people write them, and refused when they could be something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.slot import Slot, parse_slot
from openmed.errors import UsageError

PARTS = st.from_regex(r"[a-z0-9]+([.-][a-z0-9]+){0,2}", fullmatch=True).filter(
    lambda part: len(part) <= 48 and part != "none"
)


def test_a_slot_is_normalised() -> None:
    """Trim, lower case, underscore to hyphen, empty to none."""
    assert parse_slot(" PII :: ::ONNX_Q4").key == "pii::none::onnx-q4"


def test_an_empty_line_is_left_out() -> None:
    """The fourth part is optional."""
    assert parse_slot("pii::tiny::onnx::").line is None


@pytest.mark.parametrize(
    "text",
    ["", "pii", "pii::tiny", "a::b::c::d::e", "../x::b::c", "a/b::b::c", "a--b::b::c",
     "<b>::b::c", "a\nb::b::c", "a" * 49 + "::b::c", "-a::b::c", "é::b::c"],
)  # fmt: skip
def test_what_is_not_a_slot_is_refused(text: str) -> None:
    """Too few parts, too many, paths, markup, newlines, look-alikes."""
    with pytest.raises(UsageError):
        parse_slot(text)


@given(st.tuples(PARTS, PARTS, PARTS), st.none() | PARTS)
def test_a_slot_reads_back_as_itself(parts: tuple[str, str, str], line: str | None) -> None:
    """From its key, whatever the parts."""
    slot = Slot(family=parts[0], tier=parts[1], format=parts[2], line=line)
    assert parse_slot(slot.key) == slot


@given(st.lists(st.tuples(PARTS, PARTS, PARTS), min_size=2, max_size=2, unique=True))
def test_two_slots_never_share_a_folder(slots: list[tuple[str, str, str]]) -> None:
    """The slug is as unique as the key."""
    slugs = {Slot(family=a, tier=b, format=c).slug for a, b, c in slots}
    assert len(slugs) == 2
