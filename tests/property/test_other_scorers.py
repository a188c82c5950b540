"""What two other scorers say of the edge cases, so that the fixture's columns are facts.

nervaluate is in the development group. seqeval needs scikit-learn and is only there in
`nox -s oracles`; elsewhere its test is skipped.
"""

import pytest
from support import scoring_oracles as oracles

CASES = oracles.edge_cases()
HALF_OPEN = [case for case in CASES if "nervaluate_half_open" in case.expected]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nervaluate_says_what_is_written(case: oracles.Case) -> None:
    """Given inclusive ends."""
    assert case.expected["nervaluate"] == oracles.nervaluate(case)


@pytest.mark.parametrize("case", HALF_OPEN, ids=lambda case: case.name)
def test_nervaluate_credits_what_does_not_touch_when_given_half_open_ends(
    case: oracles.Case,
) -> None:
    """The trap of its offsets."""
    assert case.expected["nervaluate_half_open"] == oracles.nervaluate(case, is_half_open=True)


def test_seqeval_says_what_is_written() -> None:
    """Precision and recall over tokens."""
    pytest.importorskip("seqeval", reason="seqeval is only in nox -s oracles")
    expected = {case.name: case.expected["seqeval"] for case in CASES}
    assert expected == {case.name: oracles.seqeval(case) for case in CASES}
