"""Laws of offset conversion, against Python's own codecs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.text.offsets import Unit, from_code_points, to_code_points
from openmed.errors import EvidenceError

CODECS = {Unit.UTF16: ("utf-16-le", 2), Unit.UTF8: ("utf-8", 1)}
UNITS = st.sampled_from(sorted(Unit))
# One to four bytes, astral, combining, right to left, a joiner, line ends.
ALPHABET = "a1 \r\n\u00e9\u0301\u05d0\u0905\u093f\u200d\u20ac\U0001f600\U0001d7d3"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=30) | st.text(max_size=30)


def _size(text: str, unit: Unit) -> int:
    codec, width = CODECS[unit]
    return len(text.encode(codec)) // width


@given(TEXTS, UNITS)
def test_every_edge_is_where_the_codec_puts_it(text: str, unit: Unit) -> None:
    """An offset is the length of what stands before it; there and back is the same."""
    points = range(len(text) + 1)
    expected = tuple(_size(text[:point], unit) for point in points)
    assert expected == from_code_points(text, points, unit=unit)
    assert tuple(points) == to_code_points(text, expected, unit=unit)


@given(TEXTS, UNITS)
def test_every_other_offset_is_refused(text: str, unit: Unit) -> None:
    """Inside a character, before the start, after the end; never rounded."""
    edges = set(from_code_points(text, range(len(text) + 1), unit=unit))
    for offset in set(range(-2, _size(text, unit) + 3)) - edges:
        with pytest.raises(EvidenceError):
            to_code_points(text, [offset], unit=unit)


@given(TEXTS, UNITS, st.data())
def test_a_span_keeps_its_text(text: str, unit: Unit, data: st.DataObject) -> None:
    """What a span holds in the other unit is what it holds in ours."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    codec, width = CODECS[unit]
    first, last = from_code_points(text, [start, end], unit=unit)
    assert text[start:end] == text.encode(codec)[first * width : last * width].decode(codec)
