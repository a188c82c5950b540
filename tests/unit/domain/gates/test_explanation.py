"""An explanation says where each number and each limit comes from, and shows no text."""

import pytest
from support import builders
from support.counting import leaks_of

from openmed.domain.gates.explanation import Explanation, explain
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.errors import UsageError

LEAKS = {"PATIENT_NAME": 100, "SSN": 90}


def _explained(
    *, policy: Policy | None = None, only: str = "", here: bool = True, why: str | None = None
) -> Explanation:
    report = builders.a_report(covered=LEAKS)
    return explain(
        builders.a_verdict(covered=LEAKS),
        source="artifacts/runs/pii--tiny--onnx/verdict.json",
        policy=policy or builders.a_policy(),
        reports=(report,) if here else (),
        leaks={"golden": leaks_of({row.name: row.counts for row in report.labels})}
        if why is None
        else {"golden": why},
        gates=GATES,
        only=only,
    )


def test_every_gate_is_explained_in_the_policys_order() -> None:
    """With its rule and where the documentation has it."""
    explanation = _explained()
    assert [gate.id for gate in explanation.gates] == [
        "evidence",
        "recall_floor",
        "critical_leakage",
    ]
    assert all(
        gate.rule and gate.heading == f"docs/reference/gates.md#{gate.id}"
        for gate in explanation.gates
    )


def test_a_leak_gate_shows_its_spans_by_offsets() -> None:
    """Those of the labels it measured, and of no other."""
    (gate,) = _explained(only="critical_leakage").gates
    assert len(gate.leaks) == 10
    assert {row.leak.label for row in gate.leaks} == {"SSN"}
    assert gate.missing == ()


def test_other_gates_show_no_spans() -> None:
    """A floor counts what is covered, not what is exposed."""
    (gate,) = _explained(only="recall_floor").gates
    assert (gate.leaks, gate.missing) == ((), ())


def test_a_report_that_is_gone_is_named() -> None:
    """Silence would read as no leak."""
    (gate,) = _explained(only="critical_leakage", here=False).gates
    assert (gate.leaks, gate.missing) == ((), ("golden",))


def test_leaks_whose_places_are_not_known_are_counted() -> None:
    """The text of a suite under a licence may be on another machine."""
    (gate,) = _explained(only="critical_leakage", why="the text is not here").gates
    (row,) = gate.unplaced
    assert (gate.leaks, gate.missing) == ((), ())
    assert (row.suite, row.spans, row.why) == ("golden", 10, "the text is not here")


def test_a_limit_names_its_key() -> None:
    """File and key, so that a person can find the line to argue about."""
    explanation = _explained(only="recall_floor")
    assert explanation.policy == "gates/policy/test.toml"
    assert {key for m in explanation.gates[0].measures for key in m.keys} == {
        "gates.recall_floor.floor"
    }


def test_a_policy_that_changed_gives_no_keys() -> None:
    """Its numbers are not the ones the verdict was made with."""
    explanation = _explained(policy=builders.a_policy(floor=0.5))
    assert explanation.is_policy_changed
    assert all(not m.keys for gate in explanation.gates for m in gate.measures)


def test_it_ends_with_what_measures_the_same_again() -> None:
    """The one suite that the numbers are of."""
    assert _explained().command == "benchmark run pii::tiny::onnx --suite golden"


def test_an_unknown_gate_is_usage() -> None:
    """With the gates there are."""
    with pytest.raises(UsageError, match="it has evidence, recall_floor, critical_leakage"):
        _explained(only="nonsense")
