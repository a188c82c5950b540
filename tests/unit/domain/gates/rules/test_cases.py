"""Every gate says what its cases expect: `tests/cases/gates/<id>/*.toml`."""

import json

import pytest
from support.gate_cases import Case, cases, findings_file

from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.rules import GATES
from openmed.errors import EvidenceError

CASES = cases()
BY_ID = {gate.id: gate for gate in GATES}
FINDINGS = {name: json.loads(findings_file(name).read_text(encoding="utf-8")) for name in BY_ID}
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


@pytest.mark.parametrize("gate", sorted(BY_ID))
def test_what_is_signed_about_each_case_is_written_down(gate: str) -> None:
    """Every word and every number; `nox -s update_cases` writes it again."""
    assert FINDINGS[gate] == {case.name: case.finding for case in CASES if case.gate == gate}


@pytest.mark.parametrize("gate", sorted(BY_ID))
def test_a_table_with_a_strange_key_is_not_the_gates(gate: str) -> None:
    """Whether it is checked or judged by, and the sentence says it is the table."""
    for attempt in (BY_ID[gate].check, lambda text: BY_ID[gate].decide(CASES[0].evidence, text)):
        with pytest.raises(EvidenceError) as caught:
            attempt('{"strange":1}')
        assert caught.value.message.startswith("table is not valid: ")
