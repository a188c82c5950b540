"""Every gate says what its cases expect: `tests/cases/gates/<id>/*.toml`."""

import pytest
from gate_cases import Case, cases

from openmed.domain.gate import Outcome
from openmed.domain.gates import GATES

CASES = cases()
BY_ID = {gate.id: gate for gate in GATES}
UNDECIDED = {Outcome.ERROR, Outcome.INCONCLUSIVE}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.gate}-{case.name}")
def test_a_gate_says_what_the_case_expects(case: Case) -> None:
    """The outcome, and in the sentence the numbers it comes from."""
    gate = BY_ID[case.gate]
    gate.check(case.settings)
    finding = gate.decide(case.evidence, case.settings)
    assert (case.outcome, case.message) == (finding.outcome, _shown(case, finding.message))


def _shown(case: Case, message: str) -> str:
    return case.message if case.message in message else message


def test_every_gate_has_a_pass_a_fail_and_an_error() -> None:
    """`evidence` condemns nobody, so what it refuses is undecided."""
    for gate in GATES:
        names = {case.name.split("-")[0]: case.outcome for case in CASES if case.gate == gate.id}
        assert {"pass", "fail", "error"} <= names.keys(), gate.id
        assert (names["pass"], names["error"]) == (Outcome.PASSED, Outcome.ERROR)
        assert names["fail"] is Outcome.FAILED or gate.id == "evidence"


def test_no_case_is_of_a_gate_that_does_not_exist() -> None:
    """A renamed gate takes its cases along."""
    assert {case.gate for case in CASES} <= BY_ID.keys()


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.id)
def test_without_evidence_no_gate_passes(gate: object) -> None:
    """Whatever a passing case rests on, without any of it the gate does not pass."""
    case = next(c for c in CASES if (c.gate, c.name) == (getattr(gate, "id", ""), "pass"))
    bare = case.table | {
        "set": {"reports": [], "baselines": [], "parents": [], "listed.row": None},
        "unset": ["staged", "performance", "profile", "parent"],
    }
    finding = BY_ID[case.gate].decide(case._replace(table=bare).evidence, case.settings)
    assert finding.outcome in UNDECIDED
