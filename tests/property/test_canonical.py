"""Canonical JSON is RFC 8785 to the byte, whichever way it is written."""

import struct

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from openmed.domain.digest import Json, canonical_json


def _float_of(bits: int) -> float:
    (number,) = struct.unpack("<d", struct.pack("<Q", bits))
    assert isinstance(number, float)
    return number


NUMBERS = st.one_of(
    st.integers(-(2**54), 2**54),
    st.floats(),
    st.floats(1e-8, 1e-2),
    st.floats(1e13, 1e23),
    st.integers(0, 2**64 - 1).map(_float_of),
    st.decimals(-1000, 1000, places=4).map(float),
)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.text(st.characters(codec=None))
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def _written(write: object, value: Json) -> bytes | str:
    assert callable(write)
    try:
        made = write(value)
    except ValueError as error:
        return f"refused: {isinstance(error, ValueError)}"
    assert isinstance(made, bytes)
    return made


@given(VALUES)
@example("\ud800")
@example({"\U0001f600": 1, "\ufb01": 2})
@example([1.0, -0.0, 1e-7, 1e21, 1e16, 0.1, 2**53, 123456789012345.6])
@example('\x00\x1f\x7f\u2028\\"/')
def test_it_is_rfc_8785(value: Json) -> None:
    """The quick way and the other one write the same bytes, or refuse the same values."""
    assert _written(rfc8785.dumps, value) == _written(canonical_json, value)
