"""Planning a flip: what moves, what does not, and why."""

import pytest
from support import builders, fleets, floors

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Against
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.flip_preconditions import Proposal
from openmed.domain.release.flip_record import is_same_outcome, record_of
from openmed.domain.release.results.slot_result import SlotOutcome

EMPTY = fold(())
BAD = {"PATIENT_NAME": 10, "SSN": 100}


def _second(state: FleetState, *, content: bytes) -> Proposal:
    live = state.live_in(builders.SLOT)
    assert live is not None
    against = Against(generation=live.generation, artifact=live.release.artifact)
    return builders.a_proposal(builders.a_verdict(content=content, against=against))


def test_a_green_candidate_is_released_under_the_first_tag_of_the_day() -> None:
    """The first release of a day is number 1, generation 1."""
    plan = plan_flip(EMPTY, (builders.a_proposal(),), now=builders.NOW)
    assert plan.entry is not None
    assert plan.entry.tag == "2026.11.24-1"
    assert [(r.standing, r.generation, r.exit_code) for r in plan.results] == [
        (SlotOutcome.RELEASED, 1, 0)
    ]


def test_a_second_release_follows_the_first() -> None:
    """Generation and tag count up, and the entry names what it replaced."""
    state = fleets.after(EMPTY, builders.a_proposal())
    after = fleets.after(state, _second(state, content=b"better"))
    live = after.live_in(builders.SLOT)
    assert live is not None
    assert (live.tag, live.generation, live.previous_generation) == (
        "2026.11.24-2",
        2,
        1,
    )


def test_what_is_live_is_not_flipped_again() -> None:
    """The same artifact, judged again, changes nothing."""
    state = fleets.after(EMPTY, builders.a_proposal())
    plan = plan_flip(state, (builders.a_proposal(),), now=builders.NOW)
    assert (plan.entry, plan.results[0].standing) == (None, SlotOutcome.LIVE)


def test_a_failing_candidate_is_quarantined_and_moves_nothing() -> None:
    """The ledger records the quarantine; the slot stays empty."""
    proposal = builders.a_proposal(builders.a_verdict(covered=BAD))
    plan = plan_flip(EMPTY, (proposal,), now=builders.NOW)
    state = fleets.after(EMPTY, proposal)
    assert plan.results[0].exit_code == 3
    assert plan.results[0].gates == ("recall_floor",)
    assert state.live == ()
    assert [cause for row in state.quarantines for cause, _ in row.causes] == ["recall_floor"]


def test_a_quarantined_artifact_is_refused_even_with_a_passing_verdict() -> None:
    """A softer policy does not lift a quarantine."""
    state = fleets.after(EMPTY, builders.a_proposal(builders.a_verdict(covered=BAD)))
    soft = builders.a_policy(floor=0.01)
    proposal = builders.a_proposal(builders.a_verdict(covered=BAD, policy=soft), policy=soft)
    plan = plan_flip(state, (proposal,), now=builders.NOW)
    assert (plan.entry, plan.results[0].standing) == (None, SlotOutcome.QUARANTINED)


def test_one_entry_holds_the_whole_run() -> None:
    """A fleet flips under one tag, and a bad slot does not hold a good one."""
    other = builders.a_candidate(slot="pii::base::onnx")
    good = builders.a_proposal()
    bad = builders.a_proposal(
        builders.a_verdict(candidate=other, covered=BAD, content=b"bad"), candidate=other
    )
    plan = plan_flip(EMPTY, (good, bad), now=builders.NOW)
    assert plan.entry is not None
    assert [change.event for change in plan.entry.changes] == ["promoted", "quarantined"]


def _no_policy(verdict: Verdict) -> Proposal:
    return Proposal(
        pins=(builders.a_pin(),),
        has_same_registry=True,
        slot=builders.SLOT,
        candidate=builders.a_candidate(),
        policy=None,
        floor=floors.FLOOR,
        verdict=verdict,
        signed=builders.a_signed(verdict),
    )


def _changed_row() -> Candidate:
    return builders.a_candidate(title="Renamed")


def _row_gone() -> Proposal:
    verdict = builders.a_verdict()
    return Proposal(
        pins=(builders.a_pin(),),
        has_same_registry=True,
        slot=builders.SLOT,
        candidate=None,
        policy=builders.a_policy(),
        floor=floors.FLOOR,
        verdict=verdict,
        signed=builders.a_signed(verdict),
    )


def _swapped_signature() -> Proposal:
    verdict = builders.a_verdict()
    other = builders.a_verdict(content=b"other")
    return Proposal(
        pins=(builders.a_pin(),),
        has_same_registry=True,
        slot=builders.SLOT,
        candidate=builders.a_candidate(),
        policy=builders.a_policy(),
        floor=floors.FLOOR,
        verdict=verdict,
        signed=builders.a_signed(other),
    )


def _no_bootstrap() -> Proposal:
    row = builders.a_candidate(bootstrap=False)
    return builders.a_proposal(builders.a_verdict(candidate=row), candidate=row)


FAULT = StepFault(step="flip", error="IntegrityError", message="bytes changed", exit_code=7)
STALE = "2026-11-23T11:59:59Z"
FUTURE = "2026-11-24T12:00:01Z"
WRONG = Against(generation=1, artifact=builders.HEX)

REFUSED = {
    "unsigned": builders.a_proposal(signed=False),
    "signature of another verdict": _swapped_signature(),
    "foreign key": builders.a_proposal(verifier="stranger"),
    "policy changed": builders.a_proposal(policy=builders.a_policy(floor=0.5)),
    "policy gone": _no_policy(builders.a_verdict()),
    "row gone": _row_gone(),
    "row changed": Proposal(
        pins=(builders.a_pin(),),
        has_same_registry=True,
        slot=builders.SLOT,
        candidate=_changed_row(),
        policy=builders.a_policy(),
        floor=floors.FLOOR,
        verdict=builders.a_verdict(),
        signed=builders.a_signed(builders.a_verdict()),
    ),
    "stale": builders.a_proposal(builders.a_verdict(now=STALE)),
    "future": builders.a_proposal(builders.a_verdict(now=FUTURE)),
    "compared against something else": builders.a_proposal(builders.a_verdict(against=WRONG)),
    "bytes changed": builders.a_proposal(fault=FAULT),
    "first release without bootstrap": _no_bootstrap(),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_verdict_that_may_not_be_used_moves_nothing(name: str) -> None:
    """Every check of the flip refuses by itself, and never with exit code 0."""
    plan = plan_flip(EMPTY, (REFUSED[name],), now=builders.NOW)
    assert (plan.entry, plan.results[0].standing) == (None, SlotOutcome.REFUSED)
    assert plan.results[0].reason
    assert plan.results[0].exit_code in {2, 6, 7}


def test_a_verdict_is_spent_by_the_flip_that_used_it() -> None:
    """Yesterday's pass cannot release the same bytes again after something else went live."""
    first = builders.a_proposal()
    state = fleets.after(EMPTY, first)
    state = fleets.after(state, _second(state, content=b"better"))
    plan = plan_flip(state, (first,), now=builders.NOW)
    assert (plan.entry, plan.results[0].standing) == (None, SlotOutcome.REFUSED)


def test_the_loser_of_a_race_is_refused() -> None:
    """Both were compared against generation 1; the second one must compare again."""
    state = fleets.after(EMPTY, builders.a_proposal())
    winner, loser = _second(state, content=b"a"), _second(state, content=b"b")
    plan = plan_flip(fleets.after(state, winner), (loser,), now=builders.NOW)
    assert plan.entry is None
    assert plan.results[0].reason == "the live release changed since comparison"


def test_no_verdict_is_no_release() -> None:
    """A step that failed leaves its reason and its exit code."""
    proposal = Proposal(
        pins=(builders.a_pin(),),
        has_same_registry=True,
        slot=builders.SLOT,
        candidate=builders.a_candidate(),
        policy=None,
        floor=floors.FLOOR,
        verdict=None,
        signed=None,
        fault=FAULT,
    )
    result = plan_flip(EMPTY, (proposal,), now=builders.NOW).results[0]
    assert (result.standing, result.reason, result.exit_code) == (
        SlotOutcome.NOT_EVALUATED,
        "bytes changed",
        7,
    )


def test_an_undecided_verdict_is_no_release() -> None:
    """Too little gold is exit 5, and nothing moves."""
    policy = builders.a_policy()
    evidence = builders.an_evidence(reports=())
    verdict = builders.a_verdict(policy=policy)
    undecided = Verdict.model_validate_json(
        verdict.model_dump_json().replace('"RELEASABLE"', '"NOT_EVALUATED"')
    )
    plan = plan_flip(EMPTY, (builders.a_proposal(undecided),), now=builders.NOW)
    assert evidence.reports == ()
    assert (plan.entry, plan.results[0].exit_code) == (None, 5)


def test_a_bad_new_verdict_on_what_is_live_is_red_and_moves_nothing() -> None:
    """It is a fact of the ledger; to leave it is the work of a rollback, not of a release."""
    state = fleets.after(EMPTY, builders.a_proposal())
    proposal = builders.a_proposal(builders.a_verdict(covered=BAD))
    plan = plan_flip(state, (proposal,), now=builders.NOW)
    assert proposal.verdict is not None
    assert proposal.verdict.decision is Decision.QUARANTINED
    assert plan.entry is not None
    assert ["condemned"] == [change.event for change in plan.entry.changes]
    assert (SlotOutcome.CONDEMNED, 3) == (plan.results[0].standing, plan.results[0].exit_code)
    assert state.live == fold((*state.entries, plan.entry)).live


def test_what_was_released_then_is_live_now() -> None:
    """A repeated plan says the same, so the flip has nothing to do."""
    first = builders.a_proposal()
    done = record_of(plan_flip(EMPTY, (first,), now=builders.NOW))
    again = record_of(plan_flip(fleets.after(EMPTY, first), (first,), now=builders.NOW))
    assert is_same_outcome(done, again)
