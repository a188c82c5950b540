"""Gate `shield_regression`: what it decides is in `tests/cases/gates/shield_regression`."""

import pytest
from support import builders
from support.gate_cases import cases

from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.shield_regression import ShieldRegression
from openmed.errors import EvidenceError

GATE = ShieldRegression()
SETTINGS = '{"alpha":0.05,"strict":["id","patient","phone"],"suites":["shield"]}'


# Read when the module is loaded: a test of the core touches nothing.
PASS = next(c for c in cases() if (c.gate, c.name) == ("shield_regression", "pass"))


def _decide(**covered: int) -> Finding:
    """The passing case with other numbers of covered spans of 100 each."""
    suites = {"shield": {"covered": {**_COVERED, **covered}}}
    return GATE.decide(PASS._replace(table={**PASS.table, "suites": suites}).evidence, SETTINGS)


_COVERED = dict.fromkeys(("ANY_ID", "DATE", "PATIENT_NAME", "PHONE", "PROVIDER_NAME"), 100)


@pytest.mark.parametrize("label", ["ANY_ID", "PATIENT_NAME", "PHONE"])
def test_one_new_miss_where_a_patient_is_named_fails(label: str) -> None:
    """Whatever else got better."""
    assert _decide(**{label: 99}).outcome is Outcome.FAILED


def test_the_other_labels_share_their_chance_of_a_false_alarm() -> None:
    """Five lost dates alone have p = 1/32; beside a label that lost nothing that is not enough."""
    assert _decide(DATE=95).outcome is Outcome.PASSED
    assert _decide(DATE=94).outcome is Outcome.FAILED


def test_a_second_label_is_held_to_the_rest_of_the_chance() -> None:
    """Holm: once one label has failed, the next is compared with the larger share."""
    finding = _decide(DATE=90, PROVIDER_NAME=95)
    failed = [m.name for m in finding.measures if m.outcome is Outcome.FAILED]
    assert failed == ["DATE", "PROVIDER_NAME"]


def test_a_first_release_without_leave_is_an_error() -> None:
    """As for `regression`."""
    row = builders.a_candidate(bootstrap=False)
    finding = GATE.decide(builders.an_evidence(candidate=row), SETTINGS)
    assert finding.outcome is Outcome.ERROR


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        SETTINGS.replace('"id"', '"ssn"'),
        SETTINGS.replace('["id","patient","phone"]', "[]"),
        SETTINGS.replace("0.05", "0"),
        SETTINGS.replace("0.05", "0.5"),
        SETTINGS.replace('["shield"]', "[]"),
    ],
)
def test_a_table_it_does_not_know_is_refused(settings: str) -> None:
    """Before anything is measured."""
    with pytest.raises(EvidenceError):
        GATE.check(settings)
