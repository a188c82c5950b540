"""A gate that compares with the live release, on a suite's new edition and on the one before."""

import pytest
from support import builders
from support.builders import a_pin, a_report, a_staged
from support.gate_cases import cases

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Against, Evidence, Outcome
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.side_by_side import COMPARED_WITH_LIVE, on_both_editions

NAMES = "PATIENT_NAME"
REGRESSION = next(gate for gate in GATES if gate.id == "regression")
SETTINGS = '{"suite":"golden","overall":0.002,"per_label":0.01,"widest":0.1,"discordance":0.005}'
PASSING = [case for case in cases() if case.outcome is Outcome.PASSED and case.evidence.baselines]
BEFORE = a_pin(name="previous-golden", digest=sha256_hex(b"the edition before"))


def _report(content: bytes, lost: int, *, before: bool = False) -> BenchmarkReport:
    pin = BEFORE if before else a_pin()
    covered = {NAMES: 100 - lost, "SSN": 100}
    return a_report(a_staged(content=content), pin=pin, covered=covered)


def _evidence(*, lost: int, lost_before: int, why: str = "", has_before: bool = True) -> Evidence:
    live = a_staged(content=b"live")
    whole = (False, True) if has_before else (False,)
    lost_on = {False: lost, True: lost_before}
    evidence = builders.an_evidence(
        reports=tuple(_report(b"weights", lost_on[one], before=one) for one in whole),
        baselines=tuple(_report(b"live", 0, before=one) for one in whole),
        against=Against(generation=1, artifact=live.artifact),
        pins=(a_pin(), BEFORE) if has_before else (a_pin(),),
    )
    return Evidence.model_validate({**dict(evidence), "moved": (("golden", why),)})


@pytest.mark.parametrize(
    ("lost", "lost_before", "outcome"),
    [
        (0, 0, Outcome.PASSED),
        (0, 30, Outcome.FAILED),
        (30, 0, Outcome.FAILED),
        (30, 30, Outcome.FAILED),
    ],
)
def test_the_worse_of_both_decides(lost: int, lost_before: int, outcome: Outcome) -> None:
    """What is lost on either is lost, and both are told."""
    found = on_both_editions(REGRESSION, _evidence(lost=lost, lost_before=lost_before), SETTINGS)
    assert outcome is found.outcome
    assert "; on the edition before of golden: " in found.message
    assert {"golden", "previous-golden"} == {measure.suite for measure in found.measures}


def test_a_missing_report_of_the_one_before_is_no_pass() -> None:
    """Nothing missing reads as a pass."""
    evidence = _evidence(lost=0, lost_before=0)
    alone = Evidence.model_validate({**dict(evidence), "reports": evidence.reports[:1]})
    assert Outcome.ERROR is on_both_editions(REGRESSION, alone, SETTINGS).outcome


def test_a_reason_stands_in_the_message() -> None:
    """Only the new edition is looked at."""
    evidence = _evidence(lost=0, lost_before=0, why="its licence ended", has_before=False)
    found = on_both_editions(REGRESSION, evidence, SETTINGS)
    assert Outcome.PASSED is found.outcome
    assert found.message.endswith(
        "golden has a new edition, and not the one before: its licence ended"
    )


def test_other_gates_look_at_the_new_edition_only() -> None:
    """Floors hold on what is pinned."""
    (floor,) = (gate for gate in GATES if gate.id == "recall_floor")
    settings = '{"suite":"golden","floor":0.9}'
    found = on_both_editions(floor, _evidence(lost=0, lost_before=90), settings)
    assert Outcome.PASSED is found.outcome
    assert "edition" not in found.message


def test_every_blocking_gate_that_pairs_with_the_live_release_is_named() -> None:
    """Each gate's own passing cases: those that cannot pass without the live release's report."""
    pairing = set()
    for case in PASSING:
        (gate,) = (gate for gate in GATES if gate.id == case.gate)
        bare = Evidence.model_validate({**dict(case.evidence), "baselines": ()})
        if gate.decide(bare, case.settings).outcome is not Outcome.PASSED:
            pairing.add(gate.id)
    # Advisory gates tell of the new edition only.
    assert pairing - {"drift"} == COMPARED_WITH_LIVE
