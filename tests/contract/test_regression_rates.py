"""How often gate `regression` decides, simulated on the committed golden suite and policy.

The whole tables: `python benchmarks/regression_gate.py`, `docs/concepts/regression-simulation.md`.
"""

from functools import cache

import pytest
import regression_gate as simulated

RUNS, SEED = 300, 20261125


@cache
def _layout() -> simulated.Layout:
    return simulated.layout_of("default")


def _rates(
    drop: float, discordance: float, *, together: bool = False, dead: str = ""
) -> simulated.Rates:
    draw = simulated.Draw(drop, discordance, together, RUNS, SEED)
    return simulated.simulate(_layout(), draw, dead=dead)


@pytest.mark.parametrize("together", [False, True])
def test_an_equal_model_is_releasable_in_nine_runs_of_ten(*, together: bool) -> None:
    """At 0.5 % discordance, under the default policy, whether or not documents change as one."""
    rates = _rates(0.0, 0.005, together=together)
    assert rates.gate_passed >= 0.9, rates
    assert rates.gate_failed <= 0.05, rates


@pytest.mark.parametrize("drop", [0.005, 0.01, 0.02])
def test_a_true_drop_is_never_released(drop: float) -> None:
    """Half a point and more fails in every run."""
    assert (0.0, 1.0) == _rates(drop, 0.005)[3:5]


def test_a_drop_of_the_margin_is_seldom_released() -> None:
    """The rule on point estimates releases half of them."""
    rates = _rates(0.002, 0.005)
    assert rates.gate_passed <= 0.1, rates
    assert rates.point_failed <= 0.6, rates


def test_equal_models_that_differ_much_are_not_condemned() -> None:
    """At 1.5 % discordance most have no verdict; falsely condemned is about one of twenty."""
    assert _rates(0.0, 0.015).gate_failed <= 0.08


@pytest.mark.parametrize("place", [0, -1])
def test_a_dead_head_always_fails(place: int) -> None:
    """The label with the least gold, and the one with the most."""
    layout = _layout()
    ranked = sorted(zip(layout.sizes, layout.names, strict=True))
    assert 1.0 == _rates(0.0, 0.005, dead=ranked[place][1]).gate_failed
