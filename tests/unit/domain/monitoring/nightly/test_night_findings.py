"""What a night makes of each outcome of each gate: none is passed over in silence."""

from itertools import product

import pytest
from support import builders

from openmed.domain.gates.gate import GateResult, Outcome
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import Verdict
from openmed.domain.ledger.cited.condemned_behaviour import NOT_OVER_PREDICTIONS
from openmed.domain.monitoring.nightly.night_findings import (
    NOT_OF_A_NIGHT,
    failed_gates,
    unjudged_gates,
)

CALM = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
NAMES = [gate.id for gate in GATES]


def _verdict(name: str, outcome: Outcome, *, blocking: bool) -> Verdict:
    result = GateResult(id=name, outcome=outcome, blocking=blocking, message="m")
    return Verdict.model_construct(**{**dict(builders.a_verdict()), "results": (result,)})


@pytest.mark.parametrize(("name", "outcome"), list(product(NAMES, Outcome)))
def test_what_is_not_passed_is_a_regression_or_an_alarm(name: str, outcome: Outcome) -> None:
    """Of required gates over predictions; what a night does not measure is neither."""
    verdict = _verdict(name, outcome, blocking=True)
    found = (bool(failed_gates(verdict)), bool(unjudged_gates(verdict)))
    if name in NOT_OVER_PREDICTIONS:
        assert (False, False) == found
    elif outcome is Outcome.FAILED:
        assert (True, False) == found
    else:
        assert (False, outcome not in CALM and name not in NOT_OF_A_NIGHT) == found


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_advisory_gate_is_neither(outcome: Outcome) -> None:
    """It reports, and decides nothing."""
    verdict = _verdict("recall_floor", outcome, blocking=False)
    assert () == failed_gates(verdict) == unjudged_gates(verdict)


def test_every_gate_that_is_left_out_is_one() -> None:
    """A renamed gate is left out no more."""
    assert set(NAMES) >= NOT_OF_A_NIGHT
