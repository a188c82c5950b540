"""Laws of gate `regression`: losing more, or gaining less, never helps any label."""

from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.evaluation.scoring.statistics import (
    exact_paired_p,
    provable_margin,
    tango_bounds,
)
from openmed.domain.gates.gate import Outcome, worst
from openmed.domain.gates.rules.regression import (
    RegressionSettings,
    outcome_of_all,
    outcome_of_label,
    worse_labels,
)

WANTED = RegressionSettings(
    suite="golden", overall=0.02, per_label=0.03, widest=0.1, discordance=0.005
)  # fmt: skip
Changes = dict[str, tuple[int, int, int]]
SIZES = {"SSN": 40, "MRN": 150, "DATE": 600}

CHANGES = st.fixed_dictionaries(
    {
        name: st.tuples(st.integers(0, min(30, size // 2)), st.integers(0, 15), st.just(size))
        for name, size in SIZES.items()
    }
)
WORSE = st.tuples(st.sampled_from(sorted(SIZES)), st.integers(0, 5), st.integers(0, 5))


def _outcomes(changes: Changes) -> list[Outcome]:
    """Of the whole gate: over all labels, then of each."""
    lost, gained, spans = (sum(column) for column in zip(*changes.values(), strict=True))
    whole = outcome_of_all(
        lost, gained, spans, bounds=tango_bounds(lost, gained, spans), margin=WANTED.overall
    )
    worse = worse_labels(changes, WANTED)
    labels = [
        outcome_of_label(
            lost,
            lower=tango_bounds(lost, gained, spans)[0],
            margin=WANTED.margin_of(name, spans),
            is_worse=name in worse,
        )
        for name, (lost, gained, spans) in changes.items()
    ]
    return [whole, *labels]


@given(CHANGES, WORSE)
def test_losing_more_or_gaining_less_never_helps(
    changes: Changes, more: tuple[str, int, int]
) -> None:
    """Row by row a refusal stays one, and what failed still fails."""
    name, further, fewer = more
    lost, gained, spans = changes[name]
    worse = {**changes, name: (lost + further, max(0, gained - fewer), spans)}
    before, after = _outcomes(changes), _outcomes(worse)
    for better, now in zip(before, after, strict=True):
        assert Outcome.PASSED is not now or Outcome.PASSED is better
        assert Outcome.FAILED is now or Outcome.FAILED is not better
    assert Outcome.FAILED is worst(tuple(after)) or Outcome.FAILED is not worst(tuple(before))


@given(st.integers(1, 60), st.integers(0, 60), st.integers(130, 3_000))
def test_bounds_and_chances_never_rise_with_a_loss(lost: int, gained: int, spans: int) -> None:
    """One more lost, or one fewer gained, moves both against the candidate."""
    lower, chance = tango_bounds(lost, gained, spans)[0], exact_paired_p(lost, gained)
    assert tango_bounds(lost + 1, gained, spans)[0] <= lower
    assert exact_paired_p(lost + 1, gained) <= chance
    if gained:
        assert tango_bounds(lost, gained - 1, spans)[0] <= lower
        assert exact_paired_p(lost, gained - 1) <= chance


@given(st.integers(1, 5_000), st.integers(1, 1_000))
def test_more_gold_never_widens_a_margin(spans: int, more: int) -> None:
    """So a larger suite never excuses more."""
    assert provable_margin(0.005, spans + more) <= provable_margin(0.005, spans)
    assert WANTED.margin_of("SSN", spans + more) <= WANTED.margin_of("SSN", spans)
