"""Offsets in other units, converted at the edge: inside, an offset counts code points.

JavaScript, Java and .NET count UTF-16 code units; C and Go count UTF-8 bytes. An offset
that points into the middle of a character, or past the end, is an error: rounding it would
move a redaction without anybody knowing.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openmed.errors import EvidenceError


class Unit(StrEnum):
    """What an offset counts."""

    UTF16 = "UTF-16 code unit"
    UTF8 = "UTF-8 byte"


_LAST: Final[Mapping[Unit, Sequence[int]]] = {
    Unit.UTF16: (0xFFFF,),
    Unit.UTF8: (0x7F, 0x7FF, 0xFFFF),
}
"""Last code point that takes one unit, two, three."""


def to_code_points(text: str, offsets: Sequence[int], *, unit: Unit) -> tuple[int, ...]:
    """Convert offsets that count `unit` to offsets that count code points.

    Args:
        text: what the offsets point into.
        offsets: in any order.
        unit: what they count.

    Raises:
        EvidenceError: an offset is outside the text or inside a character.
    """
    edges = _edges(text, unit)
    wanted = _checked(offsets, last=int(edges[-1]), unit=unit.value)
    points = np.searchsorted(edges, wanted)
    inside = np.flatnonzero(edges[points] != wanted)
    if len(inside):
        msg = f"{unit.value} offset {wanted[inside[0]]} lies inside a character"
        raise EvidenceError(msg)
    return tuple(points.tolist())


def from_code_points(text: str, offsets: Sequence[int], *, unit: Unit) -> tuple[int, ...]:
    """Convert offsets that count code points to offsets that count `unit`.

    Raises:
        EvidenceError: an offset is outside the text.
    """
    edges = _edges(text, unit)
    return tuple(edges[_checked(offsets, last=len(text), unit="code point")].tolist())


def _edges(text: str, unit: Unit) -> NDArray[np.int64]:
    """Where each code point begins, counted in `unit`; the last value is the end."""
    if unit is Unit.UTF8 and not _is_carried_by_utf8(text):
        msg = "the text holds half a surrogate pair, which UTF-8 cannot carry"
        raise EvidenceError(msg)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    edges = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum(1 + sum(points > last for last in _LAST[unit]), out=edges[1:])
    return edges


def _is_carried_by_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _checked(offsets: Sequence[int], *, last: int, unit: str) -> NDArray[np.int64]:
    outside = next((offset for offset in offsets if not 0 <= offset <= last), None)
    if outside is not None:
        msg = f"{unit} offset {outside} lies outside the text, which ends at {last}"
        raise EvidenceError(msg)
    return np.array(offsets, dtype=np.int64)
