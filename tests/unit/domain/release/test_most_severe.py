"""The exit code says the most severe cause, of one candidate and of a whole run."""

from itertools import combinations, product

import pytest
from support import builders, fleets

from openmed.domain.gates.gate import Against
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.ledger.fleet import fold
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.flip_preconditions import Proposal, refusal_of
from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.exit_codes import SEVERITY, ExitCode, worst_code
from openmed.pipeline.run_report import report_of

EMPTY = fold(())
LEAKS = {"PATIENT_NAME": 10, "SSN": 100}
FAULT = StepFault(step="flip", error="IntegrityError", message="bytes changed", exit_code=7)
STALE = "2026-11-23T11:59:59Z"
COVERED = {
    Decision.RELEASABLE: {"PATIENT_NAME": 100, "SSN": 100},
    Decision.QUARANTINED: LEAKS,
}
WAYS = ("usable", "foreign key", "unsigned", "stale", "bytes changed")


def _proposal(decision: Decision, way: str) -> Proposal:
    verdict: Verdict = builders.a_verdict(
        covered=COVERED[decision], now=STALE if way == "stale" else builders.NOW
    )
    assert verdict.decision is decision
    return builders.a_proposal(
        verdict,
        verifier="stranger" if way == "foreign key" else "release",
        signed=way != "unsigned",
        fault=FAULT if way == "bytes changed" else None,
    )


@pytest.mark.parametrize(("decision", "way"), list(product(COVERED, WAYS)))
def test_a_candidate_has_the_code_of_its_most_severe_cause(decision: Decision, way: str) -> None:
    """Of its gates and of what keeps the verdict from being used; the reason names both."""
    proposal = _proposal(decision, way)
    refusal = refusal_of(EMPTY, proposal, now=builders.NOW)
    causes = set() if refusal is None else {refusal.exit_code}
    if decision is Decision.QUARANTINED:
        causes.add(ExitCode.HELD)
    (result,) = plan_flip(EMPTY, (proposal,), now=builders.NOW).results
    assert worst_code(causes) == result.exit_code
    if result.exit_code == ExitCode.HELD:
        assert "recall_floor: PATIENT_NAME" in result.reason
    if refusal is not None:
        assert refusal.reason in result.reason


def test_a_key_that_is_not_accepted_hides_no_gate() -> None:
    """What a person met first: exit 2, and the gates came in the next run."""
    (result,) = plan_flip(
        EMPTY, (_proposal(Decision.QUARANTINED, "foreign key"),), now=builders.NOW
    ).results
    assert (SlotOutcome.REFUSED, ExitCode.HELD) == (result.standing, result.exit_code)
    assert result.reason.endswith(
        "; and the verdict may not be used: signed by stranger; policy test accepts only release"
    )


def _result(code: int) -> Result:
    return Result(
        slot=f"pii::tiny::n{code}",
        standing=SlotOutcome.REFUSED,
        repo_id="org/x",
        artifact=None,
        grade=None,
        generation=0,
        tag="",
        reason="r",
        gates=(),
        exit_code=code,
    )


OF_SLOTS = (ExitCode.DONE, ExitCode.INTEGRITY, ExitCode.CONFLICT, ExitCode.HELD, ExitCode.USAGE,
            ExitCode.NO_VERDICT)  # fmt: skip
SETS = [codes for size in range(1, len(OF_SLOTS) + 1) for codes in combinations(OF_SLOTS, size)]


@pytest.mark.parametrize("codes", SETS, ids=lambda codes: "-".join(map(str, map(int, codes))))
def test_a_run_has_the_code_of_its_most_severe_candidate(codes: tuple[ExitCode, ...]) -> None:
    """Every set of outcomes there is, in any order."""
    wanted = next((code for code in SEVERITY if code in codes), ExitCode.DONE)
    for ordered in (codes, codes[::-1]):
        flip = FlipRecord(tag=None, results=tuple(map(_result, ordered)))
        report = report_of(
            started=builders.NOW,
            performed=(),
            flip=flip,
            crashed=(),
            is_interrupted=False,
            status_page="",
        )
        assert wanted == report.exit_code


def test_a_gate_comes_before_a_signature_and_after_what_may_be_forged() -> None:
    """The order is stated once."""
    order = [SEVERITY.index(code) for code in (ExitCode.INTEGRITY, ExitCode.HELD, ExitCode.USAGE)]
    assert sorted(order) == order


@pytest.mark.parametrize("way", WAYS)
def test_a_condemned_live_release_is_not_hidden_by_its_next_candidate(way: str) -> None:
    """What is served fails its policy, whatever becomes of what comes next."""
    served = fleets.after(EMPTY, builders.a_proposal())
    state = fleets.after(served, builders.a_proposal(builders.a_verdict(covered=LEAKS)))
    live = state.live_in(builders.SLOT)
    assert live is not None
    against = Against(generation=live.generation, artifact=live.release.artifact)
    verdict = builders.a_verdict(
        content=b"next", against=against, now=STALE if way == "stale" else builders.NOW
    )
    proposal = builders.a_proposal(
        verdict,
        verifier="stranger" if way == "foreign key" else "release",
        signed=way != "unsigned",
        fault=FAULT if way == "bytes changed" else None,
    )
    refusal = refusal_of(state, proposal, now=builders.NOW)
    (result,) = plan_flip(state, (proposal,), now=builders.NOW).results
    wanted = ExitCode.DONE if refusal is None else worst_code({ExitCode.HELD, refusal.exit_code})
    assert wanted == result.exit_code
