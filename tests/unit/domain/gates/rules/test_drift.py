"""Gate `drift`: what its index is, beside the cases."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.gates.rules.drift import stability_index

COUNTS = st.dictionaries(st.sampled_from(["A", "B", "C", "D"]), st.integers(0, 500), min_size=1)


def test_the_index_is_that_of_the_formula() -> None:
    """By hand, with half a prediction added to each count."""
    p, q = (30.5 / 101, 70.5 / 101), (60.5 / 101, 40.5 / 101)
    wanted = sum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))
    index, label = stability_index({"A": 30, "B": 70}, {"A": 60, "B": 40})
    assert label == "A"
    assert index == pytest.approx(wanted, abs=1e-6)


@given(before=COUNTS, after=COUNTS)
def test_it_is_symmetric_and_never_negative(before: dict[str, int], after: dict[str, int]) -> None:
    """Whichever came first."""
    there, back = stability_index(before, after)[0], stability_index(after, before)[0]
    assert there == back >= 0.0


@given(counts=COUNTS)
def test_the_same_counts_do_not_drift(counts: dict[str, int]) -> None:
    """Nor does a label that nobody predicts."""
    assert stability_index(counts, counts)[0] == 0.0


def test_a_label_that_vanished_has_a_finite_share_in_it() -> None:
    """And is the one that is named."""
    index, label = stability_index({"A": 100, "B": 100}, {"A": 100})
    assert 1.0 < index < math.inf
    assert label == "B"
