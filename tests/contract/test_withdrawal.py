"""A slot whose first release leaks, or whose older releases are all revoked, can be emptied."""

import json
from pathlib import Path

import pytest
from support import builders
from support.builders import NOTHING_LIVE
from support.places import BACK, SLOT, Place

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.slot_undo import Undo
from openmed.domain.release.rollback_options import Request

EMPTY = Request.model_validate({**BACK.model_dump(), "is_withdrawing": True})
FIRST, SECOND = b"first", b"second"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """One release, the first of its slot."""
    made = Place(tmp_path)
    made.release(FIRST)
    return made


def test_a_first_release_is_withdrawn(place: Place) -> None:
    """The slot serves nothing, its bytes are revoked, everything is whole."""
    plan = place.roll_back(EMPTY)
    state = place.releases.state()
    assert [Undo.WITHDRAWN] == [row.undo for row in plan.slots]
    assert 0 == plan.exit_code
    assert state.live_in(SLOT) is None
    assert state.is_quarantined(builders.artifact_of(FIRST))
    place.regenerate()
    assert () == place.verify().faults


def test_it_does_not_come_back(place: Place) -> None:
    """The next run refuses the same bytes."""
    place.roll_back(EMPTY)
    verdict = place.verdict(FIRST)
    place.offer(verdict, place.signed(verdict), content=FIRST)
    (result,) = place.flip().results
    assert (SlotOutcome.QUARANTINED, 3) == (result.standing, result.exit_code)
    assert place.releases.state().live_in(SLOT) is None


def test_the_same_call_again_moves_nothing(place: Place) -> None:
    """Exit 0, and no second entry."""
    place.roll_back(EMPTY)
    plan = place.roll_back(EMPTY)
    assert (None, 0) == (plan.entry, plan.exit_code)


def test_a_slot_whose_older_releases_are_revoked_is_withdrawn(place: Place) -> None:
    """Also when what is live came by a rollback."""
    place.release(SECOND)
    place.roll_back()
    assert 0 == place.roll_back(EMPTY).exit_code
    assert place.releases.state().live_in(SLOT) is None


def test_the_refusal_names_the_command(place: Place) -> None:
    """Exit 4 says what empties the slot; doing that works, by the real command."""
    place.write_queue()
    refused = place.run("release", "rollback", "pii")
    assert 4 == refused.returncode
    line = next(row for row in refused.stdout.splitlines() if row.startswith("next: "))
    assert line.endswith("release rollback pii --tier tiny --format onnx --line none --withdraw")
    words = line.split("release rollback")[1].split()
    done = place.run("release", "rollback", *words)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert place.releases.state().live_in(SLOT) is None
    listed = place.run("release", "list")
    assert "withdrawn" in listed.stdout


def test_what_comes_after_a_withdrawal_is_compared_with_what_was_served_last(place: Place) -> None:
    """A build that `regression` condemned does not come back as a first release."""
    place.roll_back(EMPTY)
    state = place.releases.state()
    against = state.against(SLOT, artifact=builders.artifact_of(SECOND))
    assert (2, builders.artifact_of(FIRST)) == (against.generation, against.artifact)
    before = state.compared(SLOT, artifact=builders.artifact_of(SECOND))
    assert before is not None
    assert builders.artifact_of(FIRST) == before.release.artifact
    place.release(SECOND)
    after = place.releases.state()
    live = after.live_in(SLOT)
    assert live is not None
    assert (3, None) == (live.generation, live.release.previous_artifact)
    # What is live is judged against the same thing as before its flip.
    assert against == after.against(SLOT, artifact=builders.artifact_of(SECOND))
    place.regenerate()
    assert () == place.verify().faults


OTHER = f"{SLOT}::nl"


def _offer_in_other_slot(place: Place) -> Result:
    """The same repository in a new line, as a first release."""
    row = Candidate.model_validate_json(
        json.dumps({**builders.a_candidate().model_dump(mode="json"), "slot": OTHER})
    )
    place.stage(SECOND)
    proposal = builders.a_proposal(builders.a_verdict(candidate=row, content=SECOND), candidate=row)
    return plan_flip(place.releases.state(), (proposal,), now=place.now).results[0]


def test_a_repository_is_served_by_one_slot(place: Place) -> None:
    """Exit 2 while another slot serves it; afterwards it may move."""
    result = _offer_in_other_slot(place)
    assert (SlotOutcome.REFUSED, 2) == (result.standing, result.exit_code)
    assert f"org/tiny is live in slot {SLOT}; one repository is served by one slot" == result.reason
    assert SLOT == place.releases.state().other_slot_of("org/tiny", slot=OTHER)
    assert "" == place.releases.state().other_slot_of("org/tiny", slot=SLOT)
    place.roll_back(EMPTY)
    assert SlotOutcome.RELEASED is _offer_in_other_slot(place).standing


def test_a_first_release_is_compared_with_nothing(place: Place) -> None:
    """A slot that never had one; and what is live after a first release, judged again."""
    assert NOTHING_LIVE == place.releases.state().against(OTHER, artifact=None)
    first = builders.artifact_of(FIRST)
    assert NOTHING_LIVE == place.releases.state().against(SLOT, artifact=first)
