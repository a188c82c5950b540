"""How far a suggested limit lies from what was measured."""

import pytest

from openmed.domain.gates.suggested import margins


@pytest.mark.parametrize(
    ("total", "margin"), [(1, 3), (100, 3), (600, 3), (601, 4), (3241, 17), (10_000, 50)]
)
def test_a_margin_is_three_spans_or_half_a_percent(total: int, margin: int) -> None:
    """Whichever is more."""
    assert margin == margins.margin_of(total)


@pytest.mark.parametrize("total", [1, 2, 9, 10, 14, 100, 999, 3241])
def test_a_floor_is_met_by_what_was_measured(total: int) -> None:
    """Never above it, never under the least one, and none where that is more than was found."""
    for hits in range(total + 1):
        floor = margins.floor_of(hits, total)
        if hits < margins.LEAST * total:
            assert floor is None
        else:
            assert floor is not None
            assert margins.LEAST <= floor
            assert hits >= floor * total


@pytest.mark.parametrize("parts", range(0, 1000, 7))
def test_a_limit_is_kept_by_what_was_measured(parts: int) -> None:
    """Never below it, never above the highest one, and none where that is less."""
    limit = margins.limit_of(parts / 1000, most=0.9)
    if parts > 900:
        assert limit is None
    else:
        assert limit is not None
        assert parts / 1000 <= limit <= 0.9
