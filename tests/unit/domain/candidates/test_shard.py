"""Dividing a fleet among machines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import builders

from openmed.domain.candidates.shard import WHOLE, Shard, parse_shard, shards_of
from openmed.errors import UsageError

SLOTS = st.from_regex(r"[a-z]{1,8}::tiny::onnx", fullmatch=True)


@given(slot=SLOTS, count=st.integers(1, 256))
def test_a_slot_belongs_to_exactly_one_part(slot: str, count: int) -> None:
    """However many parts there are."""
    parts = [Shard(number=number, count=count) for number in range(1, count + 1)]
    assert sum(1 for part in parts if part.holds(slot)) == 1


def test_a_part_is_the_same_everywhere() -> None:
    """It follows from the name: machines need not agree on anything else."""
    held = [n for n in range(1, 9) if Shard(number=n, count=8).holds("pii::tiny::onnx")]
    assert held == [2]


def test_only_parts_with_something_to_do_are_listed() -> None:
    """A matrix has no empty jobs."""
    (part,) = shards_of((builders.a_candidate(slot="pii::tiny::onnx"),), count=8)
    assert part.name == "2/8"


def test_a_part_is_read_as_it_is_written() -> None:
    """K/N; or as the name of a folder."""
    assert parse_shard("3/7") == parse_shard("3-of-7") == Shard(number=3, count=7)
    assert parse_shard("3/7").slug == "3-of-7"
    assert parse_shard(WHOLE.name) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0/1",
        "2/1",
        "1/257",
        "1",
        "1/2/3",
        "a/b",
        " 1/2",
        "1/2\n",
        "01/2",
        "-1/2",
        "1-2",
        "1-of-2-of-3",
        "1of2",
        "2-of-1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """A machine that does not know its part must not take another's."""
    with pytest.raises(UsageError, match="is not a shard"):
        parse_shard(text)
